/* SPDX-License-Identifier: MIT */
/* Lays a run out on a grid of any size: how much is done and when it will be over, throughput and
 * limit over time, why the limit moved last, the host, the running items, the latest output, the
 * keys. What does not fit is left out whole, the least important first; no label is ever cut.
 * Pure. */
#ifndef KNEE_REPORTS_LIVE_DASHBOARD_H
#define KNEE_REPORTS_LIVE_DASHBOARD_H

#include "reports/live/canvas.h"
#include "tuner/run/run_live.h"

struct knee_dashboard_params {
    size_t columns, rows; /* of the grid */
    bool utf8;
    bool with_lines; /* the latest output, when it is not seen above */
    bool help;       /* the keys are explained in place of the rest */
};

/* How many rows of a terminal of `rows` the dashboard takes; `above`: the output of the items
 * scrolls there, and gets the larger part. 0: the terminal is too small. */
size_t knee_dashboard_rows(size_t rows, bool above);

void knee_dashboard_layout(struct knee_canvas *canvas, const struct knee_run_live *live,
                           const struct knee_dashboard_params *params);

#endif
