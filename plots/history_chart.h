/* SPDX-License-Identifier: MIT */
/* The chart of a history: throughput, limit and p99 of each result, and the stretches between
 * changes. A gnuplot script that holds its own numbers. */
#ifndef KNEE_PLOTS_HISTORY_CHART_H
#define KNEE_PLOTS_HISTORY_CHART_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/script.h"

#include <stddef.h>

/* x counts results from 1. Lines: two points for each stretch, so two with the same x are a change,
 * which the chart labels. */
struct knee_history_panel {
    const struct knee_script_point *points, *lines;
    size_t points_count, lines_count;
};

struct knee_history_chart {
    const char *name, *title;               /* "cpu-history" */
    size_t results;                         /* how many */
    const char *const *days;                /* of each, for the ticks: "05-22" */
    struct knee_history_panel throughput;   /* items/s, with intervals */
    struct knee_history_panel knee, p99_ms; /* without */
    struct knee_picture picture;
};

/* Writes DIR/NAME.gp, which draws plots/templates/history.gp. */
int knee_history_chart_write(const struct knee_history_chart *chart, const char *dir,
                             struct knee_err *err);

#endif
