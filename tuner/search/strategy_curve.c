/* SPDX-License-Identifier: MIT */
#include "tuner/decide/refine.h"
#include "tuner/posterior/claims.h"
#include "tuner/posterior/next_windows.h"
#include "tuner/search/climb.h"
#include "tuner/search/refine_goal.h"
#include "tuner/search/strategies.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* The claims are tested after every block, so chance gets many tries: this is the share of what the
 * confidence leaves that the risk may have each time. */
#define RISK_SHARE .33
#define BURN_IN 100
#define DRAWS 200
#define DRAWS_CLOSE 600 /* once the claims hold, or nearly */
#define CLOSE 3.        /* times the allowed risk */
#define BLOCK_LEVELS 4
#define BLOCK_SHARE 24 /* from this many windows a level on, blocks grow */
#define UNSEEN_BETTER                                                                              \
    .05 /* probability by which a level that was not measured is likelier right                    \
         */
/* Windows on which a claim rests: at the pick, at the levels below and above it. With a slower mode
 * about, a level may show the faster one several times in a row. If each window takes long, the
 * draws must do. */
#define PICK_WINDOWS 4
#define PICK_WINDOWS_MODES 8
#define MODES_LIKELY .5
#define BELOW_WINDOWS 3
#define ABOVE_WINDOWS 2 /* one could be in a slower mode, which looks like a fall */
#define SLOW_NS 4000000000u
#define PICK_WINDOWS_SLOW 2
#define BELOW_WINDOWS_SLOW 2
#define ABOVE_WINDOWS_SLOW 1
#define RISING_LIKELY .9
/* What is missing, in windows there are. */
#define MORE_MIN .2
#define MORE_MAX 6.

/* The posterior after a block, and what it claims. */
struct view {
    struct knee_posterior posterior;
    struct knee_claims claims;
    double *rights;
    size_t below; /* the highest measured knot below the pick; SIZE_MAX: none */
    size_t above; /* the lowest above it; likewise */
    uint32_t pick_windows, below_windows, above_windows; /* that a claim needs of these */
};

static void view_release(struct view *view)
{
    knee_posterior_release(&view->posterior);
    free(view->rights);
}

/* The highest level that may count: below those that all fail, and no higher than the climb. */
static uint32_t level_max_of(const struct knee_search_state *state)
{
    uint32_t top = knee_strategy_level_max(state->params), end = knee_climb_end(state);
    const struct knee_points *points = state->points;
    top = end < top ? end : top;
    for (size_t i = points->count; i > 1; i--) {
        const struct knee_point *point = &points->at[i - 1];
        if (point->errors && point->level <= top)
            top = point->level - 1;
        /* A level without a valid window says nothing, and does not excuse those below it. */
        if (!point->errors && point->windows > 0)
            break;
    }
    return top;
}

/* The smallest measured level above the pick. */
static size_t find_above(const struct view *view)
{
    for (size_t j = view->claims.pick + 1; j < view->posterior.knots_count; j++)
        if (view->posterior.knots[j].usable)
            return j;
    return SIZE_MAX;
}

static size_t find_below(const struct view *view)
{
    size_t below = SIZE_MAX;
    for (size_t j = 0; view->claims.pick != SIZE_MAX && j < view->claims.pick; j++)
        if (view->posterior.knots[j].usable)
            below = j;
    return below;
}

static double risk_allowed(const struct knee_search_params *params)
{
    return RISK_SHARE * (1 - params->confidence_ratio);
}

static int ask(struct view *view, const struct knee_search_params *params)
{
    if (knee_claims_make(&view->claims, view->rights, &view->posterior, params->tolerance_ratio,
                         params->confidence_ratio, NULL))
        return -1;
    view->below = find_below(view);
    view->above = view->claims.pick == SIZE_MAX ? SIZE_MAX : find_above(view);
    return 0;
}

