/* SPDX-License-Identifier: MIT */
/* Draws the share of dips. It is the same at all levels if the machine makes them; but a device or
 * a lock may have a slower mode above some level, or below it. Each knot may be such a level: its
 * probability is that of the dips on both sides with the shares integrated out (Beta-binomial). */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* The machine's share of dips before anything is seen: this many windows, this many of them dips.
 */
#define DIP_WINDOWS 25
#define DIP_DIPS 1
#define SPLIT_PRIOR .2 /* of a mode at all */
#define SHARE_MAX .6
#define LOSS .3 /* of a dip that was not seen */

struct counts {
    unsigned windows, dips;
};

static struct counts count_knot(const struct knee_sampler *sampler, size_t j)
{
    const struct knee_sampler_knot *knot = &sampler->knots[j];
    struct counts counts = {.windows = knot->windows};
    for (uint32_t i = 0; i < knot->windows; i++)
        counts.dips += sampler->windows[sampler->by_knot[knot->first + i]].dip;
    return counts;
}

/* Log of the probability of these dips if the share is one of the machine's, or any. */
static double log_machine(struct counts counts)
{
    unsigned normal = counts.windows - counts.dips + DIP_WINDOWS - DIP_DIPS;
    return log(DIP_WINDOWS - DIP_DIPS) + gsl_sf_lnfact(counts.dips + DIP_DIPS - 1) +
           gsl_sf_lnfact(normal - 1) - gsl_sf_lnfact(counts.windows + DIP_WINDOWS - 1);
}

static double log_any(struct counts counts)
{
    return gsl_sf_lnfact(counts.dips) + gsl_sf_lnfact(counts.windows - counts.dips) -
           gsl_sf_lnfact(counts.windows + 1);
}

/* The lower side of knot j's split, when `all` have these dips; the upper side is the rest. */
static double log_split(struct counts below, struct counts all)
{
    struct counts above = {all.windows - below.windows, all.dips - below.dips};
    return log_any(below) + log_any(above);
}

/* Sets the split to one that is drawn, and returns the dips below it. */
static struct counts draw_split(struct knee_sampler *sampler, struct counts all)
{
    double none = log_machine(all), total = 1 - SPLIT_PRIOR;
    struct counts below = {0, 0}, chosen = all;
    double boundary = SPLIT_PRIOR / (double)sampler->knots_count;
    sampler->split = 0;
    for (size_t j = 0; j + 1 < sampler->knots_count; j++) {
        struct counts own = count_knot(sampler, j);
        below.windows += own.windows;
        below.dips += own.dips;
        if (own.windows == 0 || below.windows == all.windows)
            continue;
        double weight = boundary * exp(fmin(log_split(below, all) - none, 300));
        total += weight;
        /* One of them is kept in proportion to its weight, in a single pass. */
        if (gsl_rng_uniform(sampler->random) * total < weight) {
            sampler->split = j + 1;
            chosen = below;
        }
    }
    return chosen;
}

static void measure_loss(struct knee_sampler *sampler)
{
    double loss = LOSS, count = 1;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        const struct knee_sampler_window *window = &sampler->windows[i];
        if (!window->dip)
            continue;
        double residual = window->y - window->drift - sampler->knots[window->knot].value;
        loss += fmax(-expm1(residual), 0);
        count++;
    }
    sampler->dip_loss = loss / count;
}

void knee_sampler_draw_modes(struct knee_sampler *sampler)
{
    struct counts all = {0, 0};
    for (size_t j = 0; j < sampler->knots_count; j++) {
        struct counts own = count_knot(sampler, j);
        all.windows += own.windows;
        all.dips += own.dips;
    }
    struct counts below = draw_split(sampler, all);
    bool one = sampler->split == 0;
    double dips = below.dips + (one ? DIP_DIPS : 1.);
    double normal = below.windows - below.dips + (one ? DIP_WINDOWS - DIP_DIPS : 1.);
    sampler->dip_share = fmin(gsl_ran_beta(sampler->random, dips, normal), SHARE_MAX);
    sampler->split_share = sampler->dip_share;
    if (one)
        return;
    dips = all.dips - below.dips + 1.;
    normal = all.windows - below.windows - (all.dips - below.dips) + 1.;
    sampler->split_share = fmin(gsl_ran_beta(sampler->random, dips, normal), SHARE_MAX);
    measure_loss(sampler);
}

double knee_sampler_value(const struct knee_sampler *sampler, size_t knot)
{
    if (sampler->split == 0)
        return sampler->knots[knot].value;
    double share = knot >= sampler->split ? sampler->split_share : sampler->dip_share;
    return sampler->knots[knot].value + log1p(-share * sampler->dip_loss);
}
