/* SPDX-License-Identifier: MIT */
/* The chart of a plan: the curve as measured here, and the range of the curve there. Writes a
 * gnuplot script that holds its own numbers. */
#ifndef KNEE_PLOTS_FORECAST_CHART_H
#define KNEE_PLOTS_FORECAST_CHART_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/script.h"

#include <stddef.h>

struct knee_forecast_chart {
    const char *name;  /* of its files: "cpu-plan"; nothing but [A-Za-z0-9._-] */
    const char *title; /* any bytes */
    const struct knee_script_point *measured, *here, *there; /* x: a level; y: items/s; ascending */
    size_t measured_count, here_count, there_count;
    double limit_low, limit_high; /* the range of the limit there */
    const char *limit_text;       /* "15 to 18" */
    struct knee_picture picture;
};

/* Writes DIR/NAME.gp, which draws plots/templates/forecast.gp. */
int knee_forecast_chart_write(const struct knee_forecast_chart *chart, const char *dir,
                              struct knee_err *err);

#endif
