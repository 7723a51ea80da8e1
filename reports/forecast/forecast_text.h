/* SPDX-License-Identifier: MIT */
/* A plan for a terminal. Errors of `out` stay in it (ferror). */
#ifndef KNEE_REPORTS_FORECAST_FORECAST_TEXT_H
#define KNEE_REPORTS_FORECAST_FORECAST_TEXT_H

#include "reports/forecast/forecast_page.h"

#include <stdio.h>

void knee_forecast_text(const struct knee_forecast_page *page, FILE *out);

#endif
