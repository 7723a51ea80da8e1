/* SPDX-License-Identifier: MIT */
/* What the draws of a curve claim. Pure.
 *
 * With the tolerance t, a level is *fast* in a draw if it is within 1.5 t of the draw's best level:
 * the tolerance, and half of it for indifference. A level n is *right* in a draw if
 *     A  it is fast: nothing is better than n by more than that, and
 *     B  no level below n / 1.25 is fast (one less than n may be): nothing smaller would do.
 * The probability that n is right is the share of such draws.
 *
 * The best of many uncertain levels seems better than any of them is, as the highest of several
 * estimates does (Smith and Winkler 2006, "The optimizer's curse", Management Science 52): the
 * prior lets the levels of a plateau differ by more than they do. So each draw's best is lowered by
 * the excess: what the best measured level of a draw has, on average, above the one of the highest
 * mean; by a quarter of the tolerance at most. The bounds (bound_ratio, below_ratio) do without. */
#ifndef KNEE_TUNER_POSTERIOR_CLAIMS_H
#define KNEE_TUNER_POSTERIOR_CLAIMS_H

#include "tuner/posterior/posterior.h"

#define KNEE_CLAIMS_RATIO 1.25 /* a pick may be this much above the smallest fast level */

struct knee_claims {
    size_t pick;        /* a knot; SIZE_MAX: none */
    size_t best;        /* the usable knot with the highest mean */
    size_t finer;       /* the smallest knot below the pick that may be within the tolerance itself,
                         * and is to be measured before the pick is the answer; SIZE_MAX: none. More
                         * likely than not, if it was not measured, or if the pick is more than
                         * KNEE_CLAIMS_RATIO above it and it has few windows; with 5 %, if both */
    double right;       /* probability that the pick is right */
    double bound_ratio; /* X(pick) / max X is at least this, at the confidence */
    uint32_t below;     /* the highest measured level that claim B is about; 0: none */
    double below_ratio; /* no level up to `below` exceeds this share of max X, at the confidence */
    uint32_t low, high; /* the knee is in here, at the confidence */
    uint32_t first_low; /* the smallest fast level is at least this, at the confidence */
    double rising;      /* probability that throughput still grows at the highest level */
};

/* Also fills `rights`, the probability to be right of each knot, measured or not, unless NULL. -1
 * out of memory. */
int knee_claims_make(struct knee_claims *claims, double *rights,
                     const struct knee_posterior *posterior, double tolerance_ratio,
                     double confidence_ratio, struct knee_err *err);

/* A draw's margins for the knot `pick`, log units, positive if the claim holds: of A, and of B
 * (INFINITY if no knot is low enough). */
void knee_claims_margins(const struct knee_posterior *posterior, size_t draw, size_t pick,
                         double tolerance_ratio, double *fast, double *small);

#endif
