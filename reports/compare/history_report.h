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

/* "throughput 3000/s -> 2400/s (-20.0 %), since DIR". Returns `text`. */
const char *knee_history_report_change(const struct knee_history *history,
                                       const struct knee_history_change *change, char *text);

/* "worse: " and the change that made it so, or "no change" and the like. Returns `text`. */
const char *knee_history_report_answer(const struct knee_history *history, char *text);

void knee_history_report_text(const struct knee_history *histories, size_t count, FILE *out);
void knee_history_report_markdown(const struct knee_history *histories, size_t count, FILE *out);

/* -1 with `err` filled. */
int knee_history_report_json(const struct knee_history *histories, size_t count, FILE *out,
                             struct knee_err *err);

/* NAME-history.gp in `dir`, and what it draws. KNEE_GNUPLOT_MISSING is a warning. */
enum knee_gnuplot_outcome knee_history_report_charts(const struct knee_history *histories,
                                                     size_t count, const char *dir,
                                                     const struct knee_picture *picture,
                                                     struct knee_err *err);

#endif
