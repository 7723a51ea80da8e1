/* SPDX-License-Identifier: MIT */
/* Draws the variances of single windows. Each level's own variance is around
 * the pooled one (inverse gamma), all conjugate: Gelman et al. 2013, "Bayesian data analysis",
 * sections 2.6 and 11.6. */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#define OWN_DEGREES 5. /* how closely a level's variance keeps to the pooled one */
#define POOLED_DEGREES 1.
#define POOLED_SD .015
#define SD_MIN .001
#define SD_MAX .4

static double within(double variance)
{
    return fmin(fmax(variance, SD_MIN * SD_MIN), SD_MAX * SD_MAX);
}

static double squares_of(const struct knee_sampler *sampler, const struct knee_sampler_knot *knot,
                         double *count)
{
    double squares = 0;
    *count = 0;
    for (uint32_t i = 0; i < knot->windows; i++) {
        const struct knee_sampler_window *window =
            &sampler->windows[sampler->by_knot[knot->first + i]];
        double residual = knee_sampler_seen(sampler, window) - window->drift - knot->value;
        if (window->dip)
            continue;
        squares += residual * residual;
        *count += 1;
    }
    return squares;
}

void knee_sampler_draw_noise(struct knee_sampler *sampler)
{
    double shape = POOLED_DEGREES / 2, rate = POOLED_DEGREES / (2 * POOLED_SD * POOLED_SD);
    for (size_t j = 0; j < sampler->knots_count; j++) {
        struct knee_sampler_knot *knot = &sampler->knots[j];
        double count, squares;
        if (knot->windows == 0)
            continue;
        squares = squares_of(sampler, knot, &count) + OWN_DEGREES * sampler->noise_variance;
        knot->noise_variance =
            within(squares / gsl_ran_chisq(sampler->random, OWN_DEGREES + count));
        shape += OWN_DEGREES / 2;
        rate += OWN_DEGREES / (2 * knot->noise_variance);
    }
    sampler->noise_variance = within(gsl_ran_gamma(sampler->random, shape, 1 / rate));
}
