/* SPDX-License-Identifier: MIT */
/* A plan as one self-contained page. Errors of `out` stay in it (ferror). */
#ifndef KNEE_REPORTS_FORECAST_FORECAST_HTML_H
#define KNEE_REPORTS_FORECAST_FORECAST_HTML_H

#include "reports/forecast/forecast_page.h"

#include <stdio.h>

/* `dir` has the charts; NULL: none. */
void knee_forecast_html(const struct knee_forecast_page *page, const char *dir, FILE *out);

#endif
