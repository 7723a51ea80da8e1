/* SPDX-License-Identifier: MIT */
/* reports/html is report.html: the result as one self-contained page, without scripts and without a
 * network, for light and dark screens, phones and print. Text from outside (names, arguments) is
 * escaped. Errors stay in `out`. */
#ifndef KNEE_REPORTS_HTML_REPORT_HTML_H
#define KNEE_REPORTS_HTML_REPORT_HTML_H

#include "tuner/result/result.h"

#include <stdio.h>

/* Holds the charts that lie in `dir`; NULL, or none there: it has none. */
void knee_report_html(const struct knee_result *result, const char *dir, FILE *out);

#endif
