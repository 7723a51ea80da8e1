/* SPDX-License-Identifier: MIT */
#include "tuner/blockfit.h"

#include "core/stats.h"

#include <math.h>
#include <stdlib.h>

#define SIGMA_FLOOR .002  /* no host repeats itself better than this over minutes */
#define SIGMA_UNKNOWN .02 /* before anything was repeated: a typical window's */
#define POLISH_ROUNDS 4
#define POLISH_ROWS 5
#define REJECT_ROUNDS 4
#define MEANS_ROUNDS 60
#define MEANS_CHANGE 1e-6   /* log units: far below any claim */
#define OUTLIER_SIGMAS 4.   /* a normal window is lost once in 16000 */
#define OUTLIER_FLOOR .03   /* log units: less than this spoils no claim */
#define STEP_PRIOR .01      /* drift from block to block assumed before it is known, log units */
#define STEP_PRIOR_WEIGHT 3 /* in blocks */
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
    if (!fit->rows || !fit->levels || !fit->blocks || !fit->by_level) {
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

static double level_median(struct knee_blockfit *fit, size_t level)
{
    size_t count = 0;
    for (uint32_t i = fit->level_starts[level]; i < fit->level_starts[level + 1]; i++) {
        const struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
        fit->scratch[count++] = row->y - fit->blocks[row->block];
    }
    return knee_stats_median(fit->scratch, count);
}

/* Of the block and as many of its neighbours as make POLISH_ROWS: a burst of dips can spoil most
 * rows of a small block, but drift is slow. */
static double block_median(struct knee_blockfit *fit, size_t block)
{
    size_t first = block, last = block, count = 0;
    while (fit->block_starts[last + 1] - fit->block_starts[first] < POLISH_ROWS &&
           (first > 0 || last + 1 < fit->blocks_count)) {
        first -= first > 0;
        last += last + 1 < fit->blocks_count;
    }
    for (uint32_t i = fit->block_starts[first]; i < fit->block_starts[last + 1]; i++) {
        const struct knee_blockfit_row *row = &fit->rows[fit->by_block[i]];
        fit->scratch[count++] = row->y - fit->levels[row->level].effect;
    }
    return knee_stats_median(fit->scratch, count);
}

static void update_residuals(struct knee_blockfit *fit)
{
    for (size_t i = 0; i < fit->rows_count; i++) {
        struct knee_blockfit_row *row = &fit->rows[i];
        row->residual = row->y - fit->levels[row->level].effect - fit->blocks[row->block];
    }
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
            fit->levels[l].effect = level_median(fit, l);
        for (size_t b = 0; b < fit->blocks_count; b++)
            fit->blocks[b] = block_median(fit, b);
    }
    update_residuals(fit);
    for (size_t i = 0; i < fit->rows_count; i++)
        fit->scratch[i] = fabs(fit->rows[i].residual);
    double mad = knee_stats_median(fit->scratch, fit->rows_count);
    for (size_t l = 0; l < fit->levels_count; l++)
        fit->levels[l].kept = fit->level_starts[l + 1] - fit->level_starts[l];
    fit->stiffness = 0;
    fit->df = degrees(fit);
    fit->sigma = SIGMA_UNKNOWN;
    if (fit->df > 0)
        fit->sigma = MAD_TO_SIGMA * mad * sqrt((double)fit->rows_count / fit->df);
    fit->sigma = fmax(fit->sigma, SIGMA_FLOOR);
}

