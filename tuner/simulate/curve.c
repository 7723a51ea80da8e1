/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/curve.h"

#include <math.h>
#include <stdlib.h>

void knee_curve_release(struct knee_curve *curve)
{
    free(curve->throughput_per_s);
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

/* Fills what lies between two known levels. */
static void fill_gap(struct knee_curve *curve, uint32_t below, uint32_t above)
{
    double *throughput = curve->throughput_per_s;
    double slope = log(throughput[above] / throughput[below]) / log((double)above / (double)below);
    for (uint32_t level = below + 1; level < above; level++)
        throughput[level] = throughput[below] * pow((double)level / below, slope);
}

int knee_curve_make(struct knee_curve *curve, const struct knee_curve_row *rows, size_t count,
                    const char *name, struct knee_err *err)
{
    struct knee_curve made = {0};
    for (size_t i = 0; i < count; i++) {
        if (check_row(&rows[i], name, err))
            return -1;
        if (rows[i].level > made.level_max)
            made.level_max = rows[i].level;
    }
    made.throughput_per_s = calloc(made.level_max + 1, sizeof *made.throughput_per_s);
    if (!made.throughput_per_s)
        return knee_err_set(err, KNEE_FAILED, "%s: out of memory; use fewer levels", name);
    for (size_t i = 0; i < count; i++) {
        double *throughput = &made.throughput_per_s[rows[i].level];
        if (*throughput > 0) {
            knee_curve_release(&made);
            return knee_err_set(err, KNEE_USAGE, "%s: level %u is there twice; keep one row of it",
                                name, rows[i].level);
        }
        *throughput = rows[i].throughput_per_s;
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
    *curve = made;
    return 0;
}

uint32_t knee_curve_peak(const struct knee_curve *curve)
{
    uint32_t peak = 1;
    for (uint32_t level = 2; level <= curve->level_max; level++)
        if (curve->throughput_per_s[level] > curve->throughput_per_s[peak])
            peak = level;
    return peak;
}

uint32_t knee_curve_knee(const struct knee_curve *curve, double tolerance_ratio)
{
    double least = (1 - tolerance_ratio) * curve->throughput_per_s[knee_curve_peak(curve)];
    uint32_t level = 1;
    while (curve->throughput_per_s[level] < least)
        level++;
    return level;
}
