/* SPDX-License-Identifier: MIT */
#include "tuner/compare/change_points.h"

#include "core/base/random.h"
#include "core/base/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ORDERS 999  /* random orders: with risk .01, ten may reach the distance */
#define STREAM 171u /* of the seed's random numbers */

struct finder {
    const struct knee_change_points_params *params;
    struct knee_random random;
    const double *values;
    bool *is_split; /* one for each value; set: a stretch begins here */
    double *order;  /* of a segment, shuffled */
    double *sums;   /* (n + 1)^2: of |x_i - x_j| over all i < a and j < b */
};

/* The sums of distances of all pairs, so that those within and between two stretches are found in
 * constant time. */
static void sum_distances(struct finder *finder, const double *x, size_t n)
{
    double *sums = finder->sums;
    size_t width = n + 1;
    memset(sums, 0, width * sizeof *sums);
    for (size_t i = 0; i < n; i++) {
        double row = 0;
        sums[(i + 1) * width] = 0;
        for (size_t j = 0; j < n; j++) {
            row += fabs(x[i] - x[j]);
            sums[(i + 1) * width + j + 1] = sums[i * width + j + 1] + row;
        }
    }
}

static double block_sum(const struct finder *finder, size_t n, size_t from, size_t to,
                        size_t other_from, size_t other_to)
{
    const double *sums = finder->sums;
    size_t width = n + 1;
    return sums[to * width + other_to] - sums[from * width + other_to] -
           sums[to * width + other_from] + sums[from * width + other_from];
}

/* Equations (5) and (7): the greatest scaled energy distance, and where it splits. */
static double greatest_distance(struct finder *finder, const double *x, size_t n, size_t *split)
{
    double best = -INFINITY;
    const size_t least = KNEE_CHANGE_POINTS_SEGMENT_MIN;
    sum_distances(finder, x, n);
    for (size_t at = least; at + least <= n; at++)
        for (size_t end = at + least; end <= n; end++) {
            double before = (double)at, after = (double)(end - at);
            double between = block_sum(finder, n, 0, at, at, end) * 2 / (before * after);
            double within = block_sum(finder, n, 0, at, 0, at) / (before * (before - 1)) +
                            block_sum(finder, n, at, end, at, end) / (after * (after - 1));
            double distance = before * after / (before + after) * (between - within);
            if (distance > best) {
                best = distance;
                *split = at;
            }
        }
    return best;
}

/* Whether random orders reach `distance` too rarely for chance. Stops when they no longer can. */
static bool is_significant(struct finder *finder, size_t n, double distance)
{
    size_t reached = 1, unused;
    double most = finder->params->risk * (ORDERS + 1);
    for (size_t round = 0; round < ORDERS; round++) {
        for (size_t i = n; i > 1; i--) {
            size_t j = knee_random_below(&finder->random, i);
            double value = finder->order[i - 1];
            finder->order[i - 1] = finder->order[j];
            finder->order[j] = value;
        }
        reached += greatest_distance(finder, finder->order, n, &unused) >= distance * (1 - 1e-9);
        if ((double)reached > most)
            return false;
    }
    return true;
}

/* Splits [from, to) and its parts; the stack holds those that are still to be looked at. */
static int split_all(struct finder *finder, size_t count, struct knee_err *err)
{
    size_t(*stack)[2] = calloc(count + 1, sizeof *stack);
    size_t depth = 0;
    if (!stack)
        return knee_err_memory(err, "compare");
    stack[depth][0] = 0;
    stack[depth++][1] = count;
    while (depth > 0) {
        depth--;
        size_t from = stack[depth][0], to = stack[depth][1], n = to - from, split = 0;
        if (n < 2 * KNEE_CHANGE_POINTS_SEGMENT_MIN)
            continue;
        double distance = greatest_distance(finder, finder->values + from, n, &split);
        memcpy(finder->order, finder->values + from, n * sizeof *finder->order);
        if (!(distance > 0) || !is_significant(finder, n, distance))
            continue;
        finder->is_split[from + split] = true;
        stack[depth][0] = from;
        stack[depth++][1] = from + split;
        stack[depth][0] = from + split;
        stack[depth++][1] = to;
    }
    free(stack);
    return 0;
}

int knee_change_points_median(double *median, const double *values, size_t from, size_t to,
                              struct knee_err *err)
{
    size_t count = to - from;
    double *sorted = calloc(count + 1, sizeof *sorted);
    if (!sorted)
        return knee_err_memory(err, "compare");
    memcpy(sorted, values + from, count * sizeof *sorted);
    *median = knee_stats_median(sorted, count);
    free(sorted);
    return 0;
}

/* The smallest change of neighbouring stretches, and its place among the points. */
static int find_smallest(const double *values, size_t count, const size_t *points,
                         size_t points_count, double *smallest, size_t *place, struct knee_err *err)
{
    *smallest = INFINITY;
    for (size_t i = 0; i < points_count; i++) {
        double before, after;
        size_t from = i > 0 ? points[i - 1] : 0;
        size_t to = i + 1 < points_count ? points[i + 1] : count;
        if (knee_change_points_median(&before, values, from, points[i], err) ||
            knee_change_points_median(&after, values, points[i], to, err))
            return -1;
        if (fabs(after - before) < *smallest) {
            *smallest = fabs(after - before);
            *place = i;
        }
    }
    return 0;
}

static int drop_small(const double *values, size_t count, double effect_min, size_t *points,
                      size_t *points_count, struct knee_err *err)
{
    while (*points_count > 0) {
        double smallest;
        size_t place = 0;
        if (find_smallest(values, count, points, *points_count, &smallest, &place, err))
            return -1;
        if (smallest >= effect_min)
            return 0;
        memmove(points + place, points + place + 1, (--*points_count - place) * sizeof *points);
    }
    return 0;
}

int knee_change_points_find(const double *values, size_t count,
                            const struct knee_change_points_params *params, size_t *points,
                            size_t *points_count, struct knee_err *err)
{
    if (count > KNEE_CHANGE_POINTS_VALUES_MAX)
        return knee_err_set(err, KNEE_USAGE, "history: %zu results; name the last %d", count,
                            KNEE_CHANGE_POINTS_VALUES_MAX);
    struct finder finder = {.params = params,
                            .random = knee_random_seed(params->seed, STREAM),
                            .values = values,
                            .is_split = calloc(count + 1, sizeof *finder.is_split),
                            .order = calloc(count + 1, sizeof *finder.order),
                            .sums = calloc((count + 1) * (count + 1), sizeof *finder.sums)};
    int status = finder.is_split && finder.order && finder.sums ? split_all(&finder, count, err)
                                                                : knee_err_memory(err, "compare");
    *points_count = 0;
    for (size_t i = 0; status == 0 && i < count; i++)
        if (finder.is_split[i])
            points[(*points_count)++] = i;
    if (status == 0)
        status = drop_small(values, count, params->effect_min, points, points_count, err);
    free(finder.is_split);
    free(finder.order);
    free(finder.sums);
    return status;
}
