/* SPDX-License-Identifier: MIT */
#include "tuner/fit/points.h"

#include "tuner/fit/blockfit.h"
#include "tuner/fit/ceiling.h"
#include "tuner/fit/order.h"
#include "tuner/fit/regime.h"
#include "tuner/fit/steady.h"
#include "tuner/fit/steal.h"

#include <math.h>
#include <stdlib.h>

/* Items that fail for longer than this share of the windows do so for good. */
#define LASTING_RATIO .33
/* Standard deviations: one window of a hundred has more failures by chance. */
#define LUCK_SIGMAS 2.5

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static size_t unique(uint32_t *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_u32);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[kept - 1] != values[i])
            values[kept++] = values[i];
    return kept;
}

static double known(double value)
{
    return isfinite(value) ? value : 0;
}

static bool usable(const struct knee_window *window)
{
    return window->valid && isfinite(window->throughput_per_s) && window->throughput_per_s > 0;
}

/* That is what the level does to its items, whatever else ran beside them. */
static bool all_failed(const struct knee_window *window)
{
    return knee_failing_ratio(window) >= 1 && !(window->reasons & KNEE_WINDOW_WORTHLESS);
}

size_t knee_points_find(const struct knee_points *points, uint32_t level)
{
    size_t low = 0, high = points->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (points->at[middle].level < level)
            low = middle + 1;
        else
            high = middle;
    }
    return low < points->count && points->at[low].level == level ? low : SIZE_MAX;
}

double knee_points_se(const struct knee_points *points, size_t a, size_t b)
{
    const struct knee_point *p = &points->at[a], *q = &points->at[b];
    return sqrt(p->sigma * p->sigma / p->effective_windows +
                q->sigma * q->sigma / q->effective_windows);
}

double knee_points_df(const struct knee_points *points, size_t a, size_t b)
{
    const struct knee_point *p = &points->at[a], *q = &points->at[b];
    double vp = p->sigma * p->sigma / p->effective_windows;
    double vq = q->sigma * q->sigma / q->effective_windows;
    double df = (vp + vq) * (vp + vq) / (vp * vp / fmax(p->df, 1) + vq * vq / fmax(q->df, 1));
    return fmax(fmin(df, points->df), 1);
}

static void list_levels(struct knee_points *points, uint32_t *scratch,
                        const struct knee_window *windows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = windows[i].level;
    points->count = unique(scratch, count);
    if (points->count > KNEE_LEVELS_MAX)
        points->count = KNEE_LEVELS_MAX;
    for (size_t l = 0; l < points->count; l++)
        points->at[l] = (struct knee_point){.level = scratch[l],
                                            .log_throughput = NAN,
                                            .own_sigma = NAN,
                                            .df = 1,
                                            .effective_windows = 1};
}

static void count_failures(struct knee_points *points, const struct knee_window *windows,
                           size_t count)
{
    double items[KNEE_LEVELS_MAX] = {0}, failed[KNEE_LEVELS_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
        size_t l = knee_points_find(points, windows[i].level);
        if (l == SIZE_MAX || !windows[i].valid)
            continue;
        items[l] += known(windows[i].items);
        failed[l] += known(windows[i].failed_items);
    }
    for (size_t l = 0; l < points->count; l++)
        points->at[l].failed_ratio = failed[l] > 0 ? failed[l] / (items[l] + failed[l]) : 0;
}

bool knee_points_after_higher(const struct knee_window *windows, size_t at)
{
    return at > 0 && windows[at - 1].level > windows[at].level;
}

/* Do items fail at all levels above one, and at none below? Then the levels may be to blame. At
 * that one they may fail now and then. */
