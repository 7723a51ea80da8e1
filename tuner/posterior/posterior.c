/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/posterior.h"

#include "tuner/fit/steady.h"
#include "tuner/posterior/knots.h"
#include "tuner/posterior/sampler.h"

#include <math.h>
#include <stdlib.h>

#define ATTEMPTS_MAX 5 /* windows at a level none of which can be used */

static size_t find(const struct knee_knots *levels, uint32_t level)
{
    for (size_t i = 0; i < levels->count; i++)
        if (levels->at[i] == level)
            return i;
    return SIZE_MAX;
}

static bool is_own(const struct knee_posterior_params *params, uint32_t level)
{
    const uint32_t own = KNEE_MARK_CORES | KNEE_MARK_PUS | KNEE_MARK_NUMA | KNEE_MARK_QUOTA;
    for (size_t i = 0; i < params->candidates_count; i++)
        if (params->candidates[i].level == level && (params->candidates[i].marks & own))
            return true;
    return params->cpus > 0 && (level == params->cpus || level == 2 * params->cpus);
}

/* The windows that count, as the sampler's; returns how many. */
static size_t take_windows(struct knee_sampler_window *out, const struct knee_knots *levels,
                           const struct knee_window *windows, size_t count,
                           const struct knee_points *points,
                           const struct knee_failing_window *failing)
{
    size_t taken = 0;
    for (size_t i = points->earlier; i < count; i++) {
        const struct knee_window *window = &windows[i];
        size_t knot = find(levels, window->level), point = knee_points_find(points, window->level);
        if (!window->valid || !isfinite(window->throughput_per_s) ||
            window->throughput_per_s <= 0 || knot == SIZE_MAX || point == SIZE_MAX ||
            points->at[point].errors || failing[i].hit)
            continue;
        out[taken++] = (struct knee_sampler_window){.y = log(knee_steady_throughput_per_s(window)) -
                                                         failing[i].lost,
                                                    .knot = (uint32_t)knot};
    }
    return taken;
}

/* Relative to the lowest level's best window: so the first knot's prior is about 0. */
static void centre(struct knee_sampler *sampler)
{
    double level = -INFINITY;
    for (size_t i = 0; i < sampler->windows_count; i++)
        if (sampler->windows[i].knot == sampler->windows[0].knot)
            level = fmax(level, sampler->windows[i].y);
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

static int allocate(struct knee_posterior *posterior, const struct knee_knots *levels,
                    const struct knee_posterior_params *params, struct knee_err *err)
{
    *posterior =
        (struct knee_posterior){.knots_count = levels->count, .draws_count = params->draws};
    posterior->knots = calloc(levels->count + 1, sizeof *posterior->knots);
    posterior->values = malloc((params->draws * levels->count + 1) * sizeof *posterior->values);
    posterior->drifts = malloc((params->draws + 1) * sizeof *posterior->drifts);
    if (posterior->knots && posterior->values && posterior->drifts)
        return 0;
    knee_posterior_release(posterior);
    return knee_err_memory(err, "posterior");
}

static void keep_draw(struct knee_posterior *posterior, const struct knee_sampler *sampler,
                      size_t draw)
{
    double *values = posterior->values + draw * posterior->knots_count;
    for (size_t j = 0; j < posterior->knots_count; j++) {
        const struct knee_sampler_knot *knot = &sampler->knots[j];
        struct knee_posterior_knot *kept = &posterior->knots[j];
        values[j] = knee_sampler_value(sampler, j);
        kept->noise_variance +=
            (knot->windows > 0 ? knot->noise_variance : sampler->noise_variance) /
            (double)posterior->draws_count;
        kept->mean += values[j] / (double)posterior->draws_count;
    }
    posterior->drifts[draw] =
        sampler->windows_count ? sampler->windows[sampler->windows_count - 1].drift : 0;
    posterior->noise_variance += sampler->noise_variance / (double)posterior->draws_count;
    posterior->step_variance += sampler->step_variance / (double)posterior->draws_count;
    posterior->dip_share += sampler->dip_share / (double)posterior->draws_count;
}

static void sample(struct knee_posterior *posterior, struct knee_sampler *sampler,
                   const struct knee_posterior_params *params)
{
    for (uint32_t i = 0; i < params->burn_in; i++)
        knee_sampler_round(sampler);
    for (uint32_t i = 0; i < params->draws; i++) {
        knee_sampler_round(sampler);
        keep_draw(posterior, sampler, i);
    }
}

static void describe_knots(struct knee_posterior *posterior, const struct knee_knots *levels,
                           const struct knee_sampler *sampler, const struct knee_points *points)
{
    for (size_t j = 0; j < levels->count; j++) {
        struct knee_posterior_knot *knot = &posterior->knots[j];
        *knot = (struct knee_posterior_knot){.level = levels->at[j],
                                             .windows = sampler->knots[j].windows,
                                             .usable = sampler->knots[j].windows > 0};
        size_t point = knee_points_find(points, knot->level);
        knot->barred = point != SIZE_MAX &&
                       (points->at[point].errors || (points->at[point].windows == 0 &&
                                                     points->at[point].rejected >= ATTEMPTS_MAX));
    }
    posterior->windows_count = sampler->windows_count;
}

int knee_posterior_fit(struct knee_posterior *posterior, const struct knee_posterior_params *params,
                       const struct knee_window *windows, size_t count,
                       const struct knee_points *points, struct knee_err *err)
{
    struct knee_sampler sampler = {0};
    struct knee_failing_level failing_levels[KNEE_LEVELS_MAX];
    struct knee_failing_window *failing = malloc((count + 1) * sizeof *failing);
    struct knee_knots *levels = malloc(sizeof *levels);
    int status = -1;
    if (!levels || !failing) {
        knee_err_memory(err, "posterior");
        goto out;
    }
    knee_knots_list(levels, params, points);
    if (knee_sampler_init(&sampler, levels->count, count, err) ||
        allocate(posterior, levels, params, err))
        goto out;
    knee_points_failing(points, windows, count, failing, failing_levels);
    sampler.windows_count = take_windows(sampler.windows, levels, windows, count, points, failing);
    fill_sampler(&sampler, levels, params);
    describe_knots(posterior, levels, &sampler, points);
    sample(posterior, &sampler, params);
    status = 0;
out:
    knee_sampler_release(&sampler);
    free(levels);
    free(failing);
    return status;
}

void knee_posterior_release(struct knee_posterior *posterior)
{
    free(posterior->knots);
    free(posterior->values);
    free(posterior->drifts);
    *posterior = (struct knee_posterior){0};
}
