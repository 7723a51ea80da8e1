/* SPDX-License-Identifier: MIT */
/* Files of a run made from its directory: by `knee run` at its end, and by `knee report` at any
 * time. */
#ifndef KNEE_TUNER_CLI_RUN_RUN_OUTPUT_H
#define KNEE_TUNER_CLI_RUN_RUN_OUTPUT_H

#include "core/base/err.h"
#include "tuner/options/expect_options.h"
#include "tuner/options/output_options.h"
#include "tuner/run/run_result.h"
#include "tuner/store/run_record.h"

#include <stdio.h>

/* levels.csv. `record` gets what it was made from, and is to be released, also after a failure. */
int knee_run_output_levels(struct knee_run_record *record, const char *dir, struct knee_err *err);

/* The charts (unless --no-plots) and report.html; last, since drawing may take long. Without
 * gnuplot: a warning on `log`. A signal ends it: see tuner/cli/drawing.h; one that came before, too
 * late to end the run, is `signal_number`, else 0. */
int knee_run_output_draw(const struct knee_run_record *record, const char *dir, const char *shown,
                         const struct knee_output_options *options, int signal_number, FILE *log,
                         struct knee_err *err);

/* The file of --openmetrics, if it is given. */
int knee_run_output_metrics(const struct knee_run_result *result, const char *name,
                            const struct knee_expect_options *options, struct knee_err *err);

#endif
