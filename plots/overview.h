/* SPDX-License-Identifier: MIT */
/* The overview: all workloads as a share of their best on one axis, with the limit of each. */
#ifndef KNEE_PLOTS_OVERVIEW_H
#define KNEE_PLOTS_OVERVIEW_H

#include "core/base/err.h"
#include "core/text/picture.h"

#include <stddef.h>
#include <stdint.h>

/* A workload's curve. */
struct knee_overview_curve {
    const char *label; /* "cpu: 2", "net: 18? (17 at 3 %)"; any bytes */
    size_t first_row, rows;
    uint32_t use;
    double use_percent;    /* NAN: not measured, and no mark is drawn */
    uint32_t proven;       /* at a coarser tolerance: a ring; 0: none */
    double proven_percent; /* likewise NAN */
    double best_per_s;
};

#define KNEE_OVERVIEW_LABEL_COLUMNS 32 /* of a label; more is cut */

struct knee_overview {
    const char *name; /* of its files: "overview"; nothing but [A-Za-z0-9._-] */
    const char *csv, *title;
    const char *note; /* a line below the title; "": none */
    const struct knee_overview_curve *curves;
    size_t curves_count;
    const uint32_t *levels; /* all that were measured, ascending, each once */
    size_t levels_count;
    struct knee_picture picture;
};

/* Writes DIR/NAME.gp, which draws plots/templates/overview.gp. */
int knee_overview_write(const struct knee_overview *overview, const char *dir,
                        struct knee_err *err);

#endif
