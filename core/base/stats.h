/* SPDX-License-Identifier: MIT */
/* Statistics of plain arrays. Pure. Too few values give NAN. The caller removes NANs first. */
#ifndef KNEE_CORE_BASE_STATS_H
#define KNEE_CORE_BASE_STATS_H

#include <stddef.h>

double knee_stats_mean(const double *values, size_t count);
double knee_stats_sd(const double *values, size_t count); /* n - 1; needs two values */
double knee_stats_cv(const double *values, size_t count); /* sd over mean */

/* These change the order of `values`. */
double knee_stats_median(double *values, size_t count);
/* `quantile` 0 to 1, interpolated between order statistics (Hyndman and Fan 1996, type 7). */
double knee_stats_quantile(double *values, size_t count, double quantile);
/* Median absolute deviation from the median, unscaled (× 1.4826 estimates a normal's sd).
 * Overwrites `values`. */
double knee_stats_mad(double *values, size_t count);

/* x with P(T <= x) = probability for Student's t; df > 0, fractions allowed. */
double knee_stats_t_quantile(double probability, double df);

#endif