static bool levels_explain(const struct knee_failing_window *failing, size_t count,
                           const struct knee_failing_level *levels)
{
    uint32_t lowest = UINT32_MAX;
    bool mixed = false;
    for (size_t i = 0; i < count; i++)
        if (failing[i].hit && failing[i].level_index < lowest)
            lowest = failing[i].level_index;
    for (size_t i = 0; i < count; i++) {
        uint32_t level = failing[i].level_index;
        bool fine = level != UINT32_MAX && !levels[level].itself && !failing[i].hit &&
                    isfinite(failing[i].ratio);
        mixed |= fine && level > lowest;
    }
    return lowest != UINT32_MAX && !mixed;
}

/* Of the windows that were hit, those that failed more than chance explains: the share of all
 * others, and LUCK_SIGMAS of a binomial's standard deviation. */
static size_t beyond_chance(const struct knee_window *windows, size_t count,
                            const struct knee_failing_window *failing)
{
    double items = 0, failed = 0;
    size_t beyond = 0;
    for (size_t i = 0; i < count; i++) {
        if (failing[i].hit || !isfinite(failing[i].ratio))
            continue;
        items += known(windows[i].items);
        failed += known(windows[i].failed_items);
    }
    double share = items + failed > 0 ? failed / (items + failed) : 0;
    for (size_t i = 0; i < count; i++) {
        double all = known(windows[i].items) + known(windows[i].failed_items);
        double chance = share * all + LUCK_SIGMAS * sqrt(share * (1 - share) * all);
        beyond += failing[i].hit && known(windows[i].failed_items) > chance;
    }
    return beyond;
}

size_t knee_points_failing(const struct knee_points *points, const struct knee_window *windows,
                           size_t count, struct knee_failing_window *failing,
                           struct knee_failing_level *levels)
{
    for (size_t i = 0; i < count; i++) {
        size_t level = knee_points_find(points, windows[i].level);
        bool seen = level != SIZE_MAX && (windows[i].valid || all_failed(&windows[i]));
        failing[i] =
            (struct knee_failing_window){.level_index = seen ? (uint32_t)level : UINT32_MAX,
                                         .ratio = knee_failing_ratio(&windows[i])};
    }
    size_t partly = 0;
    knee_failing_find(failing, count, levels, points->count);
    for (size_t i = 0; i < count; i++)
        partly += failing[i].hit && failing[i].ratio < 1;
    /* If failing lasts, it is normal here: levels are compared by all items that they complete. A
     * window beside others in which every item failed does not show that: it saw them begin. */
    bool explained = levels_explain(failing, count, levels);
    size_t said = explained ? 0 : beyond_chance(windows, count, failing);
    bool lasts = (double)partly > LASTING_RATIO * (double)count && !explained;
    for (size_t i = 0; i < count && lasts; i++) {
        if (!failing[i].hit || !(failing[i].ratio < 1))
            continue;
        failing[i].hit = false;
        failing[i].lost = log1p(-failing[i].ratio) - log1p(-levels[failing[i].level_index].ratio);
        levels[failing[i].level_index].suspect = false;
    }
    for (size_t i = 0; i < count; i++) {
        failing[i].lost -= knee_points_after_higher(windows, i) ? points->order_loss : 0;
        failing[i].lost += knee_ceiling_excess(points->ceiling_per_s, windows[i].throughput_per_s);
    }
    return said;
}

/* Is there a base rate that lasts? Then it bounds all windows. Otherwise the earlier ones may be of
 * a faster regime. */
static void find_credit(struct knee_points *points, const struct knee_window *windows, size_t count)
{
    struct knee_ceiling ceiling;
    struct knee_regime regime = {.start = 0};
    knee_ceiling_find(&ceiling, windows, count);
    if (isinf(ceiling.rate_per_s))
        knee_regime_find(&regime, windows, count);
    points->ceiling_per_s = ceiling.rate_per_s;
    points->earlier = regime.start;
}

