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

/* "USE 16", "USE 16?", "USE 12, proven at 4 %"; KNEE_EXPERT_MARKS_BYTES are enough for it. */
#define KNEE_EXPERT_MARKS_BYTES 64
const char *knee_expert_marks_use_text(const struct knee_expert *expert, char *text);

/* The level that is proven at a coarser tolerance, if it is not the limit itself: its row, and "12
 * proven at 4 %". NULL: there is none, or it was not measured. */
const struct knee_expert_level *knee_expert_marks_proven(const struct knee_expert *expert,
                                                         char *text);

/* Lines up from the limit and from the level that is proven at a coarser tolerance, with their
 * names above, and the machine's levels beside them. */
void knee_expert_marks_draw(const struct knee_expert *expert, const struct knee_axis *axis,
                            FILE *out);

#endif
