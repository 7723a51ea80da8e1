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
        decision->uses_coarser = params->may_use_coarser;
        if (params->may_use_coarser)
            decision->bound_ratio = coarse.claims.bound_ratio;
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
