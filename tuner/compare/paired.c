/* SPDX-License-Identifier: MIT */
#include "tuner/compare/paired.h"

#include "core/base/array.h"
#include "core/base/stats.h"
#include "tuner/compare/false_discovery.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OUTLIER_SIGMAS 3.5
#define OUTLIER_RATIO .02 /* never left out for less */
#define NEAR_RATIO .25    /* of the limit: this near on both sides tells the density there */
#define WIDENING_MAX 4    /* nearly all pairs are near it: they say nothing */
#define MAD_TO_SIGMA 1.4826
#define POOLED_WORTH 5 /* other levels' pairs that the pooled spread counts for at a level */
#define SIGMA_MIN .001
#define PAIRS_MIN 3
#define SIGN_RISK .02 /* of the sign test: seven of seven pairs, 19 of 24 */

#define EARLY_RISK .2 /* of KNEE_PAIRED_Q, that each of the first looks spends */
#define LATER_GROWTH 1.4
#define LATER_RISK .5 /* each later look spends this share of what is left */

static const uint32_t EARLY_LOOKS[] = {6, 9, 12, 16};

struct sample {
    double d, p99; /* log ratios; p99 NAN: unknown */
    size_t level;  /* index */
    bool kept;
};

struct group {
    double median, mean, sum_squares, p_value;
    uint32_t pairs;
    unsigned below, above; /* signs of all its pairs, kept or not */
};

struct judged {
    struct sample *samples;
    double *scratch;
    size_t count;
    struct group groups[KNEE_LEVELS_MAX];
    double sigma;    /* pooled */
    double df;       /* of the pooled one */
    double widening; /* of standard errors, for what the screening took away */
};

uint32_t knee_paired_look_blocks(size_t look)
{
    const size_t early = KNEE_COUNT(EARLY_LOOKS);
    double blocks = look < early ? EARLY_LOOKS[look] : EARLY_LOOKS[early - 1];
    for (size_t i = early; i <= look && blocks < UINT32_MAX / 2.0; i++)
        blocks *= LATER_GROWTH;
    return (uint32_t)blocks;
}

/* The false discovery rate at a look: over all looks they add up to KNEE_PAIRED_Q. */
static double risk_at(size_t look)
{
    const size_t early = KNEE_COUNT(EARLY_LOOKS);
    if (look < early)
        return EARLY_RISK * KNEE_PAIRED_Q;
    double left = 1 - EARLY_RISK * (double)early;
    return left * pow(LATER_RISK, (double)(look - early + 1)) * KNEE_PAIRED_Q;
}

/* The index of the level, added in its place; SIZE_MAX if there is no room. */
static size_t level_index(struct knee_compare *compare, uint32_t level)
{
    for (size_t i = 0; i < compare->levels_count; i++)
        if (compare->levels[i].level == level)
            return i;
    if (compare->levels_count == KNEE_COUNT(compare->levels))
        return SIZE_MAX;
    compare->levels[compare->levels_count].level = level;
    return compare->levels_count++;
}

static int by_level(const void *a, const void *b)
{
    uint32_t left = ((const struct knee_compare_level *)a)->level;
    uint32_t right = ((const struct knee_compare_level *)b)->level;
    return (left > right) - (left < right);
}

static void read_pairs(struct judged *judged, struct knee_compare *compare,
                       const struct knee_paired_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        level_index(compare, pairs[i].level);
    qsort(compare->levels, compare->levels_count, sizeof *compare->levels, by_level);
    for (size_t i = 0; i < count; i++) {
        size_t level = level_index(compare, pairs[i].level);
        if (level == SIZE_MAX || !(pairs[i].base_per_s > 0) || !(pairs[i].new_per_s > 0))
            continue;
        judged->samples[judged->count++] =
            (struct sample){.d = log(pairs[i].new_per_s / pairs[i].base_per_s),
                            .p99 = log(pairs[i].new_p99_s / pairs[i].base_p99_s),
                            .level = level};
    }
}

/* Copies a level's values to `scratch`: all of them, or those kept. */
static size_t gather(struct judged *judged, size_t level, bool kept_only, bool p99)
{
    size_t count = 0;
    for (size_t i = 0; i < judged->count; i++) {
        const struct sample *sample = &judged->samples[i];
        double value = p99 ? sample->p99 : sample->d;
        if (sample->level == level && (sample->kept || !kept_only) && isfinite(value))
            judged->scratch[count++] = value;
    }
    return count;
}

static void screen(struct judged *judged, size_t levels)
{
    for (size_t l = 0; l < levels; l++) {
        size_t count = gather(judged, l, false, false);
        judged->groups[l].median = knee_stats_median(judged->scratch, count);
    }
    for (size_t i = 0; i < judged->count; i++)
        judged->scratch[i] = judged->samples[i].d - judged->groups[judged->samples[i].level].median;
    /* Each level's median has used one of its pairs up. */
    double used = judged->count > levels ? (double)judged->count - (double)levels : 1;
    double sigma = MAD_TO_SIGMA * knee_stats_mad(judged->scratch, judged->count) *
                   sqrt((double)judged->count / used);
    double limit = fmax(OUTLIER_SIGMAS * fmax(sigma, SIGMA_MIN), OUTLIER_RATIO);
    double kept = 0, near = 0;
    for (size_t i = 0; i < judged->count; i++) {
        struct sample *sample = &judged->samples[i];
        double apart = fabs(sample->d - judged->groups[sample->level].median);
        sample->kept = apart <= limit;
        kept += sample->kept;
        near += fabs(apart - limit) < NEAR_RATIO * limit;
    }
    judged->widening = kept / fmax(kept - near / (2 * NEAR_RATIO), kept / WIDENING_MAX);
}

