/* SPDX-License-Identifier: MIT */
/* A plan's charts: one for each workload that has an answer. */
#ifndef KNEE_REPORTS_FORECAST_FORECAST_CHARTS_H
#define KNEE_REPORTS_FORECAST_FORECAST_CHARTS_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/gnuplot.h"
#include "reports/forecast/forecast_page.h"

#define KNEE_FORECAST_CHART_NAME_BYTES 96

/* "cpu-plan": the chart's files are called so. Returns `name`. */
const char *knee_forecast_chart_name(const struct knee_forecast_page_work *work, char *name);

/* Writes NAME-plan.gp into `dir` and draws it. KNEE_GNUPLOT_MISSING is a warning: the scripts are
 * there, and `err` says what to install. */
enum knee_gnuplot_outcome knee_forecast_charts(const struct knee_forecast_page *page,
                                               const char *dir, const struct knee_picture *picture,
                                               struct knee_err *err);

#endif
