/* SPDX-License-Identifier: MIT */
/* A workload's result as plots/expert.h wants it. */
#ifndef KNEE_REPORTS_CHARTS_CHARTS_EXPERT_H
#define KNEE_REPORTS_CHARTS_CHARTS_EXPERT_H

#include "core/base/err.h"
#include "plots/expert.h"
#include "tuner/result/result.h"

#include <stddef.h>

#define KNEE_CHARTS_EXPERT_POINTS 65 /* of a model's curve */

struct knee_charts_expert {
    struct knee_expert expert; /* its picture is the caller's to set */
    char title[176];
    struct knee_expert_level *levels;
    char (*machine)[48];
    struct knee_expert_model model[KNEE_CHARTS_EXPERT_POINTS];
    struct knee_expert_band *band;
};

/* `first_row` is that of the workload's levels in levels.csv; `base` is borrowed, and begins the
 * names of the files. -1: out of memory, and nothing is to be released. It must not be moved. */
int knee_charts_expert_init(struct knee_charts_expert *made,
                            const struct knee_workload_result *workload, size_t first_row,
                            const char *base, struct knee_err *err);
void knee_charts_expert_release(struct knee_charts_expert *made);

#endif
