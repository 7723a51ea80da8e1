/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/posterior.h"

#include "tuner/fit/steady.h"
#include "tuner/posterior/knots.h"
#include "tuner/posterior/sampler.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define ATTEMPTS_MAX 5 /* windows at a level none of which can be used */
/* Each draw goes over all windows, so that a million of them would take minutes. Of more than this,
 * each level keeps every second one, or third, ...; together they tell a level's throughput far
 * better than any tolerance asks. */
#define WINDOWS_MAX 4096

static int compare_levels(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static size_t find(const struct knee_knots *levels, uint32_t level)
{
    const uint32_t *found =
        bsearch(&level, levels->at, levels->count, sizeof *levels->at, compare_levels);
    return found ? (size_t)(found - levels->at) : SIZE_MAX;
}

static bool is_own(const struct knee_posterior_params *params, uint32_t level)
{
    const uint32_t own = KNEE_MARK_CORES | KNEE_MARK_PUS | KNEE_MARK_NUMA | KNEE_MARK_QUOTA;
    for (size_t i = 0; i < params->candidates_count; i++)
        if (params->candidates[i].level == level && (params->candidates[i].marks & own))
            return true;
    return params->cpus > 0 && (level == params->cpus || level == 2 * params->cpus);
}

/* The knot of a window that counts, or SIZE_MAX. */
static size_t knot_of(const struct knee_window *window, const struct knee_knots *levels,
                      const struct knee_points *points, bool hit)
{
    size_t point = knee_points_find(points, window->level);
    if (!window->valid || !isfinite(window->throughput_per_s) || window->throughput_per_s <= 0 ||
        point == SIZE_MAX || points->at[point].errors || hit)
        return SIZE_MAX;
    return find(levels, window->level);
}

/* Every how many windows of each knot one is taken, so that all in all there are about
 * WINDOWS_MAX. `strides` are all 0. */
static void set_strides(size_t *strides, const struct knee_knots *levels,
                        const struct knee_window *windows, size_t count,
                        const struct knee_points *points)
{
    size_t used = 0;
    for (size_t i = points->earlier; i < count && count > WINDOWS_MAX; i++) {
        size_t knot = knot_of(&windows[i], levels, points, false);
        if (knot != SIZE_MAX)
            used += strides[knot]++ == 0;
    }
    for (size_t j = 0; j < levels->count; j++)
        strides[j] = 1 + strides[j] * used / WINDOWS_MAX;
}

/* The windows that count, as the sampler's; returns how many. */
static size_t take_windows(struct knee_sampler_window *out, const struct knee_knots *levels,
                           const struct knee_window *windows, size_t count,
                           const struct knee_points *points,
                           const struct knee_failing_window *failing)
{
    size_t taken = 0, seen[KNEE_KNOTS_MAX] = {0}, strides[KNEE_KNOTS_MAX] = {0};
    set_strides(strides, levels, windows, count, points);
    for (size_t i = points->earlier; i < count; i++) {
        size_t knot = knot_of(&windows[i], levels, points, failing[i].hit);
        if (knot == SIZE_MAX || seen[knot]++ % strides[knot] != 0)
            continue;
        /* What an order costs is drawn. */
        bool after_higher = knee_points_after_higher(windows, i);
        double lost = failing[i].lost + (after_higher ? points->order_loss : 0);
        out[taken++] =
            (struct knee_sampler_window){.y = log(knee_steady_throughput_per_s(&windows[i])) - lost,
                                         .knot = (uint32_t)knot,
                                         .after_higher = after_higher};
    }
    return taken;
}

/* Relative to the lowest level's best window: so the first knot's prior is about 0. */
static void centre(struct knee_sampler *sampler)
{
    double level = -INFINITY;
    for (size_t i = 0; i < sampler->windows_count; i++)
        if (sampler->windows[i].knot == sampler->windows[0].knot)
            level = fmax(level, knee_sampler_y(sampler, &sampler->windows[i]));
    for (size_t i = 0; i < sampler->windows_count; i++)
        sampler->windows[i].y -= level;
}

static void fill_sampler(struct knee_sampler *sampler, const struct knee_knots *levels,
                         const struct knee_posterior_params *params)
{
    for (size_t j = 0; j < levels->count; j++) {
        struct knee_sampler_knot *knot = &sampler->knots[j];
        knot->own = is_own(params, levels->at[j]);
        if (j + 1 < levels->count)
            knot->width = log((double)levels->at[j + 1] / levels->at[j]);
    }
    centre(sampler);
    knee_sampler_prepare(sampler, params->seed);
}

static void keep_mean(double *mean, double value, size_t draw)
{
    *mean += (value - *mean) / (double)(draw + 1);
}

/* With another model, a depth is a mere proposal, and no window is slow. */
static void keep_states(struct knee_posterior *posterior, size_t draw)
{
    const struct knee_sampler *sampler = posterior->sampler;
    double slow = 0, count = (double)sampler->windows_count;
    keep_mean(&posterior->states, sampler->states, draw);
    if (!sampler->states)
        return;
    for (size_t i = 0; i < sampler->windows_count; i++)
        slow += sampler->windows[i].slow;
    double with_states = posterior->states * (double)(draw + 1);
    posterior->state_depth += (sampler->mode_depth - posterior->state_depth) / with_states;
    posterior->state_share += (slow / count - posterior->state_share) / with_states;
}

static void keep_draw(struct knee_posterior *posterior)
{
    const struct knee_sampler *sampler = posterior->sampler;
    size_t draw = posterior->draws_count++;
    double *values = posterior->values + draw * posterior->knots_count;
    for (size_t j = 0; j < posterior->knots_count; j++) {
        const struct knee_sampler_knot *knot = &sampler->knots[j];
        struct knee_posterior_knot *kept = &posterior->knots[j];
        values[j] = knee_sampler_value(sampler, j);
        keep_mean(&kept->noise_variance,
                  knot->windows > 0 ? knot->noise_variance : sampler->noise_variance, draw);
        keep_mean(&kept->mean, values[j], draw);
    }
    posterior->drifts[draw] =
        sampler->windows_count ? sampler->windows[sampler->windows_count - 1].drift : 0;
    keep_mean(&posterior->noise_variance, sampler->noise_variance, draw);
    keep_mean(&posterior->step_variance, sampler->step_variance, draw);
    keep_mean(&posterior->dip_share, sampler->dip_share, draw);
    keep_mean(&posterior->modes, !sampler->states && sampler->modes_from < sampler->modes_to, draw);
    keep_states(posterior, draw);
}

/* How much higher the best measured level of a draw is than the one of the highest mean, on
 * average. */
static double best_excess_of(const struct knee_posterior *posterior)
{
    const struct knee_posterior_knot *knots = posterior->knots;
    size_t count = posterior->knots_count, top = SIZE_MAX;
    double excess = 0;
    for (size_t j = 0; j < count; j++)
        if (knots[j].windows > 0 && (top == SIZE_MAX || knots[j].mean > knots[top].mean))
            top = j;
    for (size_t d = 0; top != SIZE_MAX && d < posterior->draws_count; d++) {
        const double *values = posterior->values + d * count;
        double best = values[top];
        for (size_t j = 0; j < count; j++)
            best = knots[j].windows > 0 ? fmax(best, values[j]) : best;
        keep_mean(&excess, best - values[top], d);
    }
    return excess;
}

int knee_posterior_go_on(struct knee_posterior *posterior, size_t draws, struct knee_err *err)
{
    size_t count = posterior->draws_count + draws;
    double *values =
        realloc(posterior->values, (count * posterior->knots_count + 1) * sizeof *values);
    posterior->values = values ? values : posterior->values;
    double *drifts = realloc(posterior->drifts, (count + 1) * sizeof *drifts);
    posterior->drifts = drifts ? drifts : posterior->drifts;
    if (!values || !drifts)
        return knee_err_memory(err, "posterior");
    while (posterior->draws_count < count) {
        knee_sampler_round(posterior->sampler);
        keep_draw(posterior);
    }
    posterior->best_excess = best_excess_of(posterior);
    return 0;
}

static double range_of(const struct knee_sampler *sampler, size_t j)
{
    double low = INFINITY, high = -INFINITY;
    const struct knee_sampler_knot *knot = &sampler->knots[j];
    for (uint32_t i = 0; i < knot->windows; i++) {
        double y = knee_sampler_y(sampler, &sampler->windows[sampler->by_knot[knot->first + i]]);
        low = fmin(low, y);
        high = fmax(high, y);
    }
    return knot->windows > 0 ? high - low : 0;
}

static bool cannot_be_used(const struct knee_point *point)
{
    return point->windows == 0 && point->rejected - point->unlucky >= ATTEMPTS_MAX;
}

static void describe_knots(struct knee_posterior *posterior, const struct knee_knots *levels,
                           const struct knee_points *points)
{
    for (size_t j = 0; j < levels->count; j++) {
        struct knee_posterior_knot *knot = &posterior->knots[j];
        uint32_t windows = posterior->sampler->knots[j].windows;
        *knot = (struct knee_posterior_knot){.level = levels->at[j],
                                             .windows = windows,
                                             .usable = windows > 0,
                                             .range = range_of(posterior->sampler, j)};
        size_t point = knee_points_find(points, knot->level);
        knot->barred =
            point != SIZE_MAX && (points->at[point].errors || cannot_be_used(&points->at[point]));
    }
    posterior->knots_count = levels->count;
    posterior->windows_count = posterior->sampler->windows_count;
}

static int start_sampler(struct knee_posterior *posterior, const struct knee_knots *levels,
                         size_t windows, struct knee_err *err)
{
    struct knee_sampler *sampler = malloc(sizeof *sampler);
    posterior->knots = calloc(levels->count + 1, sizeof *posterior->knots);
    if (!sampler || !posterior->knots || knee_sampler_init(sampler, levels->count, windows, err)) {
        free(sampler);
        return knee_err_memory(err, "posterior");
    }
    posterior->sampler = sampler;
    return 0;
}

int knee_posterior_fit(struct knee_posterior *posterior, const struct knee_posterior_params *params,
                       const struct knee_window *windows, size_t count,
                       const struct knee_points *points, struct knee_err *err)
{
    struct knee_posterior made = {.draws_count = 0};
    struct knee_failing_level failing_levels[KNEE_LEVELS_MAX];
    struct knee_failing_window *failing = malloc((count + 1) * sizeof *failing);
    struct knee_knots *levels = malloc(sizeof *levels);
    int status = -1;
    if (!levels || !failing) {
        knee_err_memory(err, "posterior");
        goto out;
    }
    knee_knots_list(levels, params, points);
    if (start_sampler(&made, levels, count, err))
        goto out;
    knee_points_failing(points, windows, count, failing, failing_levels);
    made.sampler->windows_count =
        take_windows(made.sampler->windows, levels, windows, count, points, failing);
    made.sampler->order_loss = points->order_loss;
    fill_sampler(made.sampler, levels, params);
    describe_knots(&made, levels, points);
    for (uint32_t i = 0; i < params->burn_in; i++)
        knee_sampler_round(made.sampler);
    status = knee_posterior_go_on(&made, params->draws, err);
out:
    if (status == 0)
        *posterior = made;
    else
        knee_posterior_release(&made);
    free(levels);
    free(failing);
    return status;
}

void knee_posterior_release(struct knee_posterior *posterior)
{
    if (posterior->sampler)
        knee_sampler_release(posterior->sampler);
    free(posterior->sampler);
    free(posterior->knots);
    free(posterior->values);
    free(posterior->drifts);
    *posterior = (struct knee_posterior){0};
}
