/* SPDX-License-Identifier: MIT */
/* Where did a series change? E-divisive: Matteson and James 2014, "A nonparametric approach for
 * multiple change point analysis of multivariate data", JASA 109, sections 2.2 to 3.2, with
 * alpha = 1. Pure.
 *
 * A segment is split in front of the value at which the energy distance of what comes before to
 * what follows (up to any later end) is greatest, equation (7); the split is kept if fewer than a
 * share `risk` of random orders of the segment reach that distance. Then each part is split again.
 * At last, splits whose two sides differ by less than `effect_min` in their medians are dropped,
 * the smallest first: they may be real, but are not worth a word.
 *
 * A random order is the null: the values of an unchanged stretch must not depend on each other. A
 * machine that drifts slowly from one value to the next looks like changes. */
#ifndef KNEE_TUNER_COMPARE_CHANGE_POINTS_H
#define KNEE_TUNER_COMPARE_CHANGE_POINTS_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_CHANGE_POINTS_RISK .01
/* One value can be a hiccup; a change is at least this many alike. */
#define KNEE_CHANGE_POINTS_SEGMENT_MIN 3
/* Longer series are refused: the time grows with the square. */
#define KNEE_CHANGE_POINTS_VALUES_MAX 256

struct knee_change_points_params {
    double risk;       /* of a false split of a segment: KNEE_CHANGE_POINTS_RISK */
    double effect_min; /* in the values' unit: of logarithms, ln(1.05) is 5 % */
    uint64_t seed;     /* of the random orders */
};

/* Sets points[0..*points_count), ascending: the first value of each new stretch; room for
 * `count` elements. Values are finite. -1: out of memory, or too many values. */
int knee_change_points_find(const double *values, size_t count,
                            const struct knee_change_points_params *params, size_t *points,
                            size_t *points_count, struct knee_err *err);

/* The median of values[from..to). -1 out of memory. */
int knee_change_points_median(double *median, const double *values, size_t from, size_t to,
                              struct knee_err *err);

#endif
