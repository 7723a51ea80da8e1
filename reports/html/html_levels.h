/* SPDX-License-Identifier: MIT */
/* The parts of report.html that have a row a level. Errors of `out` stay in it. */
#ifndef KNEE_REPORTS_HTML_HTML_LEVELS_H
#define KNEE_REPORTS_HTML_HTML_LEVELS_H

#include "tuner/result/result.h"

#include <stdio.h>

/* "What if I choose another number": the table of levels. */
void knee_html_levels(const struct knee_workload_result *workload, FILE *out);

/* "What limits it": a stacked bar for each level, or a sentence if nothing is known. */
void knee_html_bars(const struct knee_workload_result *workload, FILE *out);

#endif
