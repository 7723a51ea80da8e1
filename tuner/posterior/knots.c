/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/knots.h"

#include <math.h>

#define GRID_STEP .125     /* in ln n: a kink between two knots is off by half of it at most */
#define FINE_STEPS 20      /* in a gap that could hide a sharp peak */
#define FINE_STEP_MIN .008 /* of the tolerance that matters, a small part */
#define FINE_NEAR .4       /* of the step */
#define NEAR .045          /* in ln n: a knot of the grid this close to a level adds nothing */
#define SLOPE_SPAN .14     /* slopes over less than this in ln n are mostly noise */
#define FALL_NEAR 1.1      /* times a level: a fall that may have begun at a lower one */
#define WORTH .03          /* log units: a peak within this of the best is worth seeing */

static void insert(struct knee_knots *knots, uint32_t level)
{
    size_t i = knots->count;
    while (i > 0 && knots->at[i - 1] > level)
        i--;
    if (knots->count == KNEE_KNOTS_MAX || (i > 0 && knots->at[i - 1] == level))
        return;
    for (size_t j = knots->count++; j > i; j--)
        knots->at[j] = knots->at[j - 1];
    knots->at[i] = level;
}

/* Levels from `low` to `high`, `step` apart in ln n, but for those near a knot that is there. */
static void insert_grid(struct knee_knots *knots, double low, double high, double step, double near)
{
    double from = log(low), to = log(high);
    size_t steps = (size_t)ceil(fmax((to - from) / step + .5, 0));
    for (size_t k = 0; k < steps; k++) {
        uint32_t level = (uint32_t)fmin(round(exp(from + (double)k * step)), high);
        bool taken = false;
        for (size_t i = 0; i < knots->count && !taken; i++)
            taken = fabs(log((double)knots->at[i] / level)) < near;
        if (!taken)
            insert(knots, level);
    }
}

/* The slope up to point `at`, from 0 to 1; 1 if nothing is known. */
static double slope_before(const struct knee_points *points, size_t at)
{
    for (size_t i = at; i > 0; i--) {
        const struct knee_point *below = &points->at[i - 1];
        double span = log((double)points->at[at].level / below->level);
        if (below->windows > 0 && (span >= SLOPE_SPAN || i == 1)) {
            double rise = points->at[at].log_throughput - below->log_throughput;
            return fmin(fmax(rise / span, 0), 1);
        }
    }
    return 1;
}

/* Is the next measured level near, and clearly lower? Then this one may have fallen, too. */
static bool falls_above(const struct knee_points *points, size_t at)
{
    size_t next = at + 1;
    while (next < points->count && points->at[next].windows == 0)
        next++;
    return next < points->count && points->at[next].level < FALL_NEAR * points->at[at].level &&
           points->at[next].log_throughput < points->at[at].log_throughput - WORTH;
}

/* If the curve went on from `below` as it came, and fell just before `above`: would that be a peak
 * that counts? */
static bool may_hide_peak(const struct knee_points *points, size_t below, size_t above, double best)
{
    const struct knee_point *a = &points->at[below], *b = &points->at[above];
    double width = log((b->level - 1.) / a->level);
    double peak = a->log_throughput + slope_before(points, below) * width;
    bool fallen = b->errors || b->log_throughput < peak - WORTH || falls_above(points, above);
    return fallen && peak > best - WORTH;
}

static void insert_fine(struct knee_knots *knots, const struct knee_points *points,
                        uint32_t level_max)
{
    double best = -INFINITY;
    size_t below = SIZE_MAX;
    for (size_t i = 0; i < points->count; i++)
        if (points->at[i].windows > 0 && !points->at[i].errors)
            best = fmax(best, points->at[i].log_throughput);
    for (size_t i = 0; i < points->count; i++) {
        if (points->at[i].windows == 0)
            continue;
        if (below != SIZE_MAX && may_hide_peak(points, below, i, best)) {
            double low = points->at[below].level, high = fmin(points->at[i].level - 1., level_max);
            double step = fmax(log(high / low) / FINE_STEPS, FINE_STEP_MIN);
            insert_grid(knots, low, high, step, FINE_NEAR * step);
        }
        below = points->at[i].errors ? SIZE_MAX : i;
    }
}

void knee_knots_list(struct knee_knots *knots, const struct knee_posterior_params *params,
                     const struct knee_points *points)
{
    knots->count = 0;
    for (size_t i = 0; i < params->candidates_count; i++)
        if (params->candidates[i].level <= params->level_max)
            insert(knots, params->candidates[i].level);
    for (size_t i = 0; i < points->count; i++)
        if (points->at[i].level <= params->level_max)
            insert(knots, points->at[i].level);
    if (params->fixed_levels)
        return;
    insert(knots, params->level_max);
    insert_grid(knots, 1, params->level_max, GRID_STEP, NEAR);
    insert_fine(knots, points, params->level_max);
}
