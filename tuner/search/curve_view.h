/* SPDX-License-Identifier: MIT */
/* What the strategy curve knows after a block: the posterior of the whole curve, and what it
 * claims. Pure. */
#ifndef KNEE_TUNER_SEARCH_CURVE_VIEW_H
#define KNEE_TUNER_SEARCH_CURVE_VIEW_H

#include "tuner/posterior/claims.h"
#include "tuner/search/search.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_curve_view {
    struct knee_posterior posterior;
    struct knee_claims claims;
    double *rights;
    size_t below;           /* the highest measured knot below the pick; SIZE_MAX: none */
    size_t above;           /* the lowest above it; likewise */
    bool falling;           /* the last window gave less than others of its level */
    double tolerance_ratio; /* what the claims are about */
    double tolerance;       /* the same in log units */
    uint32_t pick_windows, below_windows, above_windows; /* that a claim needs of these */
};

/* -1 without memory: the search then ends with what it has. */
int knee_curve_view_look(struct knee_curve_view *view, const struct knee_search_state *state);
/* The same from more draws, for a decision: an open one has no other windows to come. */
int knee_curve_view_look_close(struct knee_curve_view *view, const struct knee_search_state *state);
void knee_curve_view_release(struct knee_curve_view *view);

/* Makes the claims for another tolerance: `claims`, `rights`, `below` and `above`. -1 without
 * memory. */
int knee_curve_view_ask(struct knee_curve_view *view, const struct knee_search_params *params,
                        double tolerance_ratio);

/* The risk that a claim may have after each block. */
double knee_curve_view_risk(const struct knee_curve_view *view,
                            const struct knee_search_params *params);

/* The highest measured knot below the pick; SIZE_MAX: none. */
size_t knee_curve_view_below(const struct knee_curve_view *view);

/* The claims hold at the confidence. */
bool knee_curve_view_likely(const struct knee_curve_view *view,
                            const struct knee_search_params *params);

/* In a device of two states: were all windows of this knot fast, or all slow? That is not known,
 * and a claim depends on it. */
bool knee_curve_view_unclear(const struct knee_curve_view *view, size_t knot);

/* A knot that was not measured, without which nothing can be claimed. If throughput falls soon
 * above the pick, a peak may hide in a wide or steep gap on either side of it; if the pick is the
 * top level, it is open whether throughput still rises there. SIZE_MAX: none. */
size_t knee_curve_view_unseen(const struct knee_curve_view *view);

/* They rest on enough windows. */
bool knee_curve_view_seen(const struct knee_curve_view *view);

/* About how many windows more the claims would take. */
uint32_t knee_curve_view_missing(const struct knee_curve_view *view,
                                 const struct knee_claims *claims,
                                 const struct knee_search_params *params);

/* Fills in the decision: proven claims, or an open interval. */
void knee_curve_view_decide(const struct knee_curve_view *view,
                            const struct knee_search_state *state, struct knee_decision *decision);

#endif