/* Few draws are enough to choose what to measure next; a claim takes more. */
static int ask_until_clear(struct view *view, const struct knee_search_params *params)
{
    if (ask(view, params))
        return -1;
    if (view->claims.pick == SIZE_MAX || 1 - view->claims.right > CLOSE * risk_allowed(params))
        return 0;
    if (knee_posterior_go_on(&view->posterior, DRAWS_CLOSE - DRAWS, NULL))
        return -1;
    return ask(view, params);
}

/* Half of the windows are longer than that. */
static bool is_slow(const struct knee_search_record *record)
{
    size_t slow = 0;
    for (size_t i = 0; i < record->count; i++)
        slow += record->windows[i].window_ns > SLOW_NS;
    return 2 * slow > record->count;
}

static void set_needs(struct view *view, const struct knee_search_record *record)
{
    bool slow = is_slow(record);
    view->pick_windows = slow ? PICK_WINDOWS_SLOW : PICK_WINDOWS;
    if (view->posterior.modes > MODES_LIKELY)
        view->pick_windows = PICK_WINDOWS_MODES;
    view->below_windows = slow ? BELOW_WINDOWS_SLOW : BELOW_WINDOWS;
    view->above_windows = slow ? ABOVE_WINDOWS_SLOW : ABOVE_WINDOWS;
}

/* Without memory there is no view, and the search ends with what it has. */
static int look(struct view *view, const struct knee_search_state *state)
{
    const struct knee_search_params *params = state->params;
    struct knee_posterior_params how = {.candidates = params->candidates,
                                        .candidates_count = params->candidates_count,
                                        .fixed_levels = params->fixed_levels,
                                        .level_max = level_max_of(state),
                                        .cpus = params->cpus,
                                        .seed = params->seed,
                                        .burn_in = BURN_IN,
                                        .draws = DRAWS};
    *view = (struct view){.below = SIZE_MAX, .above = SIZE_MAX};
    if (knee_posterior_fit(&view->posterior, &how, state->record->windows, state->record->count,
                           state->points, NULL))
        return -1;
    view->rights = calloc(view->posterior.knots_count + 1, sizeof *view->rights);
    if (view->rights && ask_until_clear(view, params) == 0) {
        set_needs(view, state->record);
        return 0;
    }
    view_release(view);
    return -1;
}

static bool is_likely(const struct view *view, const struct knee_search_params *params)
{
    return view->claims.pick != SIZE_MAX && view->claims.right >= 1 - risk_allowed(params);
}

static bool is_seen(const struct view *view)
{
    const struct knee_posterior *posterior = &view->posterior;
    return posterior->knots_count == 1 ||
           (posterior->knots[view->claims.pick].windows >= view->pick_windows &&
            (view->below == SIZE_MAX ||
             posterior->knots[view->below].windows >= view->below_windows) &&
            (view->above == SIZE_MAX ||
             posterior->knots[view->above].windows >= view->above_windows));
}

static void add(struct knee_search_block *block, uint32_t level)
{
    for (size_t i = 0; i < block->count; i++)
        if (block->levels[i] == level)
            return;
    if (block->count < KNEE_BLOCK_LEVELS_MAX)
        block->levels[block->count++] = level;
}

static void add_knot(const struct view *view, struct knee_search_block *block, size_t knot)
{
    add(block, view->posterior.knots[knot].level);
}

/* A rough guess: the margin of a normal claim grows with the root of the windows. */
static uint32_t missing_windows(const struct view *view, const struct knee_claims *claims,
                                const struct knee_search_params *params)
{
    double risk = fmin(fmax(1 - claims->right, .5 * risk_allowed(params)), .45);
    double ratio = gsl_cdf_ugaussian_Qinv(risk_allowed(params)) / gsl_cdf_ugaussian_Qinv(risk);
    double more = fmin(fmax(ratio * ratio - 1, MORE_MIN), MORE_MAX);
    return (uint32_t)ceil(more * (double)view->posterior.windows_count) + PICK_WINDOWS;
}

