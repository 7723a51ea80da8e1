/* SPDX-License-Identifier: MIT */
/* report.html of a run, one self-contained page: items done and failed, the limit over time
 * and why it moved, the slowest and hungriest items, and how to repeat it. */
#ifndef KNEE_REPORTS_RUN_RUN_HTML_H
#define KNEE_REPORTS_RUN_RUN_HTML_H

#include "tuner/store/run_record.h"

#include <stdio.h>

/* `dir` has the charts. `shown` is the directory as one types it. Errors stay in `out`. */
void knee_run_html(const struct knee_run_record *record, const char *dir, const char *shown,
                   FILE *out);

#endif
