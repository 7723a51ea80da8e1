/* SPDX-License-Identifier: MIT */
#include "tuner/fit/failing.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdlib.h>

#define FEW_WINDOWS 4 /* up to here the lowest ratio counts, beyond it the lower quartile */

double knee_failing_ratio(const struct knee_window *window)
{
    double items = isfinite(window->items) ? window->items : 0;
    double failed = isfinite(window->failed_items) ? window->failed_items : 0;
    return items + failed > 0 ? failed / (items + failed) : NAN;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The failed ratio of a level at its best: the lowest, or the lower quartile. Without memory for
 * the quartile, the lowest. */
static double least_ratio(const struct knee_failing_window *windows, size_t count, uint32_t level)
{
    size_t seen = 0, taken = 0;
    double least = INFINITY;
    for (size_t i = 0; i < count; i++)
        if (windows[i].level_index == level && isfinite(windows[i].ratio)) {
            least = fmin(least, windows[i].ratio);
            seen++;
        }
    double *ratios = seen > FEW_WINDOWS ? malloc(seen * sizeof *ratios) : NULL;
    if (!ratios)
        return seen > 0 ? least : 0;
    for (size_t i = 0; i < count; i++)
        if (windows[i].level_index == level && isfinite(windows[i].ratio))
            ratios[taken++] = windows[i].ratio;
    qsort(ratios, taken, sizeof *ratios, compare_doubles);
    least = ratios[seen / 4];
    free(ratios);
    return least;
}

/* Did `level` fail, a lower one not, and `level` again? */
static bool fails_around(const struct knee_failing_window *windows, size_t count, uint32_t level,
                         double limit)
{
    int stage = 0;
    for (size_t i = 0; i < count; i++) {
        bool fails = windows[i].ratio > limit;
        if (windows[i].level_index == level && fails && stage != 1) {
            if (stage == 2)
                return true;
            stage = 1;
        } else if (windows[i].level_index < level && windows[i].ratio <= limit && stage == 1) {
            stage = 2;
        }
    }
    return false;
}

static void judge_level(struct knee_failing_window *windows, size_t count,
                        struct knee_failing_level *level, uint32_t index, double limit)
{
    size_t failing = 0, fine = 0;
    for (size_t i = 0; i < count; i++) {
        bool own = windows[i].level_index == index;
        failing += own && windows[i].ratio > limit;
        fine += own && windows[i].ratio <= limit;
    }
    level->itself = index > 0 && failing > fine && fails_around(windows, count, index, limit);
    level->suspect = index > 0 && failing > 0 && fine == 0 && !level->itself;
    for (size_t i = 0; i < count && !level->itself; i++)
        windows[i].hit |= windows[i].level_index == index && windows[i].ratio > limit;
}

size_t knee_failing_find(struct knee_failing_window *windows, size_t windows_count,
                         struct knee_failing_level *levels, size_t levels_count)
{
    size_t hit = 0;
    double limit = least_ratio(windows, windows_count, 0) + KNEE_ERRORS_RATIO;
    for (size_t i = 0; i < windows_count; i++)
        windows[i].hit = false;
    for (uint32_t l = 0; l < levels_count; l++) {
        double sum = 0;
        size_t used = 0;
        levels[l] = (struct knee_failing_level){0};
        judge_level(windows, windows_count, &levels[l], l, limit);
        for (size_t i = 0; i < windows_count; i++) {
            bool uses = windows[i].level_index == l && isfinite(windows[i].ratio);
            hit += uses && windows[i].hit;
            if (uses && !windows[i].hit) {
                sum += windows[i].ratio;
                used++;
            }
        }
        levels[l].ratio = used > 0 ? sum / (double)used : 0;
    }
    return hit;
}
