/* SPDX-License-Identifier: MIT */
/* The charts of a run: throughput and limit over time, one above the other, and throughput by
 * limit. Each is a gnuplot script that holds its own numbers. */
#ifndef KNEE_PLOTS_RUN_CHART_H
#define KNEE_PLOTS_RUN_CHART_H

#include "core/base/err.h"
#include "core/text/picture.h"

#include <stddef.h>

#define KNEE_RUN_CHART_TIME "run-time"
#define KNEE_RUN_CHART_LIMITS "run-limits"

struct knee_run_chart_stretch {
    double from_s, to_s, per_s, running;
};

struct knee_run_chart_limit {
    double time_s, limit;
};

struct knee_run_chart_level {
    double level, per_s;
};

/* Lists ascend and are not empty. Titles may hold any bytes. */
struct knee_run_chart {
    const char *title;
    const struct knee_run_chart_stretch *stretches;
    size_t stretches_count;
    const struct knee_run_chart_limit *limits; /* that were decided on */
    size_t limits_count;
    const struct knee_run_chart_limit *tried; /* under which items began, also for a comparison */
    size_t tried_count;
    const struct knee_run_chart_level *levels;
    size_t levels_count;
    double best; /* a level; 0: unknown */
    double rule; /* likewise */
    struct knee_picture picture;
};

/* Write DIR/run-time.gp and DIR/run-limits.gp (which needs two levels). */
int knee_run_chart_write_time(const struct knee_run_chart *chart, const char *dir,
                              struct knee_err *err);
int knee_run_chart_write_limits(const struct knee_run_chart *chart, const char *dir,
                                struct knee_err *err);

#endif
