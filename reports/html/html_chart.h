/* SPDX-License-Identifier: MIT */
/* The five-second chart of one workload as inline SVG, for report.html. Errors stay in `out`. */
#ifndef KNEE_REPORTS_HTML_HTML_CHART_H
#define KNEE_REPORTS_HTML_HTML_CHART_H

#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdio.h>

/* False, and nothing is written, if no level has a throughput. `about` is the alternative text. */
bool knee_html_chart(const struct knee_workload_result *workload, const char *about, FILE *out);

#endif
