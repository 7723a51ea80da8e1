/* SPDX-License-Identifier: MIT */
/* The arithmetic of tuner/fit/points.h: y = E[level] + K[block] + noise with outliers. Pure.
 *
 * 1. Median polish (Tukey 1977, "Exploratory data analysis", ch. 11) of all rows; its residuals'
 *    MAD is a first, robust s.
 * 2. Rows within max(4 s, 3 %) are kept, and at least one of every level; of two rows that
 *    contradict each other the higher, since a disturbance makes a machine slower.
 * 3. Least squares on the kept rows, E and K in turn. K is a random walk: its step's variance is
 *    estimated from K itself, and each K is then smoothed towards its neighbours (a mixed model:
 *    Robinson 1991, "That BLUP is a good thing", eq. 1.1). With a large step this is the plain
 *    two-way fit; with a small one even a block of two compares its levels with all others.
 * 4. s from the kept rows; steps 2 and 3 again until these stay the same.
 * 5. A level whose outliers are its own doing keeps them (see blockfit_levels.h), and all is fitted
 *    again. Its E is then the logarithm of its mean throughput. */
#ifndef KNEE_TUNER_FIT_BLOCKFIT_H
#define KNEE_TUNER_FIT_BLOCKFIT_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_blockfit_row {
    double y; /* log throughput */
    double residual;
    uint32_t block; /* index, as is the level: there are at most KNEE_LEVELS_MAX */
    uint16_t level;
    bool kept;
    bool after_higher; /* the window before it was at a higher level */
};

struct knee_blockfit_level {
    double effect;            /* E; NAN without a row */
    double effective_windows; /* kept rows less what the block correction costs */
    double own_sigma;         /* of its own residuals; NAN with fewer than two */
    double sigma, df;         /* what holds for its rows: own_sigma shrunk towards the pooled one */
    double weight;            /* of its rows for the blocks: less if they vary more, at most 1 */
    uint32_t kept, outliers;  /* rows */
    uint32_t faster;          /* of the outliers: those above the rest */
    bool doubtful;            /* they may be */
    bool own;                 /* its outliers are its own doing: they are kept */
};

struct knee_blockfit {
    /* In: filled by the caller between _init and _solve. */
    struct knee_blockfit_row *rows;
    size_t rows_count;
    size_t levels_count, blocks_count;
    /* Out. */
    struct knee_blockfit_level *levels;
    double *blocks; /* K; its mean over the kept rows is 0 */
    double sigma;   /* of one row, pooled over the levels that are not `own`; > 0 */
    double df;      /* 0: nothing was repeated */
    /* Private. */
    double *scratch, *pivots;
    struct knee_blockfit_spread *spreads;
    uint32_t *by_level, *level_starts, *by_block, *block_starts;
    double stiffness; /* s² / step²: how many rows a neighbouring block's K is worth */
};

/* Room for this many rows and levels. */
int knee_blockfit_init(struct knee_blockfit *fit, size_t rows_max, size_t levels_count,
                       struct knee_err *err);
void knee_blockfit_solve(struct knee_blockfit *fit);
void knee_blockfit_release(struct knee_blockfit *fit); /* safe on an empty one */

#endif
