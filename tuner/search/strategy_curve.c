/* SPDX-License-Identifier: MIT */
#include "tuner/decide/refine.h"
#include "tuner/posterior/next_windows.h"
#include "tuner/search/climb.h"
#include "tuner/search/curve_view.h"
#include "tuner/search/refine_goal.h"
#include "tuner/search/strategies.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK_LEVELS 4
#define BLOCK_SHARE 24 /* from this many windows a level on, blocks grow */
/* A claim that may fail with less than this needs few windows more: what it needs in any case is
 * measured first. As long as there are few windows at all, the search also looks twice as often
 * whether it is done. (Later chance would get too many tries.) */
#define CLOSE_RISK .1
#define FEW_WINDOWS 32
/* Probability by which a level that was not measured is likelier right. */
#define UNSEEN_BETTER .05
static void add(struct knee_search_block *block, uint32_t level)
{
    for (size_t i = 0; i < block->count; i++)
        if (block->levels[i] == level)
            return;
    if (block->count < KNEE_BLOCK_LEVELS_MAX)
        block->levels[block->count++] = level;
}

static void add_knot(const struct knee_curve_view *view, struct knee_search_block *block,
                     size_t knot)
{
    add(block, view->posterior.knots[knot].level);
}

/* Windows that would settle the likeliest level, measured or not. */
static uint32_t missing_for(const struct knee_curve_view *view,
                            const struct knee_search_params *params)
{
    struct knee_claims claims = view->claims;
    for (size_t j = 0; j < view->posterior.knots_count; j++)
        if (!view->posterior.knots[j].barred)
            claims.right = fmax(claims.right, view->rights[j]);
    return knee_curve_view_missing(view, &claims, params);
}

/* The tolerance to measure for: the asked one. If the budget may not settle that, the finest that
 * it may, or else the one that takes the fewest windows; none that is coarser than what holds. */
static void aim(struct knee_curve_view *view, const struct knee_search_state *state)
{
    const struct knee_search_params *params = state->params;
    double ratio = params->tolerance_ratio, aimed = ratio;
    uint32_t missing = missing_for(view, params), least = missing;
    while (params->may_use_coarser && view->claims.pick != SIZE_MAX &&
           missing > state->windows_left && (ratio = knee_decision_coarser(ratio)) > 0) {
        if (knee_curve_view_ask(view, params, ratio) || knee_curve_view_likely(view, params))
            break;
        missing = missing_for(view, params);
        if (missing < least) {
            least = missing;
            aimed = ratio;
        }
    }
    knee_curve_view_ask(view, params, aimed);
}

/* How many levels a block has. */
static size_t block_levels(const struct knee_posterior *posterior, bool close)
{
    size_t levels = BLOCK_LEVELS + posterior->windows_count / BLOCK_SHARE / BLOCK_LEVELS;
    if (levels > KNEE_NEXT_WINDOWS_MAX)
        levels = KNEE_NEXT_WINDOWS_MAX;
    return close && posterior->windows_count < FEW_WINDOWS ? levels / 2 : levels;
}

/* What a claim rests on has enough windows of its own, whatever the draws say. */
static void add_needed(const struct knee_curve_view *view, struct knee_search_block *block)
{
    const struct knee_posterior_knot *knots = view->posterior.knots;
    size_t unseen = knee_curve_view_unseen(view);
    if (unseen != SIZE_MAX)
        add_knot(view, block, unseen);
    if (knots[view->claims.pick].windows < view->pick_windows)
        add_knot(view, block, view->claims.pick);
    if (view->below != SIZE_MAX && knots[view->below].windows < view->below_windows)
        add_knot(view, block, view->below);
    if (view->above != SIZE_MAX && knots[view->above].windows < view->above_windows)
        add_knot(view, block, view->above);
}

static void add_unclear(const struct knee_curve_view *view, struct knee_search_block *block,
                        size_t levels)
{
    for (size_t j = view->posterior.knots_count; j-- > 0 && block->count < levels;)
        if (knee_curve_view_unclear(view, j))
            add_knot(view, block, j);
}

/* The level that is likeliest right, if it was not measured and is better than all that were. */
static void add_likeliest(const struct knee_curve_view *view, struct knee_search_block *block)
{
    size_t likeliest = view->claims.pick;
    for (size_t j = 0; j < view->posterior.knots_count; j++)
        if (!view->posterior.knots[j].barred && view->rights[j] > view->rights[likeliest])
            likeliest = j;
    if (view->rights[likeliest] > view->claims.right + UNSEEN_BETTER)
        add_knot(view, block, likeliest);
}

/* What tells most, up to `levels` in all. */
static void add_best(const struct knee_curve_view *view, struct knee_search_block *block,
                     size_t levels)
{
    size_t knots[KNEE_NEXT_WINDOWS_MAX];
    int count = knee_next_windows(knots, (int)levels, &view->posterior, view->rights,
                                  view->tolerance_ratio, NULL);
    for (int i = 0; i < count && block->count < levels; i++)
        add_knot(view, block, knots[i]);
    /* A level alone in its block would be compared through the drift only. */
    if (block->count < 2)
        add_knot(view, block, view->claims.pick);
    if (block->count < 2)
        add_knot(view, block, view->claims.best);
    if (block->count < 2 && view->below != SIZE_MAX)
        add_knot(view, block, view->below);
}

