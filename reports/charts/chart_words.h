/* SPDX-License-Identifier: MIT */
/* The words that every chart of a workload needs. */
#ifndef KNEE_REPORTS_CHARTS_CHART_WORDS_H
#define KNEE_REPORTS_CHARTS_CHART_WORDS_H

#include "tuner/result/result.h"

#include <stddef.h>
#include <stdint.h>

/* The beginning of a chart's title, of which `taken` columns belong to the rest: the workload's
 * title, or, if that is too long, its name, clipped if it must be. */
void knee_chart_words_name(const struct knee_workload_result *workload, size_t taken, char *name,
                           size_t name_bytes);

/* The level that is proven at a coarser tolerance than the one asked for, which is open, and that
 * tolerance; 0: there is none, or the limit was chosen by a goal of one's own. */
uint32_t knee_chart_words_proven(const struct knee_workload_result *workload, double *ratio);

/* The name of a level on this machine, for a tick: "cores", "cores = CPU quota"; "" for none. */
const char *knee_chart_words_machine(uint32_t level, uint32_t marks, char *text, size_t text_bytes);

#endif
