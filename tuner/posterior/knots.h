/* SPDX-License-Identifier: MIT */
/* Which levels a posterior's curve has knots at. For that folder alone. Pure. */
#ifndef KNEE_TUNER_POSTERIOR_KNOTS_H
#define KNEE_TUNER_POSTERIOR_KNOTS_H

#include "tuner/posterior/posterior.h"

#define KNEE_KNOTS_GRID_MAX 256
#define KNEE_KNOTS_MAX (2 * KNEE_LEVELS_MAX + KNEE_KNOTS_GRID_MAX)

struct knee_knots {
    uint32_t at[KNEE_KNOTS_MAX]; /* levels, ascending, each once */
    size_t count;
};

/* The candidates and measured levels up to the highest that counts; unless the levels are fixed, a
 * grid between them, too, which is finer in gaps that could hide a sharp peak. */
void knee_knots_list(struct knee_knots *knots, const struct knee_posterior_params *params,
                     const struct knee_points *points);

#endif
