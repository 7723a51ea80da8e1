/* SPDX-License-Identifier: MIT */
/* Draws the depth of a slower mode: from its own windows if there is one, else from a stand-in for
 * its posterior (see sampler_modes.c). */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* The depth's density while there is no mode: near that of any dip. */
double knee_sampler_stand_in_density(const struct knee_sampler *sampler)
{
    double sum = 0, dips = 0, any = 1 / (KNEE_SAMPLER_DIP_MAX - KNEE_SAMPLER_DIP_MIN);
    for (size_t i = 0; i < sampler->windows_count; i++) {
        const struct knee_sampler_window *window = &sampler->windows[i];
        if (!window->dip)
            continue;
        sum += knee_sampler_normal(knee_sampler_depth(sampler, window) - sampler->mode_depth,
                                   knee_sampler_depth_variance(sampler, window->knot));
        dips++;
    }
    return dips > 0 ? (1 - KNEE_SAMPLER_DEPTH_SHARE) * any + KNEE_SAMPLER_DEPTH_SHARE * sum / dips
                    : any;
}

/* A dip drawn evenly from all that count. */
static const struct knee_sampler_window *draw_dip(const struct knee_sampler *sampler)
{
    const struct knee_sampler_window *drawn = NULL;
    double dips = 0;
    for (size_t i = 0; i < sampler->windows_count; i++)
        if (sampler->windows[i].dip && gsl_rng_uniform(sampler->random) * ++dips < 1)
            drawn = &sampler->windows[i];
    return drawn;
}

/* From the windows of the mode that have about its depth; returns whether there are any. */
static bool draw_own_depth(struct knee_sampler *sampler)
{
    double sum = 0, weight = 0, range = KNEE_SAMPLER_DIP_MAX - KNEE_SAMPLER_DIP_MIN;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        const struct knee_sampler_window *window = &sampler->windows[i];
        if (!window->dip || !knee_sampler_in_modes(sampler, window->knot))
            continue;
        double depth = knee_sampler_depth(sampler, window),
               variance = knee_sampler_depth_variance(sampler, window->knot);
        double near = KNEE_SAMPLER_DEPTH_SHARE * range *
                      knee_sampler_normal(depth - sampler->mode_depth, variance);
        bool is_near =
            knee_sampler_is_dip(depth) &&
            gsl_rng_uniform(sampler->random) * (near + 1 - KNEE_SAMPLER_DEPTH_SHARE) < near;
        if (sampler->states ? !window->slow : !is_near)
            continue;
        sum += depth / variance;
        weight += 1 / variance;
    }
    if (weight > 0)
        sampler->mode_depth =
            sum / weight + gsl_ran_gaussian_ziggurat(sampler->random, 1) / sqrt(weight);
    return weight > 0;
}

static void draw_any_depth(struct knee_sampler *sampler)
{
    bool modes = sampler->modes_from < sampler->modes_to;
    if (modes && draw_own_depth(sampler))
        return;
    const struct knee_sampler_window *dip = modes ? NULL : draw_dip(sampler);
    if (dip && gsl_rng_uniform(sampler->random) < KNEE_SAMPLER_DEPTH_SHARE)
        sampler->mode_depth =
            knee_sampler_depth(sampler, dip) +
            gsl_ran_gaussian_ziggurat(sampler->random,
                                      sqrt(knee_sampler_depth_variance(sampler, dip->knot)));
    else
        sampler->mode_depth =
            gsl_ran_flat(sampler->random, KNEE_SAMPLER_DIP_MIN, KNEE_SAMPLER_DIP_MAX);
}

void knee_sampler_draw_depth(struct knee_sampler *sampler)
{
    draw_any_depth(sampler);
    sampler->mode_depth =
        fmin(fmax(sampler->mode_depth, KNEE_SAMPLER_DIP_MIN), KNEE_SAMPLER_DIP_MAX);
}
