/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/sampler.h"

#include "core/base/random.h"

#include <math.h>
#include <stdlib.h>

/* How slopes change, for a unit of ln n: they decay towards 0 by this power of e (as those of
 * queues and of Amdahl's law do), and their change has a mean and a standard deviation. */
static const struct {
    double decay, bend, sd;
} regimes[KNEE_SAMPLER_REGIMES] = {
    {0, 0, .015}, {1, 0, .03}, {3, 0, .08}, {0, -.4, .15}, {0, -1.2, .4}, {0, 0, .5},
};

#define SWITCH_RATE 1. /* of regimes, for a unit of ln n; to each of them alike */
#define KINK_RATE .25
#define KINK_MEAN (-.3)
#define KINK_SD .6
#define LEVEL_RATE .15
#define LEVEL_SD .01
#define FALL_RATE .08
/* A collapse goes on: right after a fall comes another one with this probability, which decays with
 * the distance, in ln n. So if 129 is well below 128, and 130 below that, 128 is likely to lie
 * below 127, too. */
#define FALL_AGAIN .3
#define FALL_REACH .02
#define OWN .2 /* a kink, or a plateau, at a level of the machine's own */
/* Before anything is known. */
#define FIRST_REGIME 3
#define NOISE_SD .02
#define STEP_SD .002
#define DIP_SHARE .03
#define DIP_FIRST .12 /* log units below the level's best window */

static double *make_log_factorials(size_t count)
{
    double *made = malloc(count * sizeof *made);
    for (size_t n = 0; made && n < count; n++)
        made[n] = n > 1 ? made[n - 1] + log((double)n) : 0;
    return made;
}

int knee_sampler_init(struct knee_sampler *sampler, size_t knots, size_t windows,
                      struct knee_err *err)
{
    *sampler = (struct knee_sampler){.knots_count = knots, .windows_count = windows};
    sampler->random = gsl_rng_alloc(gsl_rng_taus2);
    sampler->knots = calloc(knots + 1, sizeof *sampler->knots);
    sampler->windows = calloc(windows + 1, sizeof *sampler->windows);
    sampler->by_knot = calloc(windows + 1, sizeof *sampler->by_knot);
    sampler->log_factorials = make_log_factorials(windows + KNEE_SAMPLER_PRIOR_WINDOWS);
    if (sampler->random && sampler->knots && sampler->windows && sampler->by_knot &&
        sampler->log_factorials)
        return 0;
    knee_sampler_release(sampler);
    return knee_err_memory(err, "posterior");
}

void knee_sampler_release(struct knee_sampler *sampler)
{
    if (sampler->random)
        gsl_rng_free(sampler->random);
    free(sampler->knots);
    free(sampler->windows);
    free(sampler->by_knot);
    free(sampler->log_factorials);
    *sampler = (struct knee_sampler){0};
}

static double chance(double rate, double width)
{
    return -expm1(-rate * width);
}

/* `width`: of the part of ln n that the knot's change of slope stands for. */
static void set_prior(struct knee_sampler_knot *knot, double width, bool own)
{
    double switched = chance(SWITCH_RATE, knot->width);
    knot->stay = 1 - switched;
    for (int r = 0; r < KNEE_SAMPLER_REGIMES; r++) {
        knot->change[r] = switched / KNEE_SAMPLER_REGIMES;
        knot->changes[r] =
            (struct knee_sampler_change){.factor = exp(-regimes[r].decay * width),
                                         .mean = regimes[r].bend * width,
                                         .variance = regimes[r].sd * regimes[r].sd * width};
    }
    knot->changes[KNEE_SAMPLER_KINK] =
        (struct knee_sampler_change){.factor = 1, .mean = KINK_MEAN, .variance = KINK_SD * KINK_SD};
    knot->changes[KNEE_SAMPLER_LEVEL] =
        (struct knee_sampler_change){.variance = LEVEL_SD * LEVEL_SD};
    knot->events[KNEE_SAMPLER_KINK] = own ? OWN : chance(KINK_RATE, width);
    knot->events[KNEE_SAMPLER_LEVEL] = own ? OWN : chance(LEVEL_RATE, width);
    knot->events[KNEE_SAMPLER_FALL] = chance(FALL_RATE, knot->width);
    knot->again =
        fmax(knot->events[KNEE_SAMPLER_FALL], FALL_AGAIN * exp(-knot->width / FALL_REACH));
    knot->none = 1;
    for (int k = KNEE_SAMPLER_REGIMES; k < KNEE_SAMPLER_KINDS; k++)
        knot->none -= knot->events[k];
}

