/* SPDX-License-Identifier: MIT */
#include "tuner/decide/refine.h"

#include <math.h>

/* Growth at the top is judged against a level this much lower: nobody would call 2 % over this
 * distance a plateau. */
#define RISING_RATIO 1.05
/* If single windows vary by more than this, it is enough to have this many at both levels, and
 * growth from a level this much lower. */
#define RISING_SIGMA .03
#define RISING_WINDOWS 6
#define RISING_RATIO_NOISY 1.25
/* For choosing levels, a claim with this risk is good enough. */
#define CREDIBLE_RISK .2
/* Slopes over less than this distance in ln n are mostly noise. */
#define SLOPE_SPAN .14
#define SLOPE_MIN .02
#define SLOPE_MAX 1.5 /* caches and combining can make a climb steeper than linear */
/* Half the width in ln n of the pair around a crossing: together just under KNEE_REFINE_RATIO. */
#define PAIR_HALF_WIDTH .04
/* A pair must leave at most this share of the gap above it; otherwise the gap is halved, too. */
#define PAIR_PROGRESS .3

static uint32_t rising_probe(uint32_t level_max)
{
    return (uint32_t)(level_max / RISING_RATIO);
}

static double log_level(const struct knee_points *points, size_t at)
{
    return log(points->at[at].level);
}

static bool add_level(const struct knee_points *points, uint32_t level, uint32_t *levels,
                      size_t *count)
{
    if (knee_points_find(points, level) != SIZE_MAX || *count == KNEE_REFINE_MAX)
        return false;
    for (size_t i = 0; i < *count; i++)
        if (levels[i] == level)
            return false;
    levels[(*count)++] = level;
    return true;
}

/* The usable level below `at`, at least `span` lower in ln n, or KNEE_EVIDENCE_NONE. */
static size_t neighbour_below(const struct knee_points *points, size_t at, double span)
{
    for (size_t i = at; i > 0; i--)
        if (knee_evidence_usable(points, i - 1) &&
            log_level(points, at) - log_level(points, i - 1) >= span)
            return i - 1;
    return KNEE_EVIDENCE_NONE;
}

/* Slope of E in ln n on the left of `at`; linear if nothing is known. */
static double slope_before(const struct knee_points *points, size_t at, double sigmas_less)
{
    size_t before = neighbour_below(points, at, SLOPE_SPAN);
    if (before == KNEE_EVIDENCE_NONE)
        before = neighbour_below(points, at, 0);
    if (before == KNEE_EVIDENCE_NONE)
        return 1;
    double rise = points->at[at].log_throughput - points->at[before].log_throughput;
    rise -= sigmas_less * knee_points_se(points, at, before);
    return rise / (log_level(points, at) - log_level(points, before));
}

bool knee_refine_closed(uint32_t below, uint32_t above)
{
    return above - below <= 1 || above <= KNEE_REFINE_RATIO * below;
}

uint32_t knee_refine_middle(uint32_t below, uint32_t above)
{
    uint32_t level = (uint32_t)lround(sqrt((double)below * above));
    if (level <= below)
        return below + 1;
    return level >= above ? above - 1 : level;
}

/* Is it plausible already that the pick will do and the level below it will not? */
static bool credible(const struct knee_evidence *evidence)
{
    size_t best = evidence->best, pick = evidence->pick, low = evidence->low;
    double target = evidence->target, indifference = evidence->indifference;
    if (best != pick &&
        knee_evidence_risk(evidence, best, pick, -target + indifference) > CREDIBLE_RISK)
        return false;
    return low == KNEE_EVIDENCE_NONE ||
           knee_evidence_risk(evidence, low, best, target + indifference) <= CREDIBLE_RISK;
}

