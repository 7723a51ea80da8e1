/* SPDX-License-Identifier: MIT */
/* From a plan and its windows to all that is made of them: what `knee sweep`, its --resume and
 * `knee report` have in common. The same plan and windows give the same bytes, wherever and
 * whenever. Shared by tuner/cmd_*.c alone. */
#ifndef KNEE_TUNER_CLI_OUTPUT_H
#define KNEE_TUNER_CLI_OUTPUT_H

#include "core/base/err.h"
#include "tuner/options/output_options.h"
#include "tuner/result/result.h"
#include "tuner/search/search.h"
#include "tuner/store/sweep_plan.h"

#include <stdio.h>

/* Decides every workload of the plan from its record, whose windows it takes over. Workloads
 * without a window are left out. `result` borrows from `plan` and is to be released, also after a
 * failure. */
int knee_output_make(const struct knee_sweep_plan *plan, struct knee_search_record *records,
                     struct knee_result *result, struct knee_err *err);

/* What each host did at the limit, from DIR/hosts.csv: only of a plan of several hosts. */
int knee_output_read_hosts(const struct knee_sweep_plan *plan, const char *dir,
                           struct knee_result *result, struct knee_err *err);

/* Every file but the charts into `dir`; and warnings to `log` if no text will be printed that has
 * them (--json, --quiet). */
int knee_output_write(const struct knee_result *result, const char *dir,
                      const struct knee_output_options *options, FILE *log, struct knee_err *err);

/* The charts, unless --no-plots is given, and the page that holds them. Without gnuplot: a warning.
 * A signal ends it: see tuner/cli/drawing.h; one that came before is `signal_number`, else 0. */
int knee_output_draw(const struct knee_result *result, const char *dir,
                     const struct knee_output_options *options, int signal_number, FILE *log,
                     struct knee_err *err);

/* The answer to `out`: text, JSON with --json, nothing with -q. `shown` is the directory as one
 * types it. */
int knee_output_print(const struct knee_result *result, const struct knee_sweep_plan *plan,
                      const char *shown, const struct knee_output_options *options, FILE *out,
                      struct knee_err *err);

#endif
