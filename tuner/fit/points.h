/* SPDX-License-Identifier: MIT */
/* tuner/fit turns windows into numbers: which windows count, one fit over all blocks, scalability
 * models, and tables of other people.
 *
 * This file: one point for each level, from the pooled, block-corrected fit
 *
 *     log X = E[level] + K[block] + noise
 *
 * Pure. The decision, the table and the charts all read these points.
 *
 * How: median polish (Tukey 1977, "Exploratory data analysis", ch. 11) finds the windows that a
 * dip of the machine spoilt. The others are fitted by least squares. K is a random walk over the
 * blocks, and its step is estimated from the same data (smoothing by a mixed model: Robinson 1991,
 * "That BLUP is a good thing", eq. 1.1). So even a block of two windows helps to compare its levels
 * with those of other blocks, and a steady machine pays nothing for the correction. The noise is
 * a level's own, shrunk towards that of all levels. */
#ifndef KNEE_TUNER_FIT_POINTS_H
#define KNEE_TUNER_FIT_POINTS_H

#include "core/base/err.h"
#include "core/engine/window.h"
#include "tuner/fit/band.h"
#include "tuner/fit/failing.h"
#include "tuner/levels/level_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_point {
    uint32_t level;
    uint32_t windows;      /* valid and kept by the fit */
    uint32_t rejected;     /* invalid, empty, or an outlier to the fit */
    uint32_t unlucky;      /* of these: another window may be without (knee_steal_unlucky) */
    double log_throughput; /* E: natural logarithm of items/s; NAN if windows is 0 */
    double sigma;          /* the s for this level's claims: its own, shrunk towards the pooled */
    double df;             /* its degrees of freedom; at least 1 */
    double own_sigma;      /* this level's own residuals; NAN with fewer than two */
    double effective_windows; /* windows less what the block correction costs; > 0 */
    double common_variance;   /* of log_throughput, too, but the same for all levels, so that it is
                               * not in their differences; 0 if sigma and windows say it all */
    double failed_ratio;      /* failed items of all items, of the valid windows; 0 if none */
    bool errors;              /* fails too often by itself: never knee or peak */
    bool doubtful;            /* some of its windows were rejected, but may be its own doing */
    bool modes;               /* its throughput is the mean of windows that differ by themselves */
    bool suspect;             /* failed each time, perhaps because of the time: try it again */
};

struct knee_points {
    size_t count; /* levels that were measured, ascending */
    struct knee_point at[KNEE_LEVELS_MAX];
    double sigma;          /* pooled, of one window, in log throughput; > 0 always */
    double df;             /* residual degrees of freedom; 0: nothing was repeated */
    double order_loss;     /* what following a higher level costs a window, log units; >= 0 */
    size_t windows;        /* all of them */
    double ceiling_per_s;  /* the base rate of a token bucket: no level lasts above it; INFINITY */
    size_t earlier;        /* of these, the first: of a faster regime that did not last */
    size_t failed_by_time; /* of these: items failed because of the time, not of the level */
    size_t rejected; /* of these: not in the fit, for other reasons than that every item failed;
                      * of unlucky ones only as many as are too many, if they are more than
                      * half of all */
    struct knee_band band; /* of the strategy, if it has one (knee_search_points) */
};

/* Fits all valid windows with a throughput above 0. More than KNEE_LEVELS_MAX levels
 * are left out. `points` is large: keep it on the heap or reuse it. -1 out of memory. */
int knee_points_fit(struct knee_points *points, const struct knee_window *windows, size_t count,
                    struct knee_err *err);

/* Which windows the fit leaves out since they failed because of the time (`hit`), and what the
 * others lost by it or by their order or gained by credit (`lost`, log units); and of each of the
 * points' levels whether it fails by itself. Returns how many failed because of the time, and
 * not by chance; 0 if the levels may be to blame as well. */
size_t knee_points_failing(const struct knee_points *points, const struct knee_window *windows,
                           size_t count, struct knee_failing_window *failing,
                           struct knee_failing_level *levels);

/* Was the window before this one at a higher level? */
bool knee_points_after_higher(const struct knee_window *windows, size_t at);

/* Standard error of E[a] - E[b] (indexes into `at`). */
double knee_points_se(const struct knee_points *points, size_t a, size_t b);

/* Its degrees of freedom, at least 1 (Satterthwaite 1946). */
double knee_points_df(const struct knee_points *points, size_t a, size_t b);

/* The index of `level` in `at`, or SIZE_MAX. */
size_t knee_points_find(const struct knee_points *points, uint32_t level);

#endif
