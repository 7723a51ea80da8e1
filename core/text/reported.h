/* SPDX-License-Identifier: MIT */
/* A number in what a program prints: the one that a benchmark reports itself. Given as a POSIX
 * extended regular expression with one group around the number, or as json:PATH, names and indices
 * joined by dots ("json:jobs.0.read.iops"), also as jq writes them (".jobs[0].read.iops", and names
 * in quotes). The last match counts: summaries come last. */
#ifndef KNEE_CORE_TEXT_REPORTED_H
#define KNEE_CORE_TEXT_REPORTED_H

#include "core/base/err.h"

#include <stdbool.h>

enum knee_reported_unit {
    KNEE_REPORTED_RATE,     /* per second; k, M and G may follow (1000); commas are left out */
    KNEE_REPORTED_DURATION, /* with ns us ms s m h after it; without, milliseconds */
};

struct knee_reported; /* opaque */

/* `option` begins the error if `spec` is neither of the two. */
int knee_reported_open(struct knee_reported **reported, const char *option, const char *spec,
                       enum knee_reported_unit unit, struct knee_err *err);
void knee_reported_close(struct knee_reported *reported); /* safe on NULL */

/* Is it json:PATH? */
bool knee_reported_is_path(const struct knee_reported *reported);

/* Finds it in `text`: items per second, or seconds. 0; -1: there is none. */
int knee_reported_find(const struct knee_reported *reported, const char *text, double *value);

#endif
