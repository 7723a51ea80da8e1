/* SPDX-License-Identifier: MIT */
/* The expert charts of a workload: what plots/expert.c draws, filled from a result. Shared by
 * tuner/cmd_charts*.c alone. */
#ifndef KNEE_REPORTS_CHARTS_CHARTS_EXPERT_H
#define KNEE_REPORTS_CHARTS_CHARTS_EXPERT_H

#include "core/base/err.h"
#include "tuner/result/result.h"

#include <stddef.h>

/* Writes BASE-SUFFIX.gp into `dir` for every chart of knee_expert_charts; `first_row` is that of
 * the workload's levels in levels.csv. */
int knee_charts_expert(const struct knee_workload_result *workload, size_t first_row,
                       const char *base, const char *dir, struct knee_err *err);

/* What begins a chart's title, of which `taken` columns belong to the rest: the workload's title,
 * or where that is too long its name, clipped if it must be. */
void knee_charts_name(const struct knee_workload_result *workload, size_t taken, char *name,
                      size_t name_bytes);

#endif