/* The tolerance to measure for: the asked one, or the finest that the budget may still settle, if
 * there is no answer at a coarser one yet. Sets `rights` to what holds for it. */
static double aim(const struct view *view, const struct knee_search_state *state, double *rights)
{
    const struct knee_search_params *params = state->params;
    double ratio = params->tolerance_ratio, allowed = 1 - risk_allowed(params);
    struct knee_claims claims = view->claims;
    while (params->may_use_coarser && claims.pick != SIZE_MAX && claims.right < allowed &&
           missing_windows(view, &claims, params) > state->windows_left) {
        double coarser = knee_decision_coarser(ratio);
        if (coarser <= 0 || knee_claims_make(&claims, rights, &view->posterior, coarser,
                                             params->confidence_ratio, NULL))
            break;
        ratio = coarser;
    }
    return ratio;
}

/* What the claims rest on, a level that may be better than all that were measured, and then what
 * tells most. */
static void add_telling(struct view *view, const struct knee_search_state *state,
                        struct knee_search_block *block)
{
    const struct knee_search_params *params = state->params;
    const struct knee_posterior *posterior = &view->posterior;
    size_t knots[KNEE_NEXT_WINDOWS_MAX], likeliest = view->claims.pick;
    size_t levels = BLOCK_LEVELS + posterior->windows_count / BLOCK_SHARE / BLOCK_LEVELS;
    if (levels > KNEE_NEXT_WINDOWS_MAX)
        levels = KNEE_NEXT_WINDOWS_MAX;
    for (size_t j = 0; j < posterior->knots_count; j++)
        if (!posterior->knots[j].barred && view->rights[j] > view->rights[likeliest])
            likeliest = j;
    if (is_likely(view, params)) {
        if (view->claims.finer != SIZE_MAX)
            add_knot(view, block, view->claims.finer);
        if (posterior->knots[view->claims.pick].windows < view->pick_windows)
            add_knot(view, block, view->claims.pick);
        if (view->below != SIZE_MAX && posterior->knots[view->below].windows < view->below_windows)
            add_knot(view, block, view->below);
        if (view->above != SIZE_MAX && posterior->knots[view->above].windows < view->above_windows)
            add_knot(view, block, view->above);
    } else if (view->rights[likeliest] > view->claims.right + UNSEEN_BETTER) {
        add_knot(view, block, likeliest);
    }
    double tolerance_ratio = aim(view, state, view->rights);
    int count =
        knee_next_windows(knots, (int)levels, posterior, view->rights, tolerance_ratio, NULL);
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

/* Levels that tell what the goal asks for beyond the knee: by the curve as the draws know it, which
 * is better than each level's own windows. */
static void add_aims(const struct view *view, const struct knee_search_state *state,
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

static void next(const struct knee_search_state *state, struct knee_search_block *block)
{
    struct view view;
    knee_climb_untried(state, block);
    if (block->count == 0)
        knee_climb_doubtful(state, block);
    if (block->count > 0 || look(&view, state))
        return;
    if (view.claims.pick != SIZE_MAX) {
        add_aims(&view, state, block);
        if (!is_likely(&view, state->params) || !is_seen(&view) || view.claims.finer != SIZE_MAX)
            add_telling(&view, state, block);
        else if (block->count > 0)
            add_knot(&view, block, view.claims.pick);
        knee_strategy_shuffle(state, block);
    }
    view_release(&view);
}

static void claim(const struct knee_search_state *state, const struct view *view,
                  struct knee_decision *decision)
{
    const struct knee_claims *claims = &view->claims;
    uint32_t level_max = knee_strategy_level_max(state->params);
    bool rising = decision->knee == level_max && level_max > 1 && claims->rising >= RISING_LIKELY;
    decision->knee_low = view->below == SIZE_MAX ? 1 : view->posterior.knots[view->below].level + 1;
    decision->knee_high = decision->knee;
    decision->verdict = rising ? KNEE_VERDICT_RISING : KNEE_VERDICT_RESOLVED;
    decision->why =
        rising ? (struct knee_decision_why){.kind = KNEE_DECISION_RISING, .level_max = level_max}
               : (struct knee_decision_why){.kind = KNEE_DECISION_PROVEN,
                                            .bound_ratio = claims->bound_ratio,
                                            .below = claims->below,
                                            .smaller_ratio = claims->below_ratio,
                                            .tried_only = state->params->fixed_levels};
}

/* The search was about finer levels: those of a coarser claim need not be seen as often. */
static bool is_seen_twice(const struct view *view)
{
    const struct knee_posterior_knot *knots = view->posterior.knots;
    return knots[view->claims.pick].windows >= 2 &&
           (view->below == SIZE_MAX || knots[view->below].windows >= 2);
}

/* The asked tolerance is open: does a coarser one hold? */
static void find_coarser(const struct knee_search_params *params, const struct view *view,
                         struct knee_decision *decision)
{
    double ratio = params->tolerance_ratio;
    struct view coarse = *view;
    decision->uses_coarser = false;
    decision->tolerance_resolved_ratio = NAN;
    decision->limit_resolved = 0;
    while ((ratio = knee_decision_coarser(ratio)) > 0) {
        if (knee_claims_make(&coarse.claims, NULL, &view->posterior, ratio,
                             params->confidence_ratio, NULL))
            return;
        coarse.below = find_below(&coarse);
        if (!is_likely(&coarse, params) || !is_seen_twice(&coarse))
            continue;
        decision->tolerance_resolved_ratio = ratio;
        decision->limit_resolved = view->posterior.knots[coarse.claims.pick].level;
        decision->uses_coarser = params->may_use_coarser;
        if (params->may_use_coarser)
            decision->bound_ratio = coarse.claims.bound_ratio;
        return;
    }
}

static void leave_open(const struct knee_search_state *state, const struct view *view,
                       struct knee_decision *decision)
{
    decision->knee_low = view->claims.low;
    decision->knee_high = view->claims.high;
    decision->verdict = KNEE_VERDICT_UNRESOLVED;
    decision->windows_more = missing_windows(view, &view->claims, state->params);
    decision->why = (struct knee_decision_why){.kind = decision->knee_low < decision->knee_high
                                                           ? KNEE_DECISION_INTERVAL
                                                           : KNEE_DECISION_TOO_FEW,
                                               .window_cv = sqrt(view->posterior.noise_variance)};
    find_coarser(state->params, view, decision);
}

static void decide(const struct knee_search_state *state, struct knee_decision *decision)
{
    struct knee_search_block untried = {.count = 0};
    struct view view;
    knee_climb_untried(state, &untried);
    knee_strategy_decide(state, false, &untried, decision);
    if (decision->verdict == KNEE_VERDICT_DISTURBED || untried.count > 0 ||
        decision->why.kind == KNEE_DECISION_SINGLE || look(&view, state))
        return;
    if (view.claims.pick != SIZE_MAX) {
        decision->knee = decision->limit = view.posterior.knots[view.claims.pick].level;
        decision->peak = view.posterior.knots[view.claims.best].level;
        if (decision->peak < decision->knee)
            decision->peak = decision->knee;
        decision->bound_ratio = view.claims.bound_ratio;
        if (is_likely(&view, state->params) && is_seen(&view))
            claim(state, &view, decision);
        else
            leave_open(state, &view, decision);
        knee_decision_follow(decision);
    }
    view_release(&view);
}

static void describe(const struct knee_search_state *state, struct knee_points *points)
{
    struct view view;
    if (look(&view, state))
        return;
    if (view.claims.pick != SIZE_MAX) {
        knee_posterior_describe(&view.posterior, points);
        points->band.pick = view.posterior.knots[view.claims.pick].level;
        points->band.right = view.claims.right;
    }
    view_release(&view);
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
