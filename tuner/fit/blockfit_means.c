/* SPDX-License-Identifier: MIT */
#include "tuner/fit/blockfit_means.h"

#include <math.h>
#include <stdbool.h>

#define MEANS_ROUNDS 60
#define MEANS_CHANGE 1e-6 /* log units: far below any claim */
#define STEP_PRIOR                                                                                 \
    .01 /* drift from block to block that is assumed until it is known, log units                  \
         */
#define STEP_PRIOR_WEIGHT 3 /* in blocks */

void knee_blockfit_residuals(struct knee_blockfit *fit)
{
    for (size_t i = 0; i < fit->rows_count; i++) {
        struct knee_blockfit_row *row = &fit->rows[i];
        row->residual = row->y - fit->levels[row->level].effect - fit->blocks[row->block];
    }
}

/* The mean of the level's kept rows: of their logarithms, or, if they have modes, of throughput
 * itself, which is what a user gets. */
static double level_mean(const struct knee_blockfit *fit, size_t l)
{
    const struct knee_blockfit_level *level = &fit->levels[l];
    double sum = 0, sum_exp = 0, first = NAN;
    for (uint32_t i = fit->level_starts[l]; i < fit->level_starts[l + 1]; i++) {
        const struct knee_blockfit_row *row = &fit->rows[fit->by_level[i]];
        if (!row->kept)
            continue;
        double value = row->y - fit->blocks[row->block];
        first = isnan(first) ? value : first;
        sum += value;
        sum_exp += level->own ? exp(value - first) : 0;
    }
    if (level->kept == 0)
        return NAN;
    return level->own ? first + log(sum_exp / level->kept) : sum / level->kept;
}

static double update_levels(struct knee_blockfit *fit)
{
    double change = 0;
    for (size_t l = 0; l < fit->levels_count; l++) {
        double effect = level_mean(fit, l);
        change = fmax(change, fabs(effect - fit->levels[l].effect));
        fit->levels[l].effect = effect;
    }
    return change;
}

/* The weighted mean of y - E over the block's kept rows, and the sum of the weights. */
static double block_sum(const struct knee_blockfit *fit, size_t block, double *rows)
{
    double sum = 0;
    *rows = 0;
    for (uint32_t i = fit->block_starts[block]; i < fit->block_starts[block + 1]; i++) {
        const struct knee_blockfit_row *row = &fit->rows[fit->by_block[i]];
        const struct knee_blockfit_level *level = &fit->levels[row->level];
        sum += row->kept ? level->weight * (row->y - level->effect) : 0;
        *rows += row->kept ? level->weight : 0;
    }
    return sum;
}

static void centre_blocks(struct knee_blockfit *fit)
{
    double total = 0;
    for (size_t i = 0; i < fit->rows_count; i++)
        total += fit->blocks[fit->rows[i].block];
    for (size_t b = 0; b < fit->blocks_count; b++)
        fit->blocks[b] -= total / (double)fit->rows_count;
}

/* Solves for all K at once given E: (rows + stiffness × neighbours) on the diagonal, -stiffness
 * next to it (Thomas' algorithm). */
static void update_blocks(struct knee_blockfit *fit)
{
    size_t count = fit->blocks_count;
    for (size_t b = 0; b < count; b++) {
        double rows, sum = block_sum(fit, b, &rows);
        /* The small number gives a K even to a block whose rows were all rejected. */
        double diagonal = rows + 1e-9 + fit->stiffness * ((b > 0) + (b + 1 < count));
        double carry = b > 0 ? fit->stiffness / fit->pivots[b - 1] : 0;
        fit->pivots[b] = diagonal - carry * fit->stiffness;
        fit->scratch[b] = sum + (b > 0 ? carry * fit->scratch[b - 1] : 0);
    }
    for (size_t b = count; b > 0; b--) {
        double next = b < count ? fit->stiffness * fit->blocks[b] : 0;
        fit->blocks[b - 1] = (fit->scratch[b - 1] + next) / fit->pivots[b - 1];
    }
    centre_blocks(fit);
}

void knee_blockfit_means(struct knee_blockfit *fit)
{
    for (int round = 0; round < MEANS_ROUNDS; round++) {
        if (update_levels(fit) < MEANS_CHANGE && round > 0)
            break;
        update_blocks(fit);
    }
    knee_blockfit_residuals(fit);
}

void knee_blockfit_stiffness(struct knee_blockfit *fit)
{
    double squares = STEP_PRIOR_WEIGHT * STEP_PRIOR * STEP_PRIOR;
    double weight = STEP_PRIOR_WEIGHT, variance = fit->sigma * fit->sigma;
    double before = 0, rows_before = 0;
    for (size_t b = 0; b < fit->blocks_count; b++) {
        double rows, sum = block_sum(fit, b, &rows);
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
