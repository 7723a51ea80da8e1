/* SPDX-License-Identifier: MIT */
/* `knee sweep URL` in a fresh folder, and what it answered, for tests of services. */
#ifndef KNEE_TESTS_SUPPORT_TARGET_SWEEP_H
#define KNEE_TESTS_SUPPORT_TARGET_SWEEP_H

#include "tests/support/shell.h"

#include <jansson.h>
#include <stdbool.h>

struct target_sweep {
    char dir[128]; /* the result is in `r` there */
    struct shell_run run;
    json_t *json; /* NULL: it printed none */
    const json_t *workload, *decision;
};

/* Sweeps `url` with these options of a shell line, and --json. */
void target_sweep_run(struct target_sweep *swept, const char *options, const char *url);
void target_sweep_release(struct target_sweep *swept);

const char *target_sweep_verdict(const struct target_sweep *swept); /* "": none */
bool target_sweep_is_resolved(const struct target_sweep *swept);
json_int_t target_sweep_limit(const struct target_sweep *swept);
/* Does a warning hold `what`? */
bool target_sweep_warns(const struct target_sweep *swept, const char *what);
/* Does `knee report` of its result, or report.html, hold `what`? */
bool target_sweep_reports(const struct target_sweep *swept, const char *what);
bool target_sweep_shows(const struct target_sweep *swept, const char *what);
/* The sum of a column of samples.csv: a busy machine makes windows invalid, and levels.csv has none
 * of these. */
double target_sweep_total(const struct target_sweep *swept, const char *column);

/* Runs `command` in an empty folder: it must end with this status, say one line with `what` in it,
 * and leave nothing. */
void target_sweep_expect_line(const char *command, int status, const char *what);

#endif
