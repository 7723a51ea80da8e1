/* SPDX-License-Identifier: MIT */
/* A result's charts: plots/ draws them, this folder fills in what they show. */
#ifndef KNEE_REPORTS_CHARTS_CHARTS_H
#define KNEE_REPORTS_CHARTS_CHARTS_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/gnuplot.h"
#include "tuner/result/result.h"

/* Writes NAME-throughput.gp and the expert charts of every workload, and overview.gp if there are
 * several workloads, into `dir` beside its levels.csv, and draws each as NAME.svg, and in the
 * format of `picture` if that is another one. A chart that would be empty is not drawn. What an
 * earlier run drew is removed first, so that none of it is left if a signal ends this one.
 * KNEE_GNUPLOT_MISSING is a warning, not a failure: the scripts are there, and `err` says what to
 * install. */
enum knee_gnuplot_outcome knee_charts_make(const struct knee_result *result, const char *dir,
                                           const struct knee_picture *picture,
                                           struct knee_err *err);

#endif
