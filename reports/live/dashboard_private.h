/* SPDX-License-Identifier: MIT */
/* The parts of a dashboard. Each fills its row or rows. Private to reports/live/dashboard*.c. */
#ifndef KNEE_REPORTS_LIVE_DASHBOARD_PRIVATE_H
#define KNEE_REPORTS_LIVE_DASHBOARD_PRIVATE_H

#include "reports/live/dashboard.h"

#define KNEE_DASHBOARD_LABEL 11 /* columns of a row's label, with the blank before it */

struct knee_dashboard {
    struct knee_canvas *canvas;
    const struct knee_run_live *live;
    const struct knee_dashboard_params *params;
};

/* The place of a chart. */
struct knee_dashboard_area {
    size_t column, width, row, rows;
};

/* dashboard.c */
uint64_t knee_dashboard_left(const struct knee_run_live *live); /* UINT64_MAX: not known */

/* dashboard_rows.c: one row each, but for the charts. */
void knee_dashboard_put_title(const struct knee_dashboard *board, size_t row);
void knee_dashboard_put_progress(const struct knee_dashboard *board, size_t row);
void knee_dashboard_put_counts(const struct knee_dashboard *board, size_t row);
void knee_dashboard_put_speed(const struct knee_dashboard *board,
                              const struct knee_dashboard_area *area);
void knee_dashboard_put_limit(const struct knee_dashboard *board,
                              const struct knee_dashboard_area *area);
void knee_dashboard_put_why(const struct knee_dashboard *board, size_t row);
void knee_dashboard_put_host(const struct knee_dashboard *board, size_t row);
void knee_dashboard_put_keys(const struct knee_dashboard *board, size_t row);
void knee_dashboard_put_compact(const struct knee_dashboard *board, size_t row);

/* dashboard_lists.c: a heading and the rows below it. */
void knee_dashboard_put_items(const struct knee_dashboard *board, size_t row, size_t rows);
void knee_dashboard_put_lines(const struct knee_dashboard *board, size_t row, size_t rows);
void knee_dashboard_put_help(const struct knee_dashboard *board, size_t row, size_t rows);

#endif
