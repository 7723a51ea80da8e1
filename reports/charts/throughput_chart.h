/* SPDX-License-Identifier: MIT */
/* A workload's result as plots/chart.h wants it: for the chart beside the files, and for the one in
 * report.html. */
#ifndef KNEE_REPORTS_CHARTS_THROUGHPUT_CHART_H
#define KNEE_REPORTS_CHARTS_THROUGHPUT_CHART_H

#include "plots/chart.h"
#include "tuner/result/result.h"

#include <stddef.h>
#include <stdint.h>

struct knee_throughput_chart {
    struct knee_chart chart; /* its name and picture are the caller's to set */
    char *title;
    struct knee_chart_level *levels;
    char (*machine)[48];
};

/* `first_row` is that of the workload's levels in levels.csv. -1: out of memory, and nothing is to
 * be released. Else `workload` must outlive it. */
int knee_throughput_chart_init(struct knee_throughput_chart *made,
                               const struct knee_workload_result *workload, size_t first_row,
                               struct knee_err *err);
void knee_throughput_chart_release(struct knee_throughput_chart *made);

/* The throughput, in items/s, that is 100 %; 1 if none is known. */
double knee_throughput_chart_best_per_s(const struct knee_workload_result *workload);

#endif
