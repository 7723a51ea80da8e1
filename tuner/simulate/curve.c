/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/curve.h"

#include "tuner/fit/points.h"

#include <math.h>
#include <stdlib.h>

void knee_curve_release(struct knee_curve *curve)
{
    free(curve->throughput_per_s);
    free(curve->traits);
    *curve = (struct knee_curve){0};
}

static int check_row(const struct knee_curve_row *row, const char *name, struct knee_err *err)
{
    if (row->level < 1 || row->level > KNEE_CURVE_LEVEL_MAX)
        return knee_err_set(err, KNEE_USAGE, "%s: level %u is not in 1..%u; correct that row", name,
                            row->level, KNEE_CURVE_LEVEL_MAX);
    if (!isfinite(row->throughput_per_s) || row->throughput_per_s <= 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: the throughput of level %u is not above 0; correct that row", name,
                            row->level);
    return 0;
}

static struct knee_curve_traits mix(const struct knee_curve_traits *below,
                                    const struct knee_curve_traits *above, double part)
{
    struct knee_curve_traits mixed = {
        .has_cv = below->has_cv,
        .cv_ratio = below->cv_ratio,
        .low_share = below->low_share + part * (above->low_share - below->low_share),
        .low_ratio = below->low_ratio + part * (above->low_ratio - below->low_ratio),
        .fail_ratio = below->fail_ratio + part * (above->fail_ratio - below->fail_ratio)};
    if (below->has_cv && above->has_cv)
        mixed.cv_ratio += part * (above->cv_ratio - below->cv_ratio);
    /* A level without a slower mode says nothing of the ratio of one. */
    if (below->low_share <= 0)
        mixed.low_ratio = above->low_ratio;
    else if (above->low_share <= 0)
        mixed.low_ratio = below->low_ratio;
    return mixed;
}

/* Fills what lies between two known levels. */
static void fill_gap(struct knee_curve *curve, uint32_t below, uint32_t above)
{
    double *throughput = curve->throughput_per_s;
    double distance = log((double)above / (double)below);
    double slope = log(throughput[above] / throughput[below]) / distance;
    for (uint32_t level = below + 1; level < above; level++) {
        throughput[level] = throughput[below] * pow((double)level / below, slope);
        if (curve->traits)
            curve->traits[level] = mix(&curve->traits[below], &curve->traits[above],
                                       log((double)level / below) / distance);
    }
}

/* From the upper mode and all items to the mean of successful ones. */
static void apply_traits(struct knee_curve *curve)
{
    for (uint32_t level = 1; curve->traits && level <= curve->level_max; level++) {
        const struct knee_curve_traits *traits = &curve->traits[level];
        curve->throughput_per_s[level] *=
            (1 - traits->low_share * (1 - traits->low_ratio)) * (1 - traits->fail_ratio);
    }
}

static bool has_traits(const struct knee_curve_row *row)
{
    const struct knee_curve_traits *traits = &row->traits;
    return traits->has_cv || traits->low_share > 0 || traits->fail_ratio > 0;
}

static int allocate(struct knee_curve *curve, bool with_traits, const char *name,
                    struct knee_err *err)
{
    size_t count = (size_t)curve->level_max + 1;
    curve->throughput_per_s = calloc(count, sizeof *curve->throughput_per_s);
    curve->traits = with_traits ? calloc(count, sizeof *curve->traits) : NULL;
    if (curve->throughput_per_s && (curve->traits || !with_traits))
        return 0;
    knee_curve_release(curve);
    return knee_err_memory(err, name);
}

int knee_curve_make(struct knee_curve *curve, const struct knee_curve_row *rows, size_t count,
                    const char *name, struct knee_err *err)
{
    struct knee_curve made = {0};
    bool with_traits = false;
    for (size_t i = 0; i < count; i++) {
        if (check_row(&rows[i], name, err))
            return -1;
        if (rows[i].level > made.level_max)
            made.level_max = rows[i].level;
        with_traits |= has_traits(&rows[i]);
    }
    if (allocate(&made, with_traits, name, err))
        return -1;
    for (size_t i = 0; i < count; i++) {
        double *throughput = &made.throughput_per_s[rows[i].level];
        if (*throughput > 0) {
            knee_curve_release(&made);
            return knee_err_set(err, KNEE_USAGE, "%s: level %u is there twice; keep one row of it",
                                name, rows[i].level);
        }
        *throughput = rows[i].throughput_per_s;
        if (made.traits)
            made.traits[rows[i].level] = rows[i].traits;
    }
    if (made.level_max == 0 || made.throughput_per_s[1] <= 0) {
        knee_curve_release(&made);
        return knee_err_set(err, KNEE_USAGE, "%s: there is no level 1; add its row", name);
    }
    uint32_t below = 1;
    for (uint32_t level = 2; level <= made.level_max; level++) {
        if (made.throughput_per_s[level] <= 0)
            continue;
        fill_gap(&made, below, level);
        below = level;
    }
    apply_traits(&made);
    *curve = made;
    return 0;
}

bool knee_curve_usable(const struct knee_curve *curve, uint32_t level)
{
    return !curve->traits ||
           curve->traits[level].fail_ratio <= curve->traits[1].fail_ratio + KNEE_ERRORS_RATIO;
}

uint32_t knee_curve_peak(const struct knee_curve *curve)
{
    uint32_t peak = 1;
    for (uint32_t level = 2; level <= curve->level_max; level++)
        if (curve->throughput_per_s[level] > curve->throughput_per_s[peak] &&
            knee_curve_usable(curve, level))
            peak = level;
    return peak;
}

uint32_t knee_curve_knee(const struct knee_curve *curve, double tolerance_ratio)
{
    double least = (1 - tolerance_ratio) * curve->throughput_per_s[knee_curve_peak(curve)];
    uint32_t level = 1;
    while (curve->throughput_per_s[level] < least || !knee_curve_usable(curve, level))
        level++;
    return level;
}
