/* SPDX-License-Identifier: MIT */
/* The charts of comparisons: for each workload both curves, and the change level by level. */
#ifndef KNEE_REPORTS_COMPARE_COMPARISON_CHARTS_H
#define KNEE_REPORTS_COMPARE_COMPARISON_CHARTS_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/gnuplot.h"
#include "tuner/compare/comparison.h"

#include <stddef.h>

#define KNEE_COMPARISON_CHART_NAME_BYTES 96

/* "cpu-compare" and "cpu-ratio": the charts' files are called so. Both return `name`. */
const char *knee_comparison_charts_curves(const struct knee_comparison *comparison, char *name);
const char *knee_comparison_charts_ratio(const struct knee_comparison *comparison, char *name);

/* Writes the scripts into `dir` and draws them. KNEE_GNUPLOT_MISSING is a warning: the scripts are
 * there, and `err` says what to install. */
enum knee_gnuplot_outcome knee_comparison_charts(const struct knee_comparison *comparisons,
                                                 size_t count, double min_effect, const char *dir,
                                                 const struct knee_picture *picture,
                                                 struct knee_err *err);

#endif