static void judge_failing(struct knee_points *points, const struct knee_window *windows,
                          size_t count, struct knee_failing_window *failing)
{
    struct knee_failing_level levels[KNEE_LEVELS_MAX];
    points->failed_by_time = knee_points_failing(points, windows, count, failing, levels);
    for (size_t l = 0; l < points->count; l++) {
        points->at[l].errors = levels[l].itself;
        points->at[l].suspect = levels[l].suspect;
    }
}

/* The usable windows become the fit's rows. At first all windows of a level count as rejected. */
static void fill_rows(struct knee_blockfit *fit, struct knee_points *points, uint32_t *scratch,
                      const struct knee_window *windows, size_t count,
                      const struct knee_failing_window *failing)
{
    for (size_t i = points->earlier; i < count; i++) {
        size_t level = knee_points_find(points, windows[i].level);
        if (level == SIZE_MAX)
            continue;
        points->at[level].rejected++;
        bool unlucky = knee_steal_unlucky(&windows[i]);
        points->at[level].unlucky += unlucky;
        if (failing[i].hit || unlucky || all_failed(&windows[i]) ||
            knee_steady_superseded(windows, count, i))
            continue;
        points->rejected++;
        if (!usable(&windows[i]))
            continue;
        scratch[fit->rows_count] = windows[i].block;
        fit->rows[fit->rows_count++] = (struct knee_blockfit_row){
            .y = log(knee_steady_throughput_per_s(&windows[i])) - failing[i].lost,
            .level = (uint16_t)level,
            .block = windows[i].block,
            .after_higher = knee_points_after_higher(windows, i),
            .kept = true};
    }
    fit->blocks_count = unique(scratch, fit->rows_count);
    for (size_t i = 0; i < fit->rows_count; i++) {
        const uint32_t *found =
            bsearch(&fit->rows[i].block, scratch, fit->blocks_count, sizeof *scratch, compare_u32);
        fit->rows[i].block = (uint32_t)(found - scratch);
    }
}

static void take_levels(struct knee_points *points, const struct knee_blockfit *fit)
{
    points->sigma = fit->sigma;
    points->df = fit->df;
    for (size_t l = 0; l < points->count; l++) {
        const struct knee_blockfit_level *level = &fit->levels[l];
        struct knee_point *point = &points->at[l];
        point->sigma = fit->sigma;
        if (level->kept == 0)
            continue;
        point->windows = level->kept;
        point->rejected -= level->kept;
        points->rejected -= level->kept;
        point->log_throughput = level->effect;
        point->own_sigma = level->own_sigma;
        point->effective_windows = level->effective_windows;
        point->sigma = level->sigma;
        point->df = level->df;
        point->modes = level->own;
        point->doubtful = level->doubtful;
    }
    size_t unlucky = 0;
    for (size_t l = 0; l < points->count; l++)
        unlucky += points->at[l].unlucky;
    /* More bad luck than that is the host. */
    if (2 * unlucky > points->windows)
        points->rejected += 2 * unlucky - points->windows;
}

int knee_points_fit(struct knee_points *points, const struct knee_window *windows, size_t count,
                    struct knee_err *err)
{
    uint32_t *scratch = malloc((count + 1) * sizeof *scratch);
    struct knee_failing_window *failing = malloc((count + 1) * sizeof *failing);
    struct knee_blockfit fit = {0};
    int status = -1;
    if (!scratch || !failing) {
        knee_err_memory(err, "fit");
        goto out;
    }
    *points = (struct knee_points){.windows = count};
    list_levels(points, scratch, windows, count);
    if (knee_blockfit_init(&fit, count, points->count, err))
        goto out;
    count_failures(points, windows, count);
    find_credit(points, windows, count);
    judge_failing(points, windows, count, failing);
    fill_rows(&fit, points, scratch, windows, count, failing);
    free(failing); /* the rest takes as much room again */
    failing = NULL;
    points->order_loss = knee_order_solve(&fit);
    take_levels(points, &fit);
    status = 0;
out:
    knee_blockfit_release(&fit);
    free(failing);
    free(scratch);
    return status;
}
