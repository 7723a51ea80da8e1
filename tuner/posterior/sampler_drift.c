/* SPDX-License-Identifier: MIT */
/* Draws K, the machine's drift: a random walk with rare jumps. The walk is drawn as a whole
 * (Carter and Kohn 1994), and then each jump given the walk. Its mean is kept at 0: f has the
 * level. */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#define JUMP_SHARE .01
#define JUMP_SD .05
#define FIRST_VARIANCE .0025
/* A step's variance before anything is known: chi-square with this many degrees. */
#define STEP_DEGREES 4.
#define STEP_SD .002
#define STEP_SD_MIN 3e-4
#define STEP_SD_MAX .03

static double step_variance(const struct knee_sampler *sampler,
                            const struct knee_sampler_window *window)
{
    return window->jump ? JUMP_SD * JUMP_SD : sampler->step_variance;
}

static void filter(struct knee_sampler *sampler)
{
    double mean = 0, variance = FIRST_VARIANCE;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        struct knee_sampler_window *window = &sampler->windows[i];
        double precision = knee_sampler_precision(sampler, window);
        variance += i > 0 ? step_variance(sampler, window) : 0;
        if (precision > 0) {
            double gain = variance / (variance + 1 / precision);
            double seen = knee_sampler_seen(sampler, window);
            mean += gain * (seen - sampler->knots[window->knot].value - mean);
            variance *= 1 - gain;
        }
        window->filtered = mean;
        window->variance = variance;
    }
}

static void draw_walk(struct knee_sampler *sampler)
{
    double after = 0, sum = 0;
    for (size_t i = sampler->windows_count; i > 0; i--) {
        struct knee_sampler_window *window = &sampler->windows[i - 1];
        double mean = window->filtered, variance = window->variance;
        if (i < sampler->windows_count) {
            double step = step_variance(sampler, &sampler->windows[i]);
            double share = variance / (variance + step);
            mean += share * (after - mean);
            variance = share * step;
        }
        window->drift = after =
            mean + sqrt(variance) * gsl_ran_gaussian_ziggurat(sampler->random, 1);
        sum += after;
    }
    sum /= (double)sampler->windows_count;
    for (size_t i = 0; i < sampler->windows_count; i++)
        sampler->windows[i].drift -= sum;
    for (size_t j = 0; j < sampler->knots_count; j++)
        sampler->knots[j].value += sum;
}

static void draw_steps(struct knee_sampler *sampler)
{
    double squares = STEP_DEGREES * STEP_SD * STEP_SD, degrees = STEP_DEGREES;
    double sd = sqrt(sampler->step_variance);
    for (size_t i = 1; i < sampler->windows_count; i++) {
        struct knee_sampler_window *window = &sampler->windows[i];
        double step = window->drift - window[-1].drift, size = step / sd, jump = step / JUMP_SD;
        double odds =
            JUMP_SHARE / (1 - JUMP_SHARE) * sd / JUMP_SD * exp(.5 * (size * size - jump * jump));
        window->jump = gsl_rng_uniform(sampler->random) * (1 + odds) < odds;
        if (!window->jump) {
            squares += step * step;
            degrees++;
        }
    }
    double variance = squares / gsl_ran_chisq(sampler->random, degrees);
    sampler->step_variance =
        fmin(fmax(variance, STEP_SD_MIN * STEP_SD_MIN), STEP_SD_MAX * STEP_SD_MAX);
}

void knee_sampler_draw_drift(struct knee_sampler *sampler)
{
    if (sampler->windows_count == 0)
        return;
    filter(sampler);
    draw_walk(sampler);
    draw_steps(sampler);
}
