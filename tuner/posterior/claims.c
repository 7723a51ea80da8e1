/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/claims.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdlib.h>

#define INDIFFERENCE .5 /* of the tolerance */
#define AS_RIGHT .02    /* picks whose probabilities differ by no more are as good */
/* As long as no pick is sure, more of them are as good, and the smallest is taken: the highest of
 * many uncertain levels seems higher than it is, which makes small levels look slow. */
#define SURE .9
#define AS_RIGHT_OPEN .06
/* A level below the pick is worth a look if it is this likely within the tolerance; 3 below 4,
 * which is a third more, sooner, and more windows of its own if it was measured. */
#define FINER .5
#define FINER_FAR .05
#define FINER_WINDOWS 8   /* with as many it stays open, and the pick is right, too */
#define EXCESS_MAX .25    /* of the tolerance: no more is taken off a draw's best */
#define RISING_RATIO 1.05 /* growth at the top is judged against the level this much lower */

static double fast_threshold(double tolerance_ratio)
{
    return log1p(-(1 + INDIFFERENCE) * tolerance_ratio);
}

static double draw_max(const double *values, size_t count)
{
    double best = -INFINITY;
    for (size_t j = 0; j < count; j++)
        best = values[j] > best ? values[j] : best;
    return best;
}

/* The best level of this draw, less what it has in excess. */
static double best_of(const struct knee_posterior *posterior, const double *values,
                      double tolerance_ratio)
{
    double excess = fmin(posterior->best_excess, EXCESS_MAX * tolerance_ratio);
    return draw_max(values, posterior->knots_count) - excess;
}

/* The smallest level that reaches `least` in this draw; f is straight between knots. */
static uint32_t first_reaching(const struct knee_posterior *posterior, const double *values,
                               double least)
{
    size_t j = 0;
    while (j + 1 < posterior->knots_count && values[j] < least)
        j++;
    uint32_t above = posterior->knots[j].level;
    if (j == 0 || posterior->knots[j - 1].level + 1 >= above)
        return above;
    double below = posterior->knots[j - 1].level;
    double share = (least - values[j - 1]) / (values[j] - values[j - 1]);
    double level = ceil(below * pow(above / below, share) - 1e-9);
    return level > below ? (uint32_t)fmin(level, above) : (uint32_t)below + 1;
}

/* May `level` stand for the smallest fast level `first`? */
static bool is_small(uint32_t level, uint32_t first)
{
    return level <= KNEE_CLAIMS_RATIO * first || level <= first + 1;
}

/* f at any level, by a straight line in ln n. */
static double value_at(const struct knee_posterior *posterior, const double *values, double level)
{
    size_t j = 0;
    while (j + 2 < posterior->knots_count && posterior->knots[j + 1].level < level)
        j++;
    if (posterior->knots_count == 1)
        return values[0];
    double below = log(posterior->knots[j].level), above = log(posterior->knots[j + 1].level);
    return values[j] + (values[j + 1] - values[j]) * (log(level) - below) / (above - below);
}

static double probe_level(const struct knee_posterior *posterior)
{
    size_t count = posterior->knots_count;
    double top = posterior->knots[count - 1].level, probe = floor(top / RISING_RATIO);
    return fmax(probe, 1);
}

/* Shares of draws, for each knot: right, and within the tolerance itself. `knees` gets each draw's
 * smallest level within the tolerance, `firsts` its smallest fast one. Returns the share of rising
 * draws. */
static double count_draws(const struct knee_posterior *posterior, double tolerance_ratio,
                          double *rights, double *withins, double *knees, double *firsts)
{
    size_t count = posterior->knots_count, top = count - 1;
    double fast = fast_threshold(tolerance_ratio), tolerance = log1p(-tolerance_ratio);
    double one = 1 / (double)posterior->draws_count, rising = 0, probe = probe_level(posterior);
    for (size_t d = 0; d < posterior->draws_count; d++) {
        const double *values = posterior->values + d * count;
        double best = best_of(posterior, values, tolerance_ratio);
        uint32_t first = first_reaching(posterior, values, best + fast);
        firsts[d] = first;
        knees[d] = first_reaching(posterior, values, best + tolerance);
        for (size_t j = 0; j < count; j++) {
            bool right = values[j] >= best + fast && is_small(posterior->knots[j].level, first);
            rights[j] += right ? one : 0;
            withins[j] += values[j] >= best + tolerance ? one : 0;
        }
        rising += value_at(posterior, values, probe) < values[top] + tolerance ? one : 0;
    }
    return rising;
}

/* No usable level is likely, as if the best ones are not known yet: of those that are, the smallest
 * that is as good as the best is closest. */
static size_t closest(const struct knee_claims *claims, const struct knee_posterior *posterior,
                      double tolerance_ratio)
{
    if (claims->best == SIZE_MAX)
        return SIZE_MAX;
    double least = posterior->knots[claims->best].mean + log1p(-tolerance_ratio);
    for (size_t j = 0; j < claims->best; j++)
        if (posterior->knots[j].usable && posterior->knots[j].mean >= least)
            return j;
    return claims->best;
}