static void pool(struct judged *judged, size_t levels)
{
    double squares = 0, df = 0;
    for (size_t l = 0; l < levels; l++) {
        struct group *group = &judged->groups[l];
        group->pairs = (uint32_t)gather(judged, l, true, false);
        group->mean = knee_stats_mean(judged->scratch, group->pairs);
        group->sum_squares = 0;
        for (uint32_t i = 0; i < group->pairs; i++)
            group->sum_squares +=
                (judged->scratch[i] - group->mean) * (judged->scratch[i] - group->mean);
        if (group->pairs > 1) {
            squares += group->sum_squares;
            df += group->pairs - 1;
        }
    }
    judged->df = df;
    judged->sigma = fmax(df > 0 ? sqrt(squares / df) : 1, SIGMA_MIN);
}

static void count_signs(struct judged *judged)
{
    for (size_t i = 0; i < judged->count; i++) {
        struct group *group = &judged->groups[judged->samples[i].level];
        group->below += judged->samples[i].d < 0;
        group->above += judged->samples[i].d > 0;
    }
}

/* Whether `mean` has the sign of nearly all pairs. Student's t believes that a few wild pairs are
 * a mean that moved; their signs stay a coin's. */
static bool has_sign(double mean, unsigned below, unsigned above)
{
    unsigned against = mean < 0 ? above : below;
    return 2 * gsl_cdf_binomial_P(against, .5, below + above) <= SIGN_RISK;
}

/* Standard error of a level's mean, and its degrees of freedom. */
static double level_error(const struct judged *judged, const struct group *group, double *df)
{
    double own = group->pairs - 1, others = judged->df - own;
    double worth = fmin(POOLED_WORTH, fmax(others, 0));
    *df = own + worth;
    double variance = (group->sum_squares + worth * judged->sigma * judged->sigma) / *df;
    return judged->widening * sqrt(variance / group->pairs);
}

static void test_levels(struct judged *judged, struct knee_compare *compare, double q)
{
    for (size_t l = 0; l < compare->levels_count; l++) {
        struct group *group = &judged->groups[l];
        struct knee_compare_level *level = &compare->levels[l];
        size_t known = gather(judged, l, true, true);
        level->p99_ratio = known ? exp(knee_stats_median(judged->scratch, known)) : NAN;
        group->p_value = 1;
        if (group->pairs < PAIRS_MIN) {
            level->throughput = (struct knee_compare_ratio){NAN, NAN, NAN};
            continue;
        }
        double df, error = level_error(judged, group, &df);
        group->p_value = 2 * gsl_cdf_tdist_Q(fabs(group->mean) / error, df);
        level->throughput =
            knee_compare_ratio_of(group->mean, error * knee_stats_t_quantile(1 - q / 2, df));
    }
}

static void claim_levels(struct judged *judged, struct knee_compare *compare, double min_effect,
                         double q)
{
    for (size_t l = 0; l < compare->levels_count; l++)
        judged->scratch[l] = judged->groups[l].p_value;
    double limit = knee_false_discovery_limit(judged->scratch, compare->levels_count, q);
    for (size_t l = 0; l < compare->levels_count; l++) {
        double mean = judged->groups[l].mean;
        const struct group *group = &judged->groups[l];
        bool large = fabs(mean) >= -log1p(-min_effect);
        if (group->p_value <= limit && large)
            compare->levels[l].moved = mean < 0 ? -1 : 1;
    }
}

static void test_whole(const struct judged *judged, struct knee_compare *compare, double min_effect,
                       double q)
{
    double mean = 0, variance = 0, levels = 0;
    unsigned below = 0, above = 0;
    for (size_t l = 0; l < compare->levels_count; l++) {
        const struct group *group = &judged->groups[l];
        double df;
        if (group->pairs < PAIRS_MIN)
            continue;
        double error = level_error(judged, group, &df);
        mean += group->mean;
        variance += error * error;
        below += group->below;
        above += group->above;
        levels++;
    }
    compare->throughput = (struct knee_compare_ratio){NAN, NAN, NAN};
    if (levels == 0)
        return;
    mean /= levels;
    double half = sqrt(variance) / levels * knee_stats_t_quantile(1 - q / 2, fmax(judged->df, 1));
    double effect = -log1p(-min_effect);
    compare->throughput = knee_compare_ratio_of(mean, half);
    if (fabs(mean) > half && fabs(mean) + half >= effect && fabs(mean) >= effect / 2 &&
        has_sign(mean, below, above))
        compare->moved = mean < 0 ? -1 : 1;
}

int knee_paired_judge(struct knee_compare *compare, const struct knee_paired_pair *pairs,
                      size_t count, size_t look, double min_effect, struct knee_err *err)
{
    struct judged *judged = calloc(1, sizeof *judged);
    size_t room = count > KNEE_LEVELS_MAX ? count : KNEE_LEVELS_MAX;
    if (judged) {
        judged->samples = calloc(room, sizeof *judged->samples);
        judged->scratch = calloc(room, sizeof *judged->scratch);
    }
    int status = judged && judged->samples && judged->scratch ? 0 : -1;
    if (status == 0) {
        double q = risk_at(look);
        *compare = (struct knee_compare){.levels_count = 0};
        read_pairs(judged, compare, pairs, count);
        screen(judged, compare->levels_count);
        count_signs(judged);
        pool(judged, compare->levels_count);
        test_levels(judged, compare, q);
        claim_levels(judged, compare, min_effect, q);
        test_whole(judged, compare, min_effect, q);
        compare->verdict = knee_compare_judge(compare, min_effect);
    } else {
        knee_err_memory(err, "compare");
    }
    if (judged) {
        free(judged->samples);
        free(judged->scratch);
    }
    free(judged);
    return status;
}
