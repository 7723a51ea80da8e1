/* SPDX-License-Identifier: MIT */
/* A workload's section of report.html, below the cards. */
#ifndef KNEE_REPORTS_HTML_HTML_SECTION_H
#define KNEE_REPORTS_HTML_HTML_SECTION_H

#include "tuner/result/result.h"

#include <stddef.h>
#include <stdio.h>

/* `number` makes its anchor; `dir` has the charts, NULL: none. */
void knee_html_section(const struct knee_result *result,
                       const struct knee_workload_result *workload, size_t number, const char *dir,
                       FILE *out);

#endif
