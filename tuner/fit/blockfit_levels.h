/* SPDX-License-Identifier: MIT */
/* How levels differ in their noise; for tuner/fit/blockfit.h alone. Pure.
 *
 * Whose doing are the rows that lie far from the rest? The host hits all levels alike, so that the
 * share of such rows is about the same at each. A level, or all from one level on, that has clearly
 * more of them does that by itself: a garbage collector, a lock convoy, a cache that is sometimes
 * cold. Its throughput is then the mean of all its rows, and their spread is its noise.
 *
 * A level's own spread carries its claims, shrunk towards the pooled one, as a level with few rows
 * knows little of itself (scaled inverse chi-squared prior; its degrees of freedom by the marginal
 * likelihood of all levels, so that levels that are alike are pooled: Smyth 2004, "Linear models
 * and empirical Bayes methods", section 6.2). */
#ifndef KNEE_TUNER_FIT_BLOCKFIT_LEVELS_H
#define KNEE_TUNER_FIT_BLOCKFIT_LEVELS_H

#include "tuner/fit/blockfit.h"

#include <stdbool.h>

struct knee_blockfit_spread *knee_blockfit_spreads(size_t count); /* scratch; NULL: out of memory */

/* Marks the levels whose outliers are their own; returns whether there are new ones. */
bool knee_blockfit_own(struct knee_blockfit *fit);

/* Sets sigma, df, own_sigma and weight of each level from the residuals of the kept rows. */
void knee_blockfit_spread(struct knee_blockfit *fit);

#endif
