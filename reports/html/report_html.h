/* SPDX-License-Identifier: MIT */
/* report.html: the result as one self-contained page, without scripts and without a network: light
 * and dark, phone and print. What comes from outside (names, arguments, reasons) is escaped. Errors
 * of `out` stay in it. */
#ifndef KNEE_REPORTS_HTML_REPORT_HTML_H
#define KNEE_REPORTS_HTML_REPORT_HTML_H

#include "tuner/result/result.h"

#include <stdio.h>

void knee_report_html(const struct knee_result *result, FILE *out);

/* A workload's section below the cards; `number` makes its anchor. For report_html.c. */
void knee_html_section(const struct knee_result *result,
                       const struct knee_workload_result *workload, size_t number, FILE *out);

#endif
