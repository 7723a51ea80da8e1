/* SPDX-License-Identifier: MIT */
#include "tuner/fit/regime.h"

#include "tuner/fit/steady.h"
#include "tuner/levels/level_set.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* A smaller step, in log units, may be drift. */
#define FALL_MIN .15
/* It must be there for this many windows at levels that fell, before and after, at this many
 * levels, and this many windows must have come after it in all. */
#define FALLEN_WINDOWS_MIN 4
#define FALLEN_LEVELS_MIN 2
#define AFTER_MIN 8
/* This share of the windows may be on the wrong side: a dip before it, some credit that was earned
 * again after it. */
#define WRONG_SHARE .10

/* Levels with a slower mode of their own have fast and slow windows in any order. That as many of
 * the fast ones come before the split must be less likely than this. */
#define CHANCE_MAX 1e-3

/* What a level gave before a split and after it, mean of logs. */
struct sides {
    double before, after;
    size_t windows_before, windows_after;
};

/* A window that counts. */
struct row {
    size_t index; /* of the window */
    size_t level; /* of the levels, from 0 */
    double y;     /* log throughput */
};

/* Each split between rows may take a look at all of them. So of more windows than this, each level
 * keeps every second one, or third, ...: a step that lasts is seen in any of them. */
#define ROWS_MAX 4096

static size_t list_rows(struct row *rows, const struct knee_window *windows, size_t count,
                        const struct knee_level_set *levels, bool rejected_too)
{
    size_t used = 0, seen[KNEE_LEVELS_MAX] = {0}, stride = 1 + count / ROWS_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct knee_window *window = &windows[i];
        size_t level = knee_level_set_find(levels, window->level);
        double throughput_per_s = knee_steady_throughput_per_s(window);
        if ((window->valid || rejected_too) && throughput_per_s > 0 && isfinite(throughput_per_s) &&
            level != SIZE_MAX && seen[level]++ % stride == 0)
            rows[used++] = (struct row){i, level, log(throughput_per_s)};
    }
    return used;
}

/* Sums over the rows on both sides of a split that moves: one pass over all rows does for all
 * splits, since this runs after every block. */
struct sums {
    double before, after;
    size_t windows_before, windows_after;
};

static void start_sums(struct sums *sums, size_t levels, const struct row *rows, size_t count)
{
    for (size_t l = 0; l < levels; l++)
        sums[l] = (struct sums){.windows_before = 0};
    for (size_t i = 0; i < count; i++) {
        sums[rows[i].level].after += rows[i].y;
        sums[rows[i].level].windows_after++;
    }
}

/* The row goes from the side after the split to that before it. */
static void move_row(struct sums *sums, const struct row *row)
{
    struct sums *moved = &sums[row->level];
    moved->before += row->y;
    moved->windows_before++;
    moved->after = --moved->windows_after > 0 ? moved->after - row->y : 0;
}

static void set_sides(struct sides *sides, const struct sums *sums, size_t levels)
{
    for (size_t l = 0; l < levels; l++)
        sides[l] = (struct sides){.before = sums[l].before / (double)sums[l].windows_before,
                                  .after = sums[l].after / (double)sums[l].windows_after,
                                  .windows_before = sums[l].windows_before,
                                  .windows_after = sums[l].windows_after};
}

/* A level that was not seen on both sides did not fall for all that is known. */
static bool has_fallen(const struct sides *sides)
{
    return sides->before - sides->after > FALL_MIN;
}

/* The level that was fastest before the split must have fallen, and each that was nearly as fast.
 */
static bool fastest_have_fallen(const struct sides *sides, size_t count)
{
    double best = -INFINITY;
    for (size_t l = 0; l < count; l++)
        if (sides[l].windows_before > 0 && sides[l].windows_after > 0)
            best = fmax(best, sides[l].before);
    for (size_t l = 0; l < count; l++)
        if (sides[l].windows_before > 0 && sides[l].windows_after > 0 &&
            sides[l].before > best - FALL_MIN / 2 && !has_fallen(&sides[l]))
            return false;
    return isfinite(best);
}

/* Do the windows lie on the side of the middle that they belong to, as clearly as a step has it?
 * Returns the fall, log units; 0: no. */
static double step_of(const struct sides *sides, size_t levels, const struct row *rows,
                      size_t count, size_t split)
{
    size_t before = 0, after = 0, wrong = 0, fallen = 0, fast_before = 0, fast = 0;
    double fall = 0;
    for (size_t l = 0; l < levels; l++)
        if (has_fallen(&sides[l])) {
            fallen++;
            fall += sides[l].before - sides[l].after;
        }
    if (fallen < FALLEN_LEVELS_MIN || !fastest_have_fallen(sides, levels))
        return 0; /* most splits: without looking at each row */
    for (size_t i = 0; i < count; i++) {
        const struct sides *side = &sides[rows[i].level];
        if (!has_fallen(side))
            continue;
        bool high = rows[i].y > (side->before + side->after) / 2;
        *(i < split ? &before : &after) += 1;
        wrong += high != (i < split);
        fast += high;
        fast_before += high && i < split;
    }
    bool clear =
        before >= FALLEN_WINDOWS_MIN && after >= FALLEN_WINDOWS_MIN &&
        (double)wrong <= WRONG_SHARE * (double)(before + after) &&
        gsl_cdf_hypergeometric_Q((unsigned)fast_before - 1, (unsigned)fast,
                                 (unsigned)(before + after - fast), (unsigned)before) < CHANCE_MAX;
    return clear ? fall / (double)fallen : 0;
}

static void find(struct knee_regime *regime, const struct knee_window *windows, size_t count,
                 bool rejected_too)
{
    struct knee_level_set levels = {.count = 0};
    struct sides sides[KNEE_LEVELS_MAX];
    struct sums sums[KNEE_LEVELS_MAX];
    struct row *rows = malloc((count + 1) * sizeof *rows);
    double most = 0;
    *regime = (struct knee_regime){.start = 0, .fall_ratio = 1};
    for (size_t i = 0; i < count; i++)
        knee_level_set_add(&levels, windows[i].level);
    size_t used = rows ? list_rows(rows, windows, count, &levels, rejected_too) : 0;
    start_sums(sums, levels.count, rows, used);
    for (size_t split = 1; split + AFTER_MIN <= used; split++) {
        move_row(sums, &rows[split - 1]);
        if (split < FALLEN_WINDOWS_MIN)
            continue;
        set_sides(sides, sums, levels.count);
        double fall = step_of(sides, levels.count, rows, used, split);
        if (fall > most) {
            most = fall;
            *regime = (struct knee_regime){.start = rows[split].index, .fall_ratio = exp(-fall)};
        }
    }
    free(rows);
}

void knee_regime_find(struct knee_regime *regime, const struct knee_window *windows, size_t count)
{
    find(regime, windows, count, false);
}

void knee_regime_find_seen(struct knee_regime *regime, const struct knee_window *windows,
                           size_t count)
{
    find(regime, windows, count, true);
}