/* Marks what is kept; returns whether anything changed. */
static bool reject(struct knee_blockfit *fit)
{
    double limit = fmax(OUTLIER_SIGMAS * fit->sigma, OUTLIER_FLOOR);
    bool changed = false;
    for (size_t l = 0; l < fit->levels_count; l++) {
        struct knee_blockfit_row *highest = NULL;
        fit->levels[l].kept = fit->levels[l].outliers = 0;
        for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
            struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
            bool keep = fabs(row->residual) <= limit;
            changed |= keep != row->kept;
            row->kept = keep;
            fit->levels[l].kept += keep;
            fit->levels[l].outliers += !keep;
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

static double update_levels(struct knee_blockfit *fit)
{
    double change = 0;
    for (size_t l = 0; l < fit->levels_count; l++) {
        double sum = 0;
        for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
            const struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
            sum += row->kept ? row->y - fit->blocks[row->block] : 0;
        }
        double effect = fit->levels[l].kept ? sum / fit->levels[l].kept : NAN;
        change = fmax(change, fabs(effect - fit->levels[l].effect));
        fit->levels[l].effect = effect;
    }
    return change;
}

/* Solves for all K at once given E: (rows + stiffness × neighbours) on the diagonal, -stiffness
 * beside it (Thomas' algorithm). */
static void update_blocks(struct knee_blockfit *fit)
{
    size_t count = fit->blocks_count;
    double total = 0, total_rows = 0;
    for (size_t b = 0; b < count; b++) {
        double sum = 0, rows = 0;
        for (uint32_t i = fit->block_starts[b]; i < fit->block_starts[b + 1]; i++) {
            const struct knee_blockfit_row *row = &fit->rows[fit->by_block[i]];
            sum += row->kept ? row->y - fit->levels[row->level].effect : 0;
            rows += row->kept;
        }
        /* The small number gives a block whose rows were all rejected a K of its own. */
        double diagonal = rows + 1e-9 + fit->stiffness * ((b > 0) + (b + 1 < count));
        double carry = b > 0 ? fit->stiffness / fit->pivots[b - 1] : 0;
        fit->pivots[b] = diagonal - carry * fit->stiffness;
        fit->scratch[b] = sum + (b > 0 ? carry * fit->scratch[b - 1] : 0);
    }
    for (size_t b = count; b > 0; b--) {
        double next = b < count ? fit->stiffness * fit->blocks[b] : 0;
        fit->blocks[b - 1] = (fit->scratch[b - 1] + next) / fit->pivots[b - 1];
    }
    for (size_t b = 0; b < count; b++) {
        double rows = fit->block_starts[b + 1] - fit->block_starts[b];
        total += rows * fit->blocks[b];
        total_rows += rows;
    }
    for (size_t b = 0; b < count; b++)
        fit->blocks[b] -= total / total_rows;
}

static void means(struct knee_blockfit *fit)
{
    for (int round = 0; round < MEANS_ROUNDS; round++) {
        if (update_levels(fit) < MEANS_CHANGE && round > 0)
            break;
        update_blocks(fit);
    }
    update_residuals(fit);
}

/* The step's variance by the method of moments, from each block's own mean of what is kept. */
static void estimate_stiffness(struct knee_blockfit *fit)
{
    double squares = STEP_PRIOR_WEIGHT * STEP_PRIOR * STEP_PRIOR;
    double weight = STEP_PRIOR_WEIGHT, variance = fit->sigma * fit->sigma;
    double before = 0, rows_before = 0;
    for (size_t b = 0; b < fit->blocks_count; b++) {
        double sum = 0, rows = 0;
        for (uint32_t i = fit->block_starts[b]; i < fit->block_starts[b + 1]; i++) {
            const struct knee_blockfit_row *row = &fit->rows[fit->by_block[i]];
            sum += row->kept ? fit->blocks[b] + row->residual : 0;
            rows += row->kept;
        }
        if (rows == 0)
            continue;
        double step = sum / rows - before;
        if (rows_before > 0) {
            squares += step * step - variance * (1 / rows + 1 / rows_before);
            weight += 1;
        }
        before = sum / rows;
        rows_before = rows;
    }
    double step_variance = fmax(squares / weight, STEP_PRIOR * STEP_PRIOR / 16);
    fit->stiffness = variance / step_variance;
}

static void estimate_sigma(struct knee_blockfit *fit, double floor)
{
    double squares = 0;
    for (size_t i = 0; i < fit->rows_count; i++)
        squares += fit->rows[i].kept ? fit->rows[i].residual * fit->rows[i].residual : 0;
    fit->df = degrees(fit);
    double sigma = fit->df > 0 ? sqrt(squares / fit->df) : SIGMA_UNKNOWN;
    fit->sigma = fmax(sigma, floor);
}

static void describe_levels(struct knee_blockfit *fit)
{
    for (size_t l = 0; l < fit->levels_count; l++) {
        struct knee_blockfit_level *level = &fit->levels[l];
        double squares = 0, effective = 0;
        for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
            const struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
            if (!row->kept)
                continue;
            squares += row->residual * row->residual;
            /* K of its block is known from the block's other rows and its neighbours. */
            double others = fit->block_starts[row->block + 1] - fit->block_starts[row->block] - 1;
            double support = others + 2 * fit->stiffness;
            effective += fmax(support / (support + 1), .1);
        }
        level->effective_windows = effective;
        level->own_sigma = level->kept > 1 ? sqrt(squares / (level->kept - 1.)) : NAN;
    }
}

void knee_blockfit_solve(struct knee_blockfit *fit)
{
    group(fit, false, fit->by_level, fit->level_starts);
    group(fit, true, fit->by_block, fit->block_starts);
    for (size_t b = 0; b < fit->blocks_count; b++)
        fit->blocks[b] = 0;
    fit->sigma = SIGMA_UNKNOWN;
    fit->df = 0;
    if (fit->rows_count == 0)
        return;
    polish(fit);
    double floor = fmax(.6 * fit->sigma, SIGMA_FLOOR);
    for (int round = 0; round < REJECT_ROUNDS; round++) {
        if (!reject(fit) && round > 0)
            break;
        if (round == 0)
            estimate_stiffness(fit);
        means(fit);
        estimate_sigma(fit, floor);
    }
    describe_levels(fit);
}
