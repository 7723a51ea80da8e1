/* SPDX-License-Identifier: MIT */
/* The charts of a comparison: both curves with their bands, and the change level by level. Each is
 * a gnuplot script that holds its own numbers. */
#ifndef KNEE_PLOTS_COMPARE_CHART_H
#define KNEE_PLOTS_COMPARE_CHART_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/script.h"

#include <stddef.h>

/* x is a level, y items/s with its interval. */
struct knee_compare_chart {
    const char *name;  /* of its files: "cpu-compare"; nothing but [A-Za-z0-9._-] */
    const char *title; /* any bytes */
    const struct knee_script_point *base, *fresh; /* ascending */
    size_t base_count, fresh_count;
    double knee_base, knee_new; /* 0: unknown */
    struct knee_picture picture;
};

/* Writes DIR/NAME.gp, which draws plots/templates/compare.gp. */
int knee_compare_chart_write(const struct knee_compare_chart *chart, const char *dir,
                             struct knee_err *err);

/* y, low and high are changes in per cent. */
struct knee_ratio_chart {
    const char *name, *title;                               /* "cpu-ratio" */
    const struct knee_script_point *same, *slower, *faster; /* each level is in one of them */
    size_t same_count, slower_count, faster_count;
    double whole;      /* change of the curve as a whole; NAN: unknown */
    double min_effect; /* per cent: the strip */
    struct knee_picture picture;
};

/* Writes DIR/NAME.gp, which draws plots/templates/ratio.gp. */
int knee_ratio_chart_write(const struct knee_ratio_chart *chart, const char *dir,
                           struct knee_err *err);

#endif
