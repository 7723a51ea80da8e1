/* SPDX-License-Identifier: MIT */
#include "tuner/fit/blockfit.h"

#include "core/base/stats.h"
#include "tuner/fit/blockfit_levels.h"
#include "tuner/fit/blockfit_means.h"

#include <math.h>
#include <stdlib.h>

#define SIGMA_FLOOR .002  /* no host repeats itself better than this over minutes */
#define SIGMA_UNKNOWN .02 /* before anything was repeated: a typical window's */
#define POLISH_ROUNDS 4
#define POLISH_ROWS 5
#define REJECT_ROUNDS 4
#define OUTLIER_SIGMAS 4. /* a normal window is lost once in 16000 */
#define OUTLIER_FLOOR .03 /* log units: less than this spoils no claim */
#define MAD_TO_SIGMA 1.4826

int knee_blockfit_init(struct knee_blockfit *fit, size_t rows_max, size_t levels_count,
                       struct knee_err *err)
{
    /* Blocks are no more than rows; one more everywhere keeps an empty fit out of calloc(0). */
    size_t n = rows_max + levels_count + 1;
    *fit = (struct knee_blockfit){.levels_count = levels_count};
    fit->rows = calloc(n, sizeof *fit->rows);
    fit->levels = calloc(levels_count + 1, sizeof *fit->levels);
    fit->blocks = calloc(3 * n, sizeof *fit->blocks);
    fit->by_level = calloc(4 * (n + 1), sizeof *fit->by_level);
    fit->spreads = knee_blockfit_spreads(levels_count + 1);
    if (!fit->spreads || !fit->rows || !fit->levels || !fit->blocks || !fit->by_level) {
        knee_blockfit_release(fit);
        return knee_err_set(err, KNEE_FAILED, "fit: out of memory; measure fewer windows");
    }
    fit->scratch = fit->blocks + n;
    fit->pivots = fit->blocks + 2 * n;
    fit->level_starts = fit->by_level + (n + 1);
    fit->by_block = fit->by_level + 2 * (n + 1);
    fit->block_starts = fit->by_level + 3 * (n + 1);
    return 0;
}

void knee_blockfit_release(struct knee_blockfit *fit)
{
    free(fit->rows);
    free(fit->levels);
    free(fit->blocks);
    free(fit->by_level);
    free(fit->spreads);
    *fit = (struct knee_blockfit){0};
}

/* Counting sort: order[starts[k] .. starts[k + 1]) are the rows of level or block k. */
static void group(const struct knee_blockfit *fit, bool by_block, uint32_t *order, uint32_t *starts)
{
    size_t keys = by_block ? fit->blocks_count : fit->levels_count;
    for (size_t k = 0; k <= keys; k++)
        starts[k] = 0;
    for (size_t i = 0; i < fit->rows_count; i++)
        starts[by_block ? fit->rows[i].block : fit->rows[i].level]++;
    uint32_t end = 0;
    for (size_t k = 0; k <= keys; k++)
        starts[k] = end += starts[k];
    for (size_t i = fit->rows_count; i > 0; i--)
        order[--starts[by_block ? fit->rows[i - 1].block : fit->rows[i - 1].level]] =
            (uint32_t)(i - 1);
}

/* Median of y less the other effect over the rows order[first .. end). */
static double row_median(struct knee_blockfit *fit, const uint32_t *order, uint32_t first,
                         uint32_t end, bool of_block)
{
    for (uint32_t i = first; i < end; i++) {
        const struct knee_blockfit_row *row = &fit->rows[order[i]];
        fit->scratch[i - first] =
            row->y - (of_block ? fit->levels[row->level].effect : fit->blocks[row->block]);
    }
    return knee_stats_median(fit->scratch, end - first);
}

/* Of the block and as many of its neighbours as make POLISH_ROWS: a burst of dips can spoil most
 * rows of a small block, but drift is slow. */
static double block_median(struct knee_blockfit *fit, size_t block)
{
    const uint32_t *starts = fit->block_starts;
    size_t first = block, end = block + 1;
    while (starts[end] - starts[first] < POLISH_ROWS && (first > 0 || end < fit->blocks_count)) {
        first -= first > 0;
        end += end < fit->blocks_count;
    }
    return row_median(fit, fit->by_block, starts[first], starts[end], true);
}

/* Degrees of freedom of the kept rows; a K that its neighbours hold costs less than a whole one. */
static double degrees(const struct knee_blockfit *fit)
{
    double df = 0;
    for (size_t l = 0; l < fit->levels_count; l++)
        df += fit->levels[l].kept > 0 ? fit->levels[l].kept - 1. : 0;
    double cost = -1; /* one K is only the zero point */
    for (size_t b = 0; b < fit->blocks_count; b++) {
        double rows = fit->block_starts[b + 1] - fit->block_starts[b];
        cost += rows / (rows + 2 * fit->stiffness);
    }
    df -= fmax(cost, 0);
    return df > .5 ? df : 0;
}

