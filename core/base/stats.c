/* SPDX-License-Identifier: MIT */
#include "core/base/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

double knee_stats_mean(const double *values, size_t count)
{
    if (count == 0)
        return NAN;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

double knee_stats_sd(const double *values, size_t count)
{
    if (count < 2)
        return NAN;
    double mean = knee_stats_mean(values, count);
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(count - 1));
}

double knee_stats_cv(const double *values, size_t count)
{
    double mean = knee_stats_mean(values, count);
    return mean == 0 ? NAN : knee_stats_sd(values, count) / mean;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double knee_stats_quantile(double *values, size_t count, double quantile)
{
    if (count == 0)
        return NAN;
    qsort(values, count, sizeof *values, compare);
    double place = quantile * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return values[count - 1];
    return values[below] + (place - (double)below) * (values[below + 1] - values[below]);
}

double knee_stats_median(double *values, size_t count)
{
    return knee_stats_quantile(values, count, .5);
}

double knee_stats_mad(double *values, size_t count)
{
    double median = knee_stats_median(values, count);
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(values[i] - median);
    return knee_stats_median(values, count);
}

double knee_stats_t_quantile(double probability, double df)
{
    return gsl_cdf_tdist_Pinv(probability, df);
}
