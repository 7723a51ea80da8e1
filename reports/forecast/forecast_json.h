/* SPDX-License-Identifier: MIT */
/* A plan as JSON: what `knee plan --json` prints, and plan.json's sibling forecast.json. */
#ifndef KNEE_REPORTS_FORECAST_FORECAST_JSON_H
#define KNEE_REPORTS_FORECAST_FORECAST_JSON_H

#include "core/base/err.h"
#include "reports/forecast/forecast_page.h"

#include <stdio.h>

/* Unknown values are null. -1 with `err` filled. */
int knee_forecast_json(const struct knee_forecast_page *page, FILE *out, struct knee_err *err);

#endif
