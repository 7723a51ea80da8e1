/* SPDX-License-Identifier: MIT */
/* reports/ci: results as CI systems and monitoring read them.
 *
 * This file: gauges in the text format of OpenMetrics, for the textfile collector of Prometheus'
 * node_exporter. One set for each workload, with the label `workload`. Unknown values are left
 * out. */
#ifndef KNEE_REPORTS_CI_OPENMETRICS_H
#define KNEE_REPORTS_CI_OPENMETRICS_H

#include "tuner/result/result.h"

#include <stdio.h>

/* A label's value: a backslash, a quote and a line feed are escaped. */
void knee_openmetrics_label(const char *text, FILE *out);

/* Errors of `out` stay in it (ferror). */
void knee_openmetrics(const struct knee_result *result, FILE *out);

#endif