static void refine_knee(const struct knee_evidence *evidence, uint32_t *levels, size_t *count)
{
    const struct knee_points *points = evidence->points;
    uint32_t above = points->at[evidence->pick].level;
    if (evidence->low == KNEE_EVIDENCE_NONE) {
        if (above > 1)
            add_level(points, above / 2, levels, count);
        return;
    }
    uint32_t below = points->at[evidence->low].level;
    if (knee_refine_closed(below, above) || !credible(evidence))
        return;
    double start = log(below), end = log(above);
    double needed = points->at[evidence->best].log_throughput + evidence->target -
                    points->at[evidence->low].log_throughput;
    double slope = slope_before(points, evidence->low, 0);
    double crossing = start + needed / fmin(fmax(slope, SLOPE_MIN), SLOPE_MAX);
    double first = floor(exp(crossing - PAIR_HALF_WIDTH));
    double second = ceil(exp(crossing + PAIR_HALF_WIDTH));
    if (second >= above) {
        if (first > below && first < above && log(first) >= start + PAIR_PROGRESS * (end - start))
            add_level(points, (uint32_t)first, levels, count);
        else
            add_level(points, knee_refine_middle(below, above), levels, count);
        return;
    }
    if (first > below)
        add_level(points, (uint32_t)first, levels, count);
    if (second > below)
        add_level(points, (uint32_t)second, levels, count);
    if (log(second) < start + PAIR_PROGRESS * (end - start))
        add_level(points, knee_refine_middle(below, above), levels, count);
}

/* Could the gap (below, above) hide a level that is better than the best? */
static void refine_gap(const struct knee_evidence *evidence, size_t below, size_t above,
                       uint32_t *levels, size_t *count)
{
    const struct knee_points *points = evidence->points;
    const struct knee_point *a = &points->at[below], *b = &points->at[above];
    if (b->level - a->level <= 1)
        return;
    double slope = fmin(fmax(slope_before(points, below, 1), 0), 1);
    double upper = a->log_throughput + slope * log((b->level - 1.) / a->level);
    double best = points->at[evidence->best].log_throughput;
    if (upper - best <= -evidence->target)
        return;
    /* The throughput of a level that fails says nothing about those below it. */
    if (b->errors || b->log_throughput < upper - 2 * knee_points_se(points, below, above))
        add_level(points, knee_refine_middle(a->level, b->level), levels, count);
}

static void refine_peak(const struct knee_evidence *evidence, uint32_t *levels, size_t *count)
{
    const struct knee_points *points = evidence->points;
    size_t below = KNEE_EVIDENCE_NONE;
    for (size_t i = 0; i < points->count; i++) {
        if (points->at[i].windows == 0)
            continue;
        if (below != KNEE_EVIDENCE_NONE)
            refine_gap(evidence, below, i, levels, count);
        below = knee_evidence_usable(points, i) ? i : KNEE_EVIDENCE_NONE;
    }
}

size_t knee_refine(const struct knee_evidence *evidence, uint32_t level_max, uint32_t *levels)
{
    const struct knee_points *points = evidence->points;
    size_t count = 0;
    if (evidence->pick == KNEE_EVIDENCE_NONE)
        return 0;
    uint32_t probe = rising_probe(level_max);
    if (points->at[evidence->pick].level == level_max && probe >= 1 &&
        knee_points_find(points, probe) == SIZE_MAX) {
        add_level(points, probe, levels, &count);
        return count;
    }
    refine_knee(evidence, levels, &count);
    refine_peak(evidence, levels, &count);
    return count;
}

/* Provably slower than the pick by more than the tolerance? */
static bool is_below(const struct knee_evidence *evidence, size_t at)
{
    return knee_evidence_risk(evidence, at, evidence->pick, evidence->target) <=
           evidence->risk_allowed / 2;
}

bool knee_refine_rising(const struct knee_evidence *evidence, uint32_t level_max, bool fixed_levels)
{
    const struct knee_points *points = evidence->points;
    if (evidence->pick == KNEE_EVIDENCE_NONE || points->at[evidence->pick].level != level_max ||
        points->at[evidence->pick].windows < 2 || points->df <= 0)
        return false;
    size_t probe = fixed_levels ? evidence->low : knee_points_find(points, rising_probe(level_max));
    if (probe == KNEE_EVIDENCE_NONE || probe == evidence->pick ||
        !knee_evidence_usable(points, probe))
        return false;
    if (points->at[probe].windows >= 2 && is_below(evidence, probe))
        return true;
    /* Too noisy to compare with a level 5 % lower, but that hardly matters: throughput grew up to
     * about here, and the pick is the highest level allowed. */
    size_t lower = neighbour_below(points, evidence->pick, log(RISING_RATIO_NOISY));
    return points->sigma > RISING_SIGMA && points->at[probe].windows >= RISING_WINDOWS &&
           points->at[evidence->pick].windows >= RISING_WINDOWS && lower != KNEE_EVIDENCE_NONE &&
           is_below(evidence, lower);
}