/* Levels of which the host spoilt each window so far. */
static void add_spoilt(const struct knee_search_state *state, struct knee_search_block *block,
                       size_t levels)
{
    const struct knee_search_record *record = state->record;
    for (size_t i = 0; i < record->count && block->count < levels; i++) {
        const struct knee_window *window = &record->windows[i];
        size_t point = knee_points_find(state->points, window->level);
        bool spoilt = !window->valid && window->reasons & (KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL);
        if (spoilt && point != SIZE_MAX && state->points->at[point].windows == 0 &&
            !state->points->at[point].errors)
            add(block, window->level);
    }
}

/* What the claims rest on, a level that may be better than all that were measured, and then what
 * tells most. */
static void add_telling(struct knee_curve_view *view, const struct knee_search_state *state,
                        struct knee_search_block *block)
{
    bool likely = knee_curve_view_likely(view, state->params);
    if (!likely)
        aim(view, state);
    bool close = 1 - view->claims.right < CLOSE_RISK;
    size_t levels = block_levels(&view->posterior, close);
    if (likely && view->claims.finer != SIZE_MAX)
        add_knot(view, block, view->claims.finer);
    if (close)
        add_needed(view, block);
    if (likely)
        add_unclear(view, block, levels);
    else
        add_likeliest(view, block);
    /* Nothing else is open once the claims hold. */
    if (!likely || block->count < 2)
        add_best(view, block, likely && block->count > 0 ? 2 : levels);
    /* With nothing to compare it with, one more window of the same level tells nothing. */
    if (block->count < 2)
        add_spoilt(state, block, levels);
}

/* Levels that tell what the goal asks for beyond the knee: by the curve as the draws know it, which
 * is better than each level's own windows. */
static void add_aims(const struct knee_curve_view *view, const struct knee_search_state *state,
                     struct knee_search_block *block)
{
    const struct knee_search_params *params = state->params;
    uint32_t levels[KNEE_AIM_MAX];
    struct knee_evidence evidence;
    if (!params->goal || knee_goal_is_default(params->goal))
        return;
    struct knee_points *points = malloc(sizeof *points);
    if (!points)
        return;
    *points = *state->points;
    knee_posterior_describe(&view->posterior, points);
    knee_evidence_weigh(&evidence, points, params->tolerance_ratio, params->confidence_ratio);
    size_t count =
        knee_refine_goal(params->goal, &evidence, state->record->windows, state->record->count,
                         params->confidence_ratio, params->fixed_levels, levels);
    for (size_t i = 0; i < count; i++)
        add(block, levels[i]);
    free(points);
}

/* The claims hold, but too many windows were rejected to make them. The last window was valid, so
 * the disturbance seems to be over; and the budget allows enough valid ones to make the rejected
 * few. */
static bool is_worth_going_on(const struct knee_search_state *state)
{
    const struct knee_search_record *record = state->record;
    const struct knee_points *points = state->points;
    double ratio;
    if (!knee_decision_rejected(points, &ratio) || !record->windows[record->count - 1].valid)
        return false;
    double missing = (double)points->rejected / KNEE_REJECTED_RATIO - (double)points->windows;
    return missing <= state->windows_left;
}

/* Nothing is known, by chance: another window at the same levels may be better. */
static void add_unlucky(const struct knee_search_state *state, struct knee_search_block *block)
{
    for (size_t i = 0; i < state->points->count; i++)
        if (state->points->at[i].unlucky > 0)
            add(block, state->points->at[i].level);
}

static void next(const struct knee_search_state *state, struct knee_search_block *block)
{
    struct knee_curve_view view;
    knee_climb_untried(state, block);
    if (block->count == 0)
        knee_climb_doubtful(state, block);
    if (block->count > 0 || knee_curve_view_look(&view, state))
        return;
    if (view.claims.pick != SIZE_MAX) {
        add_aims(&view, state, block);
        if (!knee_curve_view_likely(&view, state->params) || !knee_curve_view_seen(&view) ||
            view.claims.finer != SIZE_MAX || (block->count == 0 && is_worth_going_on(state)))
            add_telling(&view, state, block);
        else if (block->count > 0)
            add_knot(&view, block, view.claims.pick);
        knee_strategy_shuffle(state, block);
    } else {
        add_unlucky(state, block);
    }
    knee_curve_view_release(&view);
}

static void decide(const struct knee_search_state *state, struct knee_decision *decision)
{
    struct knee_search_block untried = {.count = 0};
    struct knee_curve_view view;
    knee_climb_untried(state, &untried);
    knee_strategy_decide(state, false, &untried, decision);
    if (decision->verdict == KNEE_VERDICT_DISTURBED || untried.count > 0 ||
        decision->why.kind == KNEE_DECISION_SINGLE || knee_curve_view_look_close(&view, state))
        return;
    if (view.claims.pick != SIZE_MAX)
        knee_curve_view_decide(&view, state, decision);
    knee_curve_view_release(&view);
}

static void describe(const struct knee_search_state *state, struct knee_points *points)
{
    struct knee_curve_view view;
    if (knee_curve_view_look_close(&view, state))
        return;
    if (view.claims.pick != SIZE_MAX) {
        knee_posterior_describe(&view.posterior, points);
        points->band.pick = view.posterior.knots[view.claims.pick].level;
        points->band.right = view.claims.right;
    }
    knee_curve_view_release(&view);
}

const struct knee_strategy knee_strategy_curve = {
    .name = "curve",
    .windows_max = 200,
    .summary = "measures what tells most of the whole curve, whose neighbours inform each other",
    .next = next,
    .cut = knee_climb_cut,
    .decide = decide,
    .describe = describe,
};
