/* SPDX-License-Identifier: MIT */
#include "tuner/fit/blockfit_levels.h"

#include "core/base/array.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>

/* The assumption about a host before it is known: one bad window in this many. */
#define HOST_WINDOWS 20.
/* How much more likely the outliers must be if they are a level's own, with any share alike, than
 * if they are the host's. For one level, of which a few more windows tell, and for all levels from
 * one on or up to one, of which there are more to choose from. */
#define OWN_FACTOR 15.
#define OWN_GROUP_FACTOR 60.
#define DOUBT_RATIO .1 /* of these: it is not clear yet */
/* More than this share of outliers is rarely a host's alone. */
#define MANY_SHARE .1
#define NOISY_SIGMA .03 /* with more than this, modes cannot be told from noise */
#define MANY_ROWS 3
#define MANY_EASE .2
#define OWN_ROWS 4 /* of fewer nothing can be said */
#define SIGMA_FLOOR .002

/* What the rows of some levels say. */
struct tally {
    double rows, outliers;
};

static void add_level(struct tally *tally, const struct knee_blockfit_level *level)
{
    if (level->own)
        return;
    tally->rows += level->kept + (double)level->outliers;
    /* What hits a host makes it slower: a row that is faster than the rest speaks twice. */
    tally->outliers += fmin(level->outliers + level->faster, level->kept + (double)level->outliers);
}

static struct tally tally_of(const struct knee_blockfit *fit, size_t first, size_t end)
{
    struct tally tally = {0};
    for (size_t l = first; l < end; l++)
        add_level(&tally, &fit->levels[l]);
    return tally;
}

/* log of the integral over all shares of the likelihood under a prior (1 - share)^(weight - 1). */
static double log_marginal(struct tally tally, double weight)
{
    return log(weight) + gsl_sf_lnbeta(tally.outliers + 1, tally.rows - tally.outliers + weight);
}

static bool is_many(struct tally all)
{
    return all.outliers >= MANY_ROWS && all.outliers > MANY_SHARE * all.rows;
}

/* The Bayes factor of the two explanations, over what it must be. */
static double own_factor(struct tally in, struct tally all, double needed)
{
    struct tally out = {all.rows - in.rows, all.outliers - in.outliers};
    if (in.rows < OWN_ROWS || in.outliers * all.rows <= all.outliers * in.rows)
        return 0;
    return exp(log_marginal(in, 1) + log_marginal(out, HOST_WINDOWS) -
               log_marginal(all, HOST_WINDOWS)) /
           needed;
}

static void mark_doubts(struct knee_blockfit *fit)
{
    struct tally all = tally_of(fit, 0, fit->levels_count);
    bool doubtful = is_many(all);
    for (size_t l = 0; l < fit->levels_count; l++)
        doubtful |= fit->levels[l].own;
    for (size_t l = 0; l < fit->levels_count; l++)
        fit->levels[l].doubtful = doubtful && !fit->levels[l].own;
    for (size_t l = 0; l < fit->levels_count; l++) {
        const size_t groups[][2] = {{l, l + 1}, {l, fit->levels_count}, {0, l + 1}};
        for (size_t g = 0; g < KNEE_COUNT(groups); g++) {
            double factor = own_factor(tally_of(fit, groups[g][0], groups[g][1]), all,
                                       g == 0 ? OWN_FACTOR : OWN_GROUP_FACTOR);
            for (size_t i = groups[g][0]; i < groups[g][1] && factor > DOUBT_RATIO; i++)
                fit->levels[i].doubtful |= !fit->levels[i].own;
        }
    }
}

static bool mark_group(struct knee_blockfit *fit)
{
    struct tally all = tally_of(fit, 0, fit->levels_count);
    double best = 1, ease = is_many(all) ? MANY_EASE : 1;
    size_t first = 0, end = 0;
    for (size_t l = 0; l < fit->levels_count; l++) {
        const size_t groups[][2] = {{l, l + 1}, {l, fit->levels_count}, {0, l + 1}};
        for (size_t g = 0; g < KNEE_COUNT(groups); g++) {
            double factor = own_factor(tally_of(fit, groups[g][0], groups[g][1]), all,
                                       (g == 0 ? OWN_FACTOR : OWN_GROUP_FACTOR) * ease);
            if (factor > best) {
                best = factor;
                first = groups[g][0];
                end = groups[g][1];
            }
        }
    }
    bool marked = false;
    for (size_t l = first; l < end; l++)
        if (!fit->levels[l].own && fit->levels[l].outliers > 0)
            marked = fit->levels[l].own = true;
    return marked;
}

