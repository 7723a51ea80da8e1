/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/posterior.h"

#include "core/base/stats.h"
#include "tuner/posterior/knots.h"

#include <math.h>
#include <stdlib.h>

#define SD_MIN 1e-4      /* log units: no level is known better */
#define BAND_SIGMAS 1.96 /* of a normal distribution: as far out as the band's ends */

_Static_assert(KNEE_KNOTS_MAX <= KNEE_BAND_LEVELS_MAX, "a band holds every knot");

/* The point of a knot that was measured, or NULL. */
static struct knee_point *point_of(struct knee_points *points,
                                   const struct knee_posterior_knot *knot)
{
    size_t at = knot->windows > 0 ? knee_points_find(points, knot->level) : SIZE_MAX;
    return at != SIZE_MAX && points->at[at].windows > 0 ? &points->at[at] : NULL;
}

/* The mean of one draw over the measured knots, each with the weight of its windows. */
static double draw_mean(const struct knee_posterior *posterior, size_t draw)
{
    const double *values = posterior->values + draw * posterior->knots_count;
    double sum = 0, weight = 0;
    for (size_t j = 0; j < posterior->knots_count; j++) {
        sum += posterior->knots[j].windows * values[j];
        weight += posterior->knots[j].windows;
    }
    return weight > 0 ? sum / weight : 0;
}

/* What brings the posterior to the points' scale, and the variance of that: of a mean over all
 * windows, as the points know it. */
static double offset_of(const struct knee_posterior *posterior, struct knee_points *points,
                        double *variance)
{
    double sum = 0, weight = 0, squares = 0;
    for (size_t j = 0; j < posterior->knots_count; j++) {
        const struct knee_posterior_knot *knot = &posterior->knots[j];
        const struct knee_point *point = point_of(points, knot);
        if (!point)
            continue;
        double error = knot->windows * point->sigma / sqrt(point->effective_windows);
        sum += knot->windows * (point->log_throughput - knot->mean);
        weight += knot->windows;
        squares += error * error;
    }
    *variance = weight > 0 ? squares / (weight * weight) : 0;
    return weight > 0 ? sum / weight : 0;
}

/* Each draw's curve is moved to where its measured levels have the mean of all draws: the draws
 * differ in their common height, too, of which only the points know how sure it is. Without memory
 * there is no band. */
static void set_band(const struct knee_posterior *posterior, double offset, double common_variance,
                     double mean_of_means, struct knee_band *band)
{
    size_t draws = posterior->draws_count, count = posterior->knots_count;
    double common = BAND_SIGMAS * sqrt(common_variance);
    double *values = malloc((draws + 1) * sizeof *values);
    band->count = values ? count : 0;
    for (size_t j = 0; j < band->count; j++) {
        for (size_t d = 0; d < draws; d++)
            values[d] = posterior->values[d * count + j] + offset -
                        (draw_mean(posterior, d) - mean_of_means);
        double mean = posterior->knots[j].mean + offset;
        double below = mean - knee_stats_quantile(values, draws, KNEE_BAND_LOW);
        double above = knee_stats_quantile(values, draws, KNEE_BAND_HIGH) - mean;
        band->at[j] = (struct knee_band_level){.level = posterior->knots[j].level,
                                               .low_per_s = exp(mean - hypot(below, common)),
                                               .high_per_s = exp(mean + hypot(above, common))};
    }
    free(values);
}

void knee_posterior_describe(const struct knee_posterior *posterior, struct knee_points *points)
{
    double common_variance, mean_of_means = 0;
    double offset = offset_of(posterior, points, &common_variance);
    double one = 1 / (double)posterior->draws_count;
    for (size_t d = 0; d < posterior->draws_count; d++)
        mean_of_means += one * draw_mean(posterior, d);
    set_band(posterior, offset, common_variance, mean_of_means, &points->band);
    points->band.states = posterior->states;
    points->band.slow_ratio = exp(-posterior->state_depth);
    points->band.slow_share = posterior->state_share;
    for (size_t j = 0; j < posterior->knots_count; j++) {
        const struct knee_posterior_knot *knot = &posterior->knots[j];
        struct knee_point *point = point_of(points, knot);
        double squares = 0;
        if (!point)
            continue;
        for (size_t d = 0; d < posterior->draws_count; d++) {
            double own = posterior->values[d * posterior->knots_count + j] - knot->mean;
            double error = own - (draw_mean(posterior, d) - mean_of_means);
            squares += one * error * error;
        }
        double ratio = point->sigma / fmax(sqrt(squares), SD_MIN);
        point->log_throughput = knot->mean + offset;
        point->effective_windows = ratio * ratio;
        point->common_variance = common_variance;
    }
}
