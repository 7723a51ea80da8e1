/* SPDX-License-Identifier: MIT */
/* A result's charts: what plots/ draws, filled from a result. */
#ifndef KNEE_REPORTS_CHARTS_CHARTS_H
#define KNEE_REPORTS_CHARTS_CHARTS_H

#include "core/base/err.h"
#include "tuner/result/result.h"

/* Writes NAME-throughput.gp and the expert charts for every workload, and overview.gp where there
 * are several, into `dir`, beside its levels.csv, and draws each as .svg. 0; 1 where gnuplot is not
 * installed (the scripts are there; `err` holds the one line that says what to install: a warning,
 * no failure); -1 where a script could not be written or gnuplot failed. */
int knee_charts_make(const struct knee_result *result, const char *dir, struct knee_err *err);

#endif
