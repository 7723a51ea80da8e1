/* SPDX-License-Identifier: MIT */
#include "tuner/decide/evidence.h"
#include "tuner/decide/refine.h"
#include "tuner/search/refine_goal.h"
#include "tuner/search/strategies.h"

#include <math.h>
#include <string.h>

/* A climb ends after two levels in a row below this share of the best: throughput that collapsed
 * that far does not come back. */
#define COLLAPSE_RATIO .5
#define SURE_WINDOWS 2   /* only two can show that a dip spoilt one */
#define VALLEY_DEPTH .05 /* log units */
#define ATTEMPTS_MAX 5   /* windows at a level none of which can be used */
#define BLOCK_LEVELS 6   /* more would be chosen on stale points */
#define FLAT_LEVELS 3    /* candidates in a row that gained nothing */
#define FLAT_COST 3.     /* times the time of the first window */
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
    if (at != KNEE_NONE)
        add(block, points->at[at].level);
}

/* The first climb ends early if three candidates in a row gained nothing and a window now costs
 * three times as much as the first one, since items wait for each other. (If the cost does not
 * grow, all levels are tried: a plateau may have a second step.) Returns the level after which it
 * ended; UINT32_MAX: it did not. */
static uint32_t flat_end(const struct knee_search_record *record, double tolerance_ratio)
{
    const struct knee_window *windows = record->windows;
    double best = 0;
    for (size_t i = 0; i < record->count && windows[i].block == 0; i++) {
        if (i >= FLAT_LEVELS + 1 && windows[i].level > windows[i - 1].level) {
            double grown = 0;
            for (size_t j = 0; j < FLAT_LEVELS; j++)
                grown = fmax(grown, windows[i - j].throughput_per_s);
            best = fmax(best, windows[i - FLAT_LEVELS].throughput_per_s);
            double first = (double)windows[1].start_ns - (double)windows[0].start_ns;
            double last = (double)windows[i].start_ns - (double)windows[i - 1].start_ns;
            if (grown <= best * (1 + tolerance_ratio) && last > FLAT_COST * first)
                return windows[i].level;
        } else {
            best = fmax(best, windows[i].throughput_per_s);
        }
    }
    return UINT32_MAX;
}

static bool is_candidate(const struct knee_search_params *params, uint32_t level)
{
    for (size_t i = 0; i < params->candidates_count; i++)
        if (params->candidates[i].level == level)
            return true;
    return false;
}

/* The end of the climb: the second of two successive candidates that collapsed or fail. */
static uint32_t ceiling(const struct knee_search_state *state, double best)
{
    const struct knee_points *points = state->points;
    int bad = 0;
    for (size_t i = 0; i < points->count; i++) {
        const struct knee_point *point = &points->at[i];
        if (!is_candidate(state->params, point->level) || (point->windows == 0 && !point->suspect))
            continue;
        bool beyond = point->windows > 0 && point->log_throughput < best + log(COLLAPSE_RATIO);
        bool climbing = false;
        for (size_t j = i + 1; j < points->count && beyond; j++)
            climbing |= points->at[j].windows > 0 && points->at[j].log_throughput >= best;
        bad = (beyond && !climbing) || point->errors || point->suspect ? bad + 1 : 0;
        if (bad == 2)
            return point->level;
    }
    return UINT32_MAX;
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

static double best_of(const struct knee_points *points)
{
    double best = -INFINITY;
    for (size_t i = 0; i < points->count; i++)
        if (knee_evidence_usable(points, i))
            best = fmax(best, points->at[i].log_throughput);
    return best;
}

/* Candidates that were not measured, up to where the climb ends. */
static void add_untried(const struct knee_search_state *state, struct knee_search_block *block)
{
    const struct knee_points *points = state->points;
    uint32_t end = ceiling(state, best_of(points));
    uint32_t flat = flat_end(state->record, state->params->tolerance_ratio);
    if (flat < end)
        end = flat + 1;
    for (size_t i = 0; i < state->params->candidates_count; i++) {
        uint32_t level = state->params->candidates[i].level;
        if (level < end && knee_points_find(points, level) == SIZE_MAX)
            add(block, level);
    }
}

/* Candidates that were not measured, and levels that were measured only once: a single window may
 * show the machine's trouble, so nothing is claimed or left out because of it. */
static void add_missing(const struct knee_search_state *state, struct knee_search_block *block)
{
    const struct knee_points *points = state->points;
    add_untried(state, block);
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
    uint32_t levels[KNEE_BLOCK_LEVELS_MAX];
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
        if (rests[i] != KNEE_NONE && points->at[rests[i]].windows < KNEE_CLAIM_WINDOWS)
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
    if (evidence.pick == KNEE_NONE)
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

static bool fails(const struct knee_window *window, const struct knee_window *first)
{
    double all = window->items + window->failed_items,
           first_all = first->items + first->failed_items;
    return all > 0 && first_all > 0 &&
           window->failed_items / all > first->failed_items / first_all + KNEE_ERRORS_RATIO;
}

/* The last two windows are at the highest levels so far, going up. */
static bool is_climbing(const struct knee_search_record *record)
{
    const struct knee_window *last = &record->windows[record->count - 1], *before = last - 1;
    for (const struct knee_window *window = record->windows; window < before; window++)
        if (window->level >= before->level)
            return false;
    return last->level > before->level;
}

/* While climbing, also when that was interrupted or ended too early: the last two levels collapsed
 * or fail. They are measured once more before this ends the climb for good. */
static bool cut(const struct knee_search_state *state)
{
    const struct knee_search_record *record = state->record;
    if (record->count < 3 || !is_climbing(record))
        return false;
    if (state->block == 0 && flat_end(record, state->params->tolerance_ratio) < UINT32_MAX)
        return true;
    double best = 0;
    for (size_t i = 0; i + 2 < record->count; i++)
        best = fmax(best, record->windows[i].throughput_per_s);
    for (size_t i = record->count - 2; i < record->count; i++) {
        const struct knee_window *window = &record->windows[i];
        /* A window without a result may be a stall: it ends nothing. */
        bool collapsed =
            window->throughput_per_s > 0 && window->throughput_per_s < COLLAPSE_RATIO * best;
        if (!window->valid || !(collapsed || fails(window, &record->windows[0])))
            return false;
    }
    return true;
}

static void decide(const struct knee_search_state *state, struct knee_decision *decision)
{
    struct knee_search_block untried = {.count = 0};
    add_untried(state, &untried);
    knee_strategy_decide(state, true, &untried, decision);
}

const struct knee_strategy knee_strategy_adaptive = {
    .name = "adaptive",
    .windows_max = 200,
    .summary = "screens all levels, drops those that cannot matter, refines "
               "between the rest",
    .next = next,
    .cut = cut,
    .decide = decide,
};
