/* SPDX-License-Identifier: MIT */
/* Draws the loss of windows that follow a higher level (hysteresis). Low levels nearly always do,
 * and high ones hardly ever, so that a loss which is taken for nothing makes the knee seem higher,
 * and one which is not known exactly leaves the low levels uncertain. Most machines have none: a
 * spike at 0, and beside it a half-normal loss, both in closed form given the rest (George and
 * McCulloch 1993, "Variable selection via Gibbs sampling"). */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define LOSS_LIKELY .08
#define LOSS_SD .07
#define SIGMAS_MAX 6. /* so far into the tail of a normal its quantiles are exact enough */

/* The normal with this mean and standard deviation, above 0. */
static double draw_above_0(gsl_rng *random, double mean, double sd)
{
    double below = gsl_cdf_ugaussian_P(-fmin(mean / sd, SIGMAS_MAX));
    double u = below + (1 - below) * gsl_rng_uniform_pos(random);
    return fmax(mean + sd * gsl_cdf_ugaussian_Pinv(fmin(u, 1 - 1e-12)), 0);
}

void knee_sampler_draw_order(struct knee_sampler *sampler)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        const struct knee_sampler_window *window = &sampler->windows[i];
        if (!window->after_higher)
            continue;
        double precision = knee_sampler_precision(sampler, window);
        /* As if nothing was lost. */
        double seen = knee_sampler_seen(sampler, window) - sampler->order_loss;
        sum += precision * (window->drift + sampler->knots[window->knot].value - seen);
        weight += precision;
    }
    double variance = 1 / (weight + 1 / (LOSS_SD * LOSS_SD)), mean = variance * sum;
    double sd = sqrt(variance), at = fmax(mean / sd, -SIGMAS_MAX);
    /* Against no loss: the integral over all losses. */
    double odds = LOSS_LIKELY / (1 - LOSS_LIKELY) * 2 * sd / LOSS_SD *
                  exp(fmin(.5 * at * at, 300)) * gsl_cdf_ugaussian_P(at);
    bool loses = gsl_rng_uniform(sampler->random) * (1 + odds) < odds;
    sampler->order_loss = loses ? draw_above_0(sampler->random, mean, sd) : 0;
}
