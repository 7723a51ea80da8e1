/* SPDX-License-Identifier: MIT */
/* A run's gauges in the text format of OpenMetrics, with the label `workload`: its command's name.
 * Unknown values are left out. Errors of `out` stay in it (ferror). */
#ifndef KNEE_REPORTS_CI_RUN_OPENMETRICS_H
#define KNEE_REPORTS_CI_RUN_OPENMETRICS_H

#include "tuner/run/run_result.h"

#include <stdio.h>

void knee_run_openmetrics(const struct knee_run_result *result, const char *name, FILE *out);

#endif
