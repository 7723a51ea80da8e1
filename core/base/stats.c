/* SPDX-License-Identifier: MIT */
#include "core/base/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define SELECT_ROUNDS_MAX 100 /* halving a billion takes 30 */

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

static double median_of_three(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* The end j of the lower part: none of values[low .. j] is above, none after it below, the pivot
 * (the partition of Hoare 1961). j < high, since of the first and the middle one is not below it.
 */
static size_t split(double *values, size_t low, size_t high)
{
    double pivot = median_of_three(values[low], values[low + (high - low) / 2], values[high]);
    for (size_t i = low, j = high;; i++, j--) {
        while (values[i] < pivot)
            i++;
        while (values[j] > pivot)
            j--;
        if (i >= j)
            return j < high ? j : high - 1;
        double value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}

/* Puts the value that belongs at `nth` there, and no larger one before it: sorting all would take
 * most of the time of a fit to many windows. Odd data may split badly again and again; then the
 * rest is sorted. */
static void select_nth(double *values, size_t count, size_t nth)
{
    size_t low = 0, high = count - 1;
    for (int rounds = 0; low < high; rounds++) {
        if (rounds == SELECT_ROUNDS_MAX) {
            qsort(values + low, high - low + 1, sizeof *values, compare);
            return;
        }
        size_t at = split(values, low, high);
        if (nth <= at)
            high = at;
        else
            low = at + 1;
    }
}

double knee_stats_quantile(double *values, size_t count, double quantile)
{
    if (count == 0)
        return NAN;
    double place = quantile * (double)(count - 1);
    size_t below = (size_t)place;
    below = below < count ? below : count - 1;
    select_nth(values, count, below);
    if (below + 1 >= count)
        return values[below];
    double next = INFINITY;
    for (size_t i = below + 1; i < count; i++)
        next = fmin(next, values[i]);
    return values[below] + (place - (double)below) * (next - values[below]);
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
