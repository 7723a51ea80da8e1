/* SPDX-License-Identifier: MIT */
#include "tuner/search/curve_view.h"

#include "tuner/search/climb.h"
#include "tuner/search/strategies.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* The claims are tested after every block, so chance gets many tries: this is the share of what the
 * confidence leaves that the risk may have each time. It is less as long as most of what is known
 * of the curve is the prior: on a curve of another kind that errs. */
#define RISK_SHARE .22
#define RISK_SHARE_LATE .3
#define LATE_WINDOWS 64
#define BURN_IN 100
#define DRAWS 200
#define DRAWS_CLOSE 600 /* once the claims hold, or nearly; and for a decision */
#define CLOSE 3.        /* times the allowed risk */
/* Windows on which a claim rests: at the pick, at the levels below and above it. With a slower mode
 * about, a level may show the faster one several times in a row. If each window takes long, the
 * draws must do. */
#define PICK_WINDOWS 4
#define PICK_WINDOWS_MODES 8
#define ABOVE_WINDOWS_MODES 5
#define MODES_LIKELY .2
#define BELOW_WINDOWS 3
#define ABOVE_WINDOWS 2 /* one could be in a slower mode, which looks like a fall */
/* A device of two states may show one of them this many times in a row. */
#define STATES_LIKELY .2
#define STATE_WINDOWS 6
/* Of the level's best window: less, and further off than noise, is a fall. */
#define FALLING_RATIO .9
#define FALLING_SIGMAS 5.
#define SLOW_NS 4000000000u
#define PICK_WINDOWS_SLOW 2
#define BELOW_WINDOWS_SLOW 2
#define ABOVE_WINDOWS_SLOW 1
/* A fall by this many tolerances within this multiple of the level. */
#define PEAK_FALL 2.
#define PEAK_WIDTH 2
#define PEAK_STEP 4.
/* What is missing, in windows there are. */
#define MORE_MIN .2
#define MORE_MAX 6.

void knee_curve_view_release(struct knee_curve_view *view)
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
static size_t find_above(const struct knee_curve_view *view)
{
    for (size_t j = view->claims.pick + 1; j < view->posterior.knots_count; j++)
        if (view->posterior.knots[j].usable)
            return j;
    return SIZE_MAX;
}

size_t knee_curve_view_below(const struct knee_curve_view *view)
{
    size_t below = SIZE_MAX;
    for (size_t j = 0; view->claims.pick != SIZE_MAX && j < view->claims.pick; j++)
        if (view->posterior.knots[j].usable)
            below = j;
    return below;
}

double knee_curve_view_risk(const struct knee_curve_view *view,
                            const struct knee_search_params *params)
{
    double share = view->posterior.windows_count < LATE_WINDOWS ? RISK_SHARE : RISK_SHARE_LATE;
    return share * (1 - params->confidence_ratio);
}

int knee_curve_view_ask(struct knee_curve_view *view, const struct knee_search_params *params,
                        double tolerance_ratio)
{
    if (knee_claims_make(&view->claims, view->rights, &view->posterior, tolerance_ratio,
                         params->confidence_ratio, NULL))
        return -1;
    view->tolerance_ratio = tolerance_ratio;
    view->tolerance = -log1p(-tolerance_ratio);
    view->below = knee_curve_view_below(view);
    view->above = view->claims.pick == SIZE_MAX ? SIZE_MAX : find_above(view);
    return 0;
}

static int ask_closely(struct knee_curve_view *view, const struct knee_search_params *params)
{
    if (knee_posterior_go_on(&view->posterior, DRAWS_CLOSE - DRAWS, NULL))
        return -1;
    return knee_curve_view_ask(view, params, params->tolerance_ratio);
}

/* Few draws are enough to choose what to measure next; a claim takes more. */
static int ask_until_clear(struct knee_curve_view *view, const struct knee_search_params *params)
{
    if (knee_curve_view_ask(view, params, params->tolerance_ratio))
        return -1;
    bool close = view->claims.pick != SIZE_MAX &&
                 1 - view->claims.right <= CLOSE * knee_curve_view_risk(view, params);
    return close ? ask_closely(view, params) : 0;
}

/* Half of the windows are longer than that. */
static bool is_slow(const struct knee_search_record *record)
{
    size_t slow = 0;
    for (size_t i = 0; i < record->count; i++)
        slow += record->windows[i].window_ns > SLOW_NS;
    return 2 * slow > record->count;
}

/* Did the last window clearly give less than its level does? A dip, or the first one after a step
 * down. */
static bool is_falling(const struct knee_curve_view *view, const struct knee_search_record *record)
{
    double least = fmin(exp(-FALLING_SIGMAS * sqrt(view->posterior.noise_variance)), FALLING_RATIO);
    const struct knee_window *last = record->count > 0 ? &record->windows[record->count - 1] : NULL;
    double best = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->windows[i].level == last->level && record->windows[i].valid)
            best = fmax(best, record->windows[i].throughput_per_s);
    return last && last->valid && last->throughput_per_s < least * best;
}

static void set_needs(struct knee_curve_view *view, const struct knee_search_record *record)
{
    bool slow = is_slow(record);
    view->pick_windows = slow ? PICK_WINDOWS_SLOW : PICK_WINDOWS;
    view->falling = is_falling(view, record);
    view->below_windows = slow ? BELOW_WINDOWS_SLOW : BELOW_WINDOWS;
    view->above_windows = slow ? ABOVE_WINDOWS_SLOW : ABOVE_WINDOWS;
    if (view->posterior.modes > MODES_LIKELY) {
        view->pick_windows = PICK_WINDOWS_MODES;
        view->above_windows = ABOVE_WINDOWS_MODES;
    }
}