static void choose(struct knee_claims *claims, const struct knee_posterior *posterior,
                   double tolerance_ratio, const double *rights, const double *withins)
{
    double most = 0;
    for (size_t j = 0; j < posterior->knots_count; j++) {
        if (!posterior->knots[j].usable)
            continue;
        most = fmax(most, rights[j]);
        if (claims->best == SIZE_MAX ||
            posterior->knots[j].mean > posterior->knots[claims->best].mean)
            claims->best = j;
    }
    bool open = most < SURE;
    double slack = open ? fmin(AS_RIGHT_OPEN, most / 2) : AS_RIGHT;
    size_t likeliest = SIZE_MAX;
    if (most < AS_RIGHT_OPEN)
        claims->pick = closest(claims, posterior, tolerance_ratio);
    for (size_t j = 0; j < posterior->knots_count && claims->pick == SIZE_MAX; j++) {
        if (!posterior->knots[j].usable || rights[j] < most - slack)
            continue;
        if (likeliest == SIZE_MAX || withins[j] > withins[likeliest])
            likeliest = j;
        if (open || withins[j] > .5)
            claims->pick = j;
    }
    if (claims->pick == SIZE_MAX)
        claims->pick = likeliest;
    for (size_t j = claims->pick; claims->pick != SIZE_MAX && j > 0; j--) {
        const struct knee_posterior_knot *knot = &posterior->knots[j - 1];
        bool far = posterior->knots[claims->pick].level > KNEE_CLAIMS_RATIO * knot->level;
        bool seen = knot->windows > 0;
        bool known = seen && (!far || knot->windows >= FINER_WINDOWS);
        if (!knot->barred && !known && withins[j - 1] > (far && !seen ? FINER_FAR : FINER))
            claims->finer = j - 1;
        if (seen)
            break;
    }
}

/* The quantiles over all draws of how far pick and the levels below are from the best. */
static void bound(struct knee_claims *claims, const struct knee_posterior *posterior,
                  double confidence_ratio, double *scratch)
{
    size_t count = posterior->knots_count, below = SIZE_MAX;
    uint32_t level = posterior->knots[claims->pick].level;
    for (size_t j = 0; j < claims->pick; j++)
        if (posterior->knots[j].usable && !is_small(level, posterior->knots[j].level))
            below = j;
    for (size_t d = 0; d < posterior->draws_count; d++) {
        const double *values = posterior->values + d * count;
        scratch[d] = values[claims->pick] - draw_max(values, count);
    }
    claims->bound_ratio =
        exp(knee_stats_quantile(scratch, posterior->draws_count, 1 - confidence_ratio));
    claims->below = 0;
    claims->below_ratio = NAN;
    if (below == SIZE_MAX)
        return;
    for (size_t d = 0; d < posterior->draws_count; d++) {
        const double *values = posterior->values + d * count;
        scratch[d] = draw_max(values, below + 1) - draw_max(values, count);
    }
    claims->below = posterior->knots[below].level;
    claims->below_ratio =
        exp(knee_stats_quantile(scratch, posterior->draws_count, confidence_ratio));
}

static void enclose(struct knee_claims *claims, const struct knee_posterior *posterior,
                    double confidence_ratio, double *knees, double *firsts)
{
    uint32_t pick = posterior->knots[claims->pick].level;
    double tail = (1 - confidence_ratio) / 2;
    double low = knee_stats_quantile(knees, posterior->draws_count, tail);
    double high = knee_stats_quantile(knees, posterior->draws_count, 1 - tail);
    claims->low = (uint32_t)fmin(floor(low), pick);
    claims->high = (uint32_t)fmax(ceil(high), pick);
    double first = knee_stats_quantile(firsts, posterior->draws_count, tail);
    claims->first_low = (uint32_t)fmin(floor(first), pick);
}

int knee_claims_make(struct knee_claims *claims, double *rights,
                     const struct knee_posterior *posterior, double tolerance_ratio,
                     double confidence_ratio, struct knee_err *err)
{
    size_t knots = posterior->knots_count;
    double *scratch = calloc(2 * (knots + posterior->draws_count) + 1, sizeof *scratch);
    if (!scratch)
        return knee_err_memory(err, "posterior");
    double *shares = scratch, *withins = scratch + knots, *draws = scratch + 2 * knots;
    double *firsts = draws + posterior->draws_count;
    *claims = (struct knee_claims){.pick = SIZE_MAX, .best = SIZE_MAX, .finer = SIZE_MAX};
    claims->rising = count_draws(posterior, tolerance_ratio, shares, withins, draws, firsts);
    choose(claims, posterior, tolerance_ratio, shares, withins);
    if (claims->pick != SIZE_MAX) {
        claims->right = shares[claims->pick];
        enclose(claims, posterior, confidence_ratio, draws, firsts);
        bound(claims, posterior, confidence_ratio, draws);
    }
    for (size_t j = 0; rights && j < knots; j++)
        rights[j] = shares[j];
    free(scratch);
    return 0;
}

void knee_claims_margins(const struct knee_posterior *posterior, size_t draw, size_t pick,
                         double tolerance_ratio, double *fast, double *small)
{
    size_t below = 0;
    const double *values = posterior->values + draw * posterior->knots_count;
    double least = best_of(posterior, values, tolerance_ratio) + fast_threshold(tolerance_ratio);
    uint32_t level = posterior->knots[pick].level;
    while (below < pick && !is_small(level, posterior->knots[below].level))
        below++;
    *fast = values[pick] - least;
    *small = below > 0 ? least - draw_max(values, below) : INFINITY;
}