static void polish(struct knee_blockfit *fit)
{
    for (int round = 0; round < POLISH_ROUNDS; round++) {
        for (size_t l = 0; l < fit->levels_count; l++)
            fit->levels[l].effect = row_median(fit, fit->by_level, fit->level_starts[l],
                                               fit->level_starts[l + 1], false);
        for (size_t b = 0; b < fit->blocks_count; b++)
            fit->blocks[b] = block_median(fit, b);
    }
    knee_blockfit_residuals(fit);
    for (size_t i = 0; i < fit->rows_count; i++)
        fit->scratch[i] = fabs(fit->rows[i].residual);
    double mad = knee_stats_median(fit->scratch, fit->rows_count);
    for (size_t l = 0; l < fit->levels_count; l++)
        fit->levels[l].kept = fit->level_starts[l + 1] - fit->level_starts[l];
    fit->stiffness = 0;
    fit->df = degrees(fit);
    fit->sigma = SIGMA_UNKNOWN;
    if (fit->df > 0)
        fit->sigma =
            fmax(MAD_TO_SIGMA * mad * sqrt((double)fit->rows_count / fit->df), SIGMA_FLOOR);
}

/* Marks the rows to keep; returns whether anything changed. */
static bool reject(struct knee_blockfit *fit)
{
    double limit = fmax(OUTLIER_SIGMAS * fit->sigma, OUTLIER_FLOOR);
    bool changed = false;
    for (size_t l = 0; l < fit->levels_count; l++) {
        struct knee_blockfit_row *highest = NULL;
        fit->levels[l].kept = fit->levels[l].outliers = fit->levels[l].faster = 0;
        for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
            struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
            bool keep = fit->levels[l].own || fabs(row->residual) <= limit;
            changed |= keep != row->kept;
            row->kept = keep;
            fit->levels[l].kept += keep;
            fit->levels[l].outliers += !keep;
            fit->levels[l].faster += !keep && row->residual > 0;
            if (!highest || row->residual > highest->residual)
                highest = row;
        }
        if (fit->levels[l].kept == 0 && highest) {
            highest->kept = true;
            fit->levels[l].kept = 1;
            fit->levels[l].outliers--;
        }
    }
    return changed;
}

static void estimate_sigma(struct knee_blockfit *fit, double floor)
{
    double squares = 0, own = 0, all = 0;
    for (size_t i = 0; i < fit->rows_count; i++) {
        const struct knee_blockfit_row *row = &fit->rows[i];
        bool counts = row->kept && !fit->levels[row->level].own;
        squares += counts ? row->residual * row->residual : 0;
    }
    for (size_t l = 0; l < fit->levels_count; l++) {
        double df = fit->levels[l].kept > 1 ? fit->levels[l].kept - 1. : 0;
        all += df;
        own += fit->levels[l].own ? df : 0;
    }
    fit->df = degrees(fit);
    double df = all > 0 ? fit->df * (all - own) / all : 0;
    double sigma = df > 0 ? sqrt(squares / df) : SIGMA_UNKNOWN;
    fit->sigma = fmax(sigma, floor);
}

/* What the levels' rows are worth, once the block correction is paid for. */
static void count_windows(struct knee_blockfit *fit)
{
    for (size_t l = 0; l < fit->levels_count; l++) {
        struct knee_blockfit_level *level = &fit->levels[l];
        double effective = 0;
        for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
            const struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
            /* K of its block is known from the block's other rows and its neighbours. */
            double others = fit->block_starts[row->block + 1] - fit->block_starts[row->block] - 1;
            double support = others + 2 * fit->stiffness;
            effective += row->kept ? fmax(support / (support + 1), .1) : 0;
        }
        level->effective_windows = effective;
    }
}

static void settle(struct knee_blockfit *fit, double floor)
{
    for (int round = 0; round < REJECT_ROUNDS; round++) {
        if (!reject(fit) && round > 0)
            break;
        if (round == 0)
            knee_blockfit_stiffness(fit);
        knee_blockfit_means(fit);
        estimate_sigma(fit, floor);
    }
}

void knee_blockfit_solve(struct knee_blockfit *fit)
{
    group(fit, false, fit->by_level, fit->level_starts);
    group(fit, true, fit->by_block, fit->block_starts);
    for (size_t b = 0; b < fit->blocks_count; b++)
        fit->blocks[b] = 0;
    for (size_t l = 0; l < fit->levels_count; l++)
        fit->levels[l] = (struct knee_blockfit_level){.weight = 1};
    fit->sigma = SIGMA_UNKNOWN;
    fit->df = 0;
    if (fit->rows_count == 0)
        return;
    polish(fit);
    double floor = fmax(.6 * fit->sigma, SIGMA_FLOOR);
    settle(fit, floor);
    if (knee_blockfit_own(fit)) {
        settle(fit, floor);
        knee_blockfit_spread(fit);
        settle(fit, floor);
    }
    knee_blockfit_spread(fit);
    count_windows(fit);
}