/* Without memory there is no view, and the search ends with what it has. */
int knee_curve_view_look(struct knee_curve_view *view, const struct knee_search_state *state)
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
    *view = (struct knee_curve_view){.below = SIZE_MAX, .above = SIZE_MAX};
    if (knee_posterior_fit(&view->posterior, &how, state->record->windows, state->record->count,
                           state->points, NULL))
        return -1;
    view->rights = calloc(view->posterior.knots_count + 1, sizeof *view->rights);
    if (view->rights && ask_until_clear(view, params) == 0) {
        set_needs(view, state->record);
        return 0;
    }
    knee_curve_view_release(view);
    return -1;
}

int knee_curve_view_look_close(struct knee_curve_view *view, const struct knee_search_state *state)
{
    if (knee_curve_view_look(view, state))
        return -1;
    if (view->posterior.draws_count >= DRAWS_CLOSE || ask_closely(view, state->params) == 0)
        return 0;
    knee_curve_view_release(view);
    return -1;
}

bool knee_curve_view_likely(const struct knee_curve_view *view,
                            const struct knee_search_params *params)
{
    return view->claims.pick != SIZE_MAX &&
           view->claims.right >= 1 - knee_curve_view_risk(view, params);
}

bool knee_curve_view_unclear(const struct knee_curve_view *view, size_t knot)
{
    const struct knee_posterior *posterior = &view->posterior;
    const struct knee_posterior_knot *own = &posterior->knots[knot];
    double best = posterior->knots[view->claims.best].mean;
    if (posterior->states < STATES_LIKELY || !own->usable || own->barred ||
        own->windows >= STATE_WINDOWS || own->range > posterior->state_depth / 2)
        return false;
    return knot == view->claims.pick || knot == view->claims.best ||
           (own->mean < best - posterior->state_depth / 4 &&
            own->mean + posterior->state_depth > best - view->tolerance);
}

static bool all_clear(const struct knee_curve_view *view)
{
    for (size_t j = 0; j < view->posterior.knots_count; j++)
        if (knee_curve_view_unclear(view, j))
            return false;
    return true;
}

/* The middle one of the knots between two that are far from each other, by their levels or by
 * `step` in log throughput. */
static size_t middle_between(const struct knee_curve_view *view, size_t low, size_t high,
                             double step)
{
    const struct knee_posterior_knot *knots = view->posterior.knots;
    size_t middle = SIZE_MAX;
    double least = INFINITY, aim = sqrt((double)knots[low].level * knots[high].level);
    if (knots[high].level <= KNEE_CLAIMS_RATIO * knots[low].level &&
        fabs(knots[high].mean - knots[low].mean) <= step)
        return SIZE_MAX;
    for (size_t j = low + 1; j < high; j++) {
        double away = fabs(log(knots[j].level / aim));
        if (!knots[j].barred && away < least) {
            middle = j;
            least = away;
        }
    }
    return middle;
}

/* Throughput falls soon above the pick: a pool that collapses, not a plateau. */
static bool is_peak(const struct knee_curve_view *view)
{
    const struct knee_posterior_knot *knots = view->posterior.knots;
    size_t pick = view->claims.pick;
    for (size_t j = pick + 1; j < view->posterior.knots_count; j++)
        if (knots[j].usable && knots[j].level <= PEAK_WIDTH * knots[pick].level &&
            knots[j].mean < knots[pick].mean - PEAK_FALL * view->tolerance)
            return true;
    return false;
}

size_t knee_curve_view_unseen(const struct knee_curve_view *view)
{
    size_t pick = view->claims.pick, unseen = SIZE_MAX;
    bool top = pick + 1 == view->posterior.knots_count, peak = is_peak(view);
    /* On a steep slope a peak may hide between near levels, too. */
    double step = peak ? PEAK_STEP * view->tolerance : INFINITY;
    if (peak && view->above != SIZE_MAX)
        unseen = middle_between(view, pick, view->above, step);
    if (unseen == SIZE_MAX && (peak || top) && view->below != SIZE_MAX)
        unseen = middle_between(view, view->below, pick, step);
    return unseen;
}

bool knee_curve_view_seen(const struct knee_curve_view *view)
{
    const struct knee_posterior *posterior = &view->posterior;
    return posterior->knots_count == 1 ||
           (!view->falling && all_clear(view) && knee_curve_view_unseen(view) == SIZE_MAX &&
            posterior->knots[view->claims.pick].windows >= view->pick_windows &&
            (view->below == SIZE_MAX ||
             posterior->knots[view->below].windows >= view->below_windows) &&
            (view->above == SIZE_MAX ||
             posterior->knots[view->above].windows >= view->above_windows));
}

/* A rough guess: the margin of a normal claim grows with the root of the windows. */
uint32_t knee_curve_view_missing(const struct knee_curve_view *view,
                                 const struct knee_claims *claims,
                                 const struct knee_search_params *params)
{
    double allowed = knee_curve_view_risk(view, params);
    double risk = fmin(fmax(1 - claims->right, .5 * allowed), .45);
    double ratio = gsl_cdf_ugaussian_Qinv(allowed) / gsl_cdf_ugaussian_Qinv(risk);
    double more = fmin(fmax(ratio * ratio - 1, MORE_MIN), MORE_MAX);
    return (uint32_t)ceil(more * (double)view->posterior.windows_count) + PICK_WINDOWS;
}
