/* SPDX-License-Identifier: MIT */
/* report.md: the result as GitHub shows it in a step summary. Errors of `out` stay in it. */
#ifndef KNEE_REPORTS_MARKDOWN_REPORT_MD_H
#define KNEE_REPORTS_MARKDOWN_REPORT_MD_H

#include "tuner/result/result.h"

#include <stdio.h>

void knee_report_md(const struct knee_result *result, FILE *out);

#endif
