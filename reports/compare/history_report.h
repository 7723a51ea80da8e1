/* SPDX-License-Identifier: MIT */
/* Histories for people, programs and as charts. Errors of `out` stay in it (ferror). */
#ifndef KNEE_REPORTS_COMPARE_HISTORY_REPORT_H
#define KNEE_REPORTS_COMPARE_HISTORY_REPORT_H

#include "core/base/err.h"
#include "core/text/picture.h"
#include "plots/gnuplot.h"
#include "tuner/compare/history.h"

#include <stddef.h>
#include <stdio.h>

#define KNEE_HISTORY_REPORT_BYTES 512

#define KNEE_HISTORY_CHART_NAME_BYTES 96

const char *knee_history_report_metric(enum knee_history_metric metric); /* "items/s", ... */

/* In the metric's unit, "-" if unknown. This and the next ones write KNEE_HISTORY_REPORT_BYTES at
 * most and return `text`. */
const char *knee_history_report_value(enum knee_history_metric metric, double value, char *text);

/* The remark beside a result: the changes that begin there, or why it has no values; or "". */
const char *knee_history_report_remark(const struct knee_history *history, size_t entry,
                                       char *text);

/* "items/s 3,000 -> 2,400 (-20.0 %) since DIR of DAY". */
const char *knee_history_report_change(const struct knee_history *history,
                                       const struct knee_history_change *change, char *text);

/* The change that a reader should see first: the newest last one, for the worse if any is. NULL:
 * nothing changed. */
const struct knee_history_change *knee_history_report_main(const struct knee_history *history);

/* "worse", "changed, not for the worse" or "no change". */
const char *knee_history_report_verdict(const struct knee_history *history);

/* The verdict and that change; and the change alone, for a chart's title: "items/s -20 % since
 * DAY".
 */
const char *knee_history_report_answer(const struct knee_history *history, char *text);
const char *knee_history_report_short(const struct knee_history *history, char *text);

void knee_history_report_text(const struct knee_history *histories, size_t count, FILE *out);
void knee_history_report_markdown(const struct knee_history *histories, size_t count, FILE *out);

/* -1 with `err` filled. */
int knee_history_report_json(const struct knee_history *histories, size_t count, FILE *out,
                             struct knee_err *err);

/* "cpu-history": the chart's files are called so. Writes into `name` and returns it. */
const char *knee_history_charts_name(const struct knee_history *history, char *name);

/* NAME-history.gp in `dir`, and what it draws. KNEE_GNUPLOT_MISSING is a warning. */
enum knee_gnuplot_outcome knee_history_report_charts(const struct knee_history *histories,
                                                     size_t count, const char *dir,
                                                     const struct knee_picture *picture,
                                                     struct knee_err *err);

#endif