static void set_priors(struct knee_sampler *sampler)
{
    for (size_t j = 0; j + 1 < sampler->knots_count; j++) {
        struct knee_sampler_knot *knot = &sampler->knots[j];
        const struct knee_sampler_knot *next = &sampler->knots[j + 1];
        bool last = j + 2 == sampler->knots_count;
        set_prior(knot, last ? knot->width : (knot->width + next->width) / 2, next->own);
        knot->kind = knot->regime = FIRST_REGIME;
    }
}

static void group_windows(struct knee_sampler *sampler)
{
    uint32_t end = 0;
    for (size_t i = 0; i < sampler->windows_count; i++)
        sampler->knots[sampler->windows[i].knot].windows++;
    for (size_t j = 0; j < sampler->knots_count; j++) {
        sampler->knots[j].first = end;
        end += sampler->knots[j].windows;
        sampler->knots[j].windows = 0;
    }
    for (size_t i = 0; i < sampler->windows_count; i++) {
        struct knee_sampler_knot *knot = &sampler->knots[sampler->windows[i].knot];
        sampler->by_knot[knot->first + knot->windows++] = (uint32_t)i;
    }
}

static double best_of(const struct knee_sampler *sampler, size_t knot)
{
    double best = -INFINITY;
    for (uint32_t i = 0; i < sampler->knots[knot].windows; i++)
        best = fmax(best, knee_sampler_y(
                              sampler,
                              &sampler->windows[sampler->by_knot[sampler->knots[knot].first + i]]));
    return best;
}

static void guess_dips_below(struct knee_sampler *sampler, size_t knot, double best)
{
    for (uint32_t i = 0; i < sampler->knots[knot].windows; i++) {
        struct knee_sampler_window *window =
            &sampler->windows[sampler->by_knot[sampler->knots[knot].first + i]];
        window->dip = knee_sampler_y(sampler, window) < best - DIP_FIRST;
    }
    sampler->knots[knot].value = best;
}

/* A window far below the best of its level, or below a level on each side: hardly any curve has a
 * valley, and once all windows of a level are taken for one, the draws rarely get out of it. */
static void guess_dips(struct knee_sampler *sampler)
{
    double below = -INFINITY;
    for (size_t j = 0; j < sampler->knots_count; j++) {
        double own = best_of(sampler, j), above = -INFINITY;
        for (size_t k = j + 1; k < sampler->knots_count; k++)
            above = fmax(above, best_of(sampler, k));
        guess_dips_below(sampler, j, fmax(own, fmin(below, above)));
        below = fmax(below, own);
    }
}

void knee_sampler_prepare(struct knee_sampler *sampler, uint64_t seed)
{
    struct knee_random mix = knee_random_seed(seed, sampler->windows_count);
    gsl_rng_set(sampler->random, (unsigned long)(knee_random_next(&mix) >> 33));
    sampler->noise_variance = NOISE_SD * NOISE_SD;
    sampler->step_variance = STEP_SD * STEP_SD;
    sampler->dip_share = DIP_SHARE;
    group_windows(sampler);
    set_priors(sampler);
    guess_dips(sampler);
    for (size_t j = 0; j < sampler->knots_count; j++)
        sampler->knots[j].noise_variance = sampler->noise_variance;
    knee_sampler_draw_modes(sampler);
}

void knee_sampler_round(struct knee_sampler *sampler)
{
    sampler->rounds++;
    knee_sampler_draw_curve(sampler);
    knee_sampler_draw_drift(sampler);
    knee_sampler_draw_order(sampler);
    knee_sampler_draw_noise(sampler);
    knee_sampler_draw_modes(sampler);
}
