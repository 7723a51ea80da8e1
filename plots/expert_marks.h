/* SPDX-License-Identifier: MIT */
/* What an expert chart shows at single levels: the limit, and the machine's own
 * levels. For the folder's expert charts alone. Errors of writing stay in `out`. */
#ifndef KNEE_PLOTS_EXPERT_MARKS_H
#define KNEE_PLOTS_EXPERT_MARKS_H

#include "plots/axis.h"
#include "plots/expert.h"

#include <stdio.h>

/* The row of the limit; NULL: it was not measured. */
const struct knee_expert_level *knee_expert_marks_use(const struct knee_expert *expert);

/* A line up from the limit with its name above, and the machine's levels beside it. */
void knee_expert_marks_draw(const struct knee_expert *expert, const struct knee_axis *axis,
                            FILE *out);

#endif
