/* SPDX-License-Identifier: MIT */
/* reports/run: the page and the charts of a run, from what its directory tells.
 *
 * This file: the charts, run-time (throughput and limit over time) and run-limits (throughput by
 * limit, if there were several). */
#ifndef KNEE_REPORTS_RUN_RUN_CHARTS_H
#define KNEE_REPORTS_RUN_RUN_CHARTS_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/gnuplot.h"
#include "tuner/store/run_record.h"

/* Writes the scripts into `dir` and draws them. A chart that would be empty is not drawn.
 * KNEE_GNUPLOT_MISSING is a warning: the scripts are there, and `err` says what to install. */
enum knee_gnuplot_outcome knee_run_charts(const struct knee_run_record *record, const char *dir,
                                          const struct knee_picture *picture, struct knee_err *err);

#endif