bool knee_blockfit_own(struct knee_blockfit *fit)
{
    bool any = false;
    if (fit->sigma > NOISY_SIGMA)
        return false;
    while (mark_group(fit))
        any = true;
    mark_doubts(fit);
    return any;
}

/* Squares of a level's residuals and their degrees of freedom. */
struct knee_blockfit_spread {
    double squares, df;
};

struct knee_blockfit_spread *knee_blockfit_spreads(size_t count)
{
    return calloc(count, sizeof(struct knee_blockfit_spread));
}

static struct knee_blockfit_spread spread_of(const struct knee_blockfit *fit, size_t l,
                                             double df_ratio)
{
    const struct knee_blockfit_level *level = &fit->levels[l];
    struct knee_blockfit_spread spread = {.df =
                                              level->kept > 1 ? (level->kept - 1.) * df_ratio : 0};
    for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
        const struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
        double residual = level->own ? expm1(row->residual) : row->residual;
        spread.squares += row->kept ? residual * residual : 0;
    }
    return spread;
}

/* The prior's scale that fits best, by expectation and maximisation: its inverse is the mean of the
 * levels' precisions. */
static double fit_scale(const struct knee_blockfit_spread *spreads, size_t count, double prior_df,
                        double scale)
{
    for (int round = 0; round < 20; round++) {
        double precision = 0, levels = 0;
        for (size_t l = 0; l < count; l++) {
            if (spreads[l].df <= 0)
                continue;
            precision += (prior_df + spreads[l].df) / (prior_df * scale + spreads[l].squares);
            levels++;
        }
        scale = levels > 0 ? fmax(levels / precision, SIGMA_FLOOR * SIGMA_FLOOR) : scale;
    }
    return scale;
}

static double log_evidence(const struct knee_blockfit_spread *spreads, size_t count,
                           double prior_df, double scale)
{
    double sum = 0;
    for (size_t l = 0; l < count; l++)
        if (spreads[l].df > 0)
            sum += gsl_sf_lngamma((prior_df + spreads[l].df) / 2) - gsl_sf_lngamma(prior_df / 2) +
                   prior_df / 2 * log(prior_df * scale) -
                   (prior_df + spreads[l].df) / 2 * log(prior_df * scale + spreads[l].squares);
    return sum;
}

void knee_blockfit_spread(struct knee_blockfit *fit)
{
    /* From levels that are alike to levels each with a noise of its own. */
    static const double priors[] = {200, 32, 12, 5, 2};
    /* In much noise the dips that were not seen make levels differ. */
    size_t count = fit->sigma > NOISY_SIGMA ? 1 : KNEE_COUNT(priors);
    struct knee_blockfit_spread *spreads = fit->spreads;
    double scales[KNEE_COUNT(priors)], weights[KNEE_COUNT(priors)], highest = -INFINITY, sum = 0;
    double kept_df = 0;
    for (size_t l = 0; l < fit->levels_count; l++)
        kept_df += fit->levels[l].kept > 1 ? fit->levels[l].kept - 1. : 0;
    for (size_t l = 0; l < fit->levels_count; l++)
        spreads[l] = spread_of(fit, l, kept_df > 0 ? fit->df / kept_df : 0);
    for (size_t p = 0; p < count; p++) {
        scales[p] = fit_scale(spreads, fit->levels_count, priors[p], fit->sigma * fit->sigma);
        weights[p] = log_evidence(spreads, fit->levels_count, priors[p], scales[p]);
        highest = fmax(highest, weights[p]);
    }
    for (size_t p = 0; p < count; p++)
        sum += weights[p] = exp(weights[p] - highest);
    for (size_t l = 0; l < fit->levels_count; l++) {
        struct knee_blockfit_level *level = &fit->levels[l];
        double variance = 0, df = 0;
        for (size_t p = 0; p < count; p++) {
            double share = weights[p] / sum, pooled = 1 / (1 / priors[p] + 1 / fmax(fit->df, 1));
            variance +=
                share * (priors[p] * scales[p] + spreads[l].squares) / (priors[p] + spreads[l].df);
            df += share * (pooled + spreads[l].df);
        }
        level->own_sigma = spreads[l].df > 0 ? sqrt(spreads[l].squares / spreads[l].df) : NAN;
        level->sigma = sqrt(variance);
        level->df = fmin(df, fmax(fit->df, 1));
        level->weight = fmin(1, fit->sigma * fit->sigma / variance);
    }
}
