/* SPDX-License-Identifier: MIT */
#include "tuner/decide/evidence.h"
#include "tuner/decide/refine.h"
#include "tuner/search/climb.h"
#include "tuner/search/refine_goal.h"
#include "tuner/search/strategies.h"

#include <math.h>
#include <string.h>

#define SURE_WINDOWS 2   /* only two can show that a dip spoilt one */
#define VALLEY_DEPTH .05 /* log units */
#define ATTEMPTS_MAX 5   /* windows at a level none of which can be used */
#define BLOCK_LEVELS 6   /* more would be chosen on stale points */
#define SCORE_SHARE .25  /* of the best score: a level below it waits for a later block */

static void add(struct knee_search_block *block, uint32_t level)
{
    for (size_t i = 0; i < block->count; i++)
        if (block->levels[i] == level)
            return;
    if (block->count < KNEE_BLOCK_LEVELS_MAX)
        block->levels[block->count++] = level;
}

static void add_point(struct knee_search_block *block, const struct knee_points *points, size_t at)
{
    if (at != KNEE_EVIDENCE_NONE)
        add(block, points->at[at].level);
}

/* A level below both a lower and a higher one: hardly any machine does that,
 * but a burst of dips can hit two windows at one level. */
static bool is_valley(const struct knee_points *points, size_t at)
{
    bool fell = false, rose = false;
    for (size_t i = 0; i < points->count; i++) {
        if (i == at || points->at[i].windows == 0)
            continue;
        double above = points->at[i].log_throughput - points->at[at].log_throughput;
        bool clear = above > fmax(VALLEY_DEPTH, 2 * knee_points_se(points, i, at));
        fell |= i < at && clear;
        rose |= i > at && clear;
    }
    return fell && rose;
}

/* Candidates that were not measured, and levels that were measured only once: a single window may
 * show the machine's trouble, so nothing is claimed or left out because of it. */
static void add_missing(const struct knee_search_state *state, struct knee_search_block *block)
{
    const struct knee_points *points = state->points;
    knee_climb_untried(state, block);
    for (size_t i = 0; i < points->count; i++) {
        const struct knee_point *point = &points->at[i];
        bool sure = point->windows >= SURE_WINDOWS &&
                    (point->windows >= KNEE_CLAIM_WINDOWS || !is_valley(points, i));
        if (!sure && (point->windows > 0 || point->rejected < ATTEMPTS_MAX))
            add(block, point->level);
    }
}

/* The second block goes down, so that each level is now measured after a higher one; from the
 * middle on, so that one stretch of trouble cannot hit the same level in both blocks. */
static void turn_round(struct knee_search_block *block)
{
    uint32_t levels[KNEE_BLOCK_LEVELS_MAX] = {0};
    size_t half = block->count / 2;
    for (size_t i = 0; i < block->count; i++)
        levels[i] = block->levels[i < half ? half - 1 - i : block->count - 1 - (i - half)];
    memcpy(block->levels, levels, block->count * sizeof *levels);
}

static void sort(struct knee_search_block *block)
{
    for (size_t i = 1; i < block->count; i++)
        for (size_t j = i; j > 0 && block->levels[j - 1] > block->levels[j]; j--) {
            uint32_t level = block->levels[j];
            block->levels[j] = block->levels[j - 1];
            block->levels[j - 1] = level;
        }
}

/* The first climb was interrupted below the top of the sorted block. A level far above all tried
 * ones must not come first: its cost is not known yet. */
static bool climb_goes_on(const struct knee_points *points, const struct knee_search_block *block)
{
    return block->levels[block->count - 1] > points->at[points->count - 1].level;
}

/* Levels with the highest scores, and those on which claims rest until they were measured often
 * enough. */
static void add_scored(const struct knee_evidence *evidence, struct knee_search_block *block)
{
    const struct knee_points *points = evidence->points;
    double scores[KNEE_LEVELS_MAX], highest = 0;
    size_t rests[] = {evidence->pick, evidence->best, evidence->low};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        if (!knee_evidence_often_enough(points, rests[i]))
            add_point(block, points, rests[i]);
    knee_evidence_scores(evidence, scores);
    for (size_t i = 0; i < points->count; i++)
        highest = fmax(highest, scores[i]);
    while (evidence->risk > evidence->risk_allowed && block->count < BLOCK_LEVELS) {
        size_t next = 0;
        for (size_t i = 1; i < points->count; i++)
            if (scores[i] > scores[next])
                next = i;
        if (scores[next] <= 0 || scores[next] < SCORE_SHARE * highest)
            break;
        add_point(block, points, next);
        scores[next] = 0;
    }
    /* A level alone in its block could only be compared through the drift. */
    if (block->count < 2)
        add_point(block, points, evidence->pick);
    if (block->count < 2)
        add_point(block, points, evidence->best);
    if (block->count < 2)
        add_point(block, points, evidence->low);
}

static void next(const struct knee_search_state *state, struct knee_search_block *block)
{
    const struct knee_search_params *params = state->params;
    const struct knee_points *points = state->points;
    if (points->count == 0) {
        for (size_t i = 0; i < params->candidates_count; i++)
            add(block, params->candidates[i].level);
        return;
    }
    struct knee_evidence evidence;
    knee_evidence_weigh(&evidence, points, params->tolerance_ratio, params->confidence_ratio);
    add_missing(state, block);
    if (block->count > 0) {
        sort(block);
        if (state->block <= 1 || climb_goes_on(points, block)) {
            if (!climb_goes_on(points, block))
                turn_round(block);
            knee_strategy_part(state, block);
            return;
        }
        add_point(block, points, evidence.pick);
        add_point(block, points, evidence.best);
        knee_strategy_shuffle(state, block);
        return;
    }
    uint32_t level_max = knee_strategy_level_max(params);
    if (evidence.pick == KNEE_EVIDENCE_NONE)
        return;
    bool rising = knee_refine_rising(&evidence, level_max, params->fixed_levels);
    uint32_t inserts[KNEE_REFINE_MAX + KNEE_AIM_MAX];
    size_t count = rising || params->fixed_levels ? 0 : knee_refine(&evidence, level_max, inserts);
    count += knee_refine_goal(params->goal, &evidence, state->record->windows, state->record->count,
                              params->confidence_ratio, params->fixed_levels, inserts + count);
    if (rising && count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        add(block, inserts[i]);
    if (count > 0) {
        add_point(block, points, evidence.pick);
        add_point(block, points, evidence.best);
    } else if (!evidence.proven) {
        add_scored(&evidence, block);
    }
    knee_strategy_shuffle(state, block);
}

static void decide(const struct knee_search_state *state, struct knee_decision *decision)
{
    struct knee_search_block untried = {.count = 0};
    knee_climb_untried(state, &untried);
    knee_strategy_decide(state, true, &untried, decision);
}

const struct knee_strategy knee_strategy_adaptive = {
    .name = "adaptive",
    .windows_max = 200,
    .summary = "screens all levels, drops those that cannot matter, refines "
               "between the rest",
    .next = next,
    .cut = knee_climb_cut,
    .decide = decide,
};
