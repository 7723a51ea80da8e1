/* SPDX-License-Identifier: MIT */
/* From a view to a decision. */
#include "tuner/search/curve_view.h"
#include "tuner/search/strategies.h"

#include <math.h>

#define RISING_LIKELY .9

static void claim(const struct knee_search_state *state, const struct knee_curve_view *view,
                  struct knee_decision *decision)
{
    const struct knee_claims *claims = &view->claims;
    uint32_t level_max = knee_strategy_level_max(state->params);
    bool rising = decision->knee == level_max && level_max > 1 && claims->rising >= RISING_LIKELY;
    /* A smaller level may be fast as well, by the claims: next time it may be the answer. */
    decision->knee_low = view->below == SIZE_MAX ? 1 : view->posterior.knots[view->below].level + 1;
    if (claims->first_low < decision->knee_low)
        decision->knee_low = claims->first_low;
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
static bool is_seen_twice(const struct knee_curve_view *view)
{
    const struct knee_posterior_knot *knots = view->posterior.knots;
    return knots[view->claims.pick].windows >= 2 &&
           (view->below == SIZE_MAX || knots[view->below].windows >= 2);
}

/* Is the knot `pick` within this tolerance of the best level? */
static bool is_fast(const struct knee_curve_view *view, const struct knee_search_params *params,
                    size_t pick, double tolerance_ratio)
{
    size_t fast = 0, count = view->posterior.draws_count;
    for (size_t d = 0; d < count; d++) {
        double margin, unused;
        knee_claims_margins(&view->posterior, d, pick, tolerance_ratio, &margin, &unused);
        fast += margin >= 0;
    }
    return (double)fast >= (1 - knee_curve_view_risk(view, params)) * (double)count;
}

/* A coarser tolerance holds for `coarse`. To use that pick would give away up to this tolerance, to
 * be sure that nothing smaller would do. The likeliest pick at the asked tolerance gives away less,
 * and is used as long as it keeps the coarser one, too. */
static void use_coarser(const struct knee_search_params *params, const struct knee_curve_view *view,
                        const struct knee_curve_view *coarse, struct knee_decision *decision)
{
    decision->uses_coarser = true;
    if (is_fast(view, params, view->claims.pick, decision->tolerance_resolved_ratio))
        return;
    decision->limit = decision->limit_resolved;
    decision->bound_ratio = coarse->claims.bound_ratio;
}

/* The asked tolerance is open: does a coarser one hold? */
static void find_coarser(const struct knee_search_params *params,
                         const struct knee_curve_view *view, struct knee_decision *decision)
{
    double ratio = params->tolerance_ratio;
    struct knee_curve_view coarse = *view;
    decision->uses_coarser = false;
    decision->tolerance_resolved_ratio = NAN;
    decision->limit_resolved = 0;
    while ((ratio = knee_decision_coarser(ratio)) > 0) {
        if (knee_claims_make(&coarse.claims, NULL, &view->posterior, ratio,
                             params->confidence_ratio, NULL))
            return;
        coarse.below = knee_curve_view_below(&coarse);
        if (!knee_curve_view_likely(&coarse, params) || !is_seen_twice(&coarse))
            continue;
        decision->tolerance_resolved_ratio = ratio;
        decision->limit_resolved = view->posterior.knots[coarse.claims.pick].level;
        if (params->may_use_coarser)
            use_coarser(params, view, &coarse, decision);
        return;
    }
}

static void leave_open(const struct knee_search_state *state, const struct knee_curve_view *view,
                       struct knee_decision *decision)
{
    decision->knee_low = view->claims.low;
    decision->knee_high = view->claims.high;
    decision->verdict = KNEE_VERDICT_UNRESOLVED;
    decision->windows_more = knee_curve_view_missing(view, &view->claims, state->params);
    decision->why = (struct knee_decision_why){.kind = decision->knee_low < decision->knee_high
                                                           ? KNEE_DECISION_INTERVAL
                                                           : KNEE_DECISION_TOO_FEW,
                                               .window_cv = sqrt(view->posterior.noise_variance)};
    find_coarser(state->params, view, decision);
    decision->thin = !decision->uses_coarser &&
                     view->posterior.knots[view->claims.pick].windows < KNEE_DECISION_WINDOWS_MIN;
}

void knee_curve_view_decide(const struct knee_curve_view *view,
                            const struct knee_search_state *state, struct knee_decision *decision)
{
    decision->knee = decision->limit = view->posterior.knots[view->claims.pick].level;
    decision->peak = view->posterior.knots[view->claims.best].level;
    if (decision->peak < decision->knee)
        decision->peak = decision->knee;
    decision->bound_ratio = view->claims.bound_ratio;
    if (knee_curve_view_likely(view, state->params) && knee_curve_view_seen(view))
        claim(state, view, decision);
    else
        leave_open(state, view, decision);
    knee_decision_follow(decision);
}
