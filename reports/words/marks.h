/* SPDX-License-Identifier: MIT */
/* What a level is besides a number, in words for people. Pure. */
#ifndef KNEE_REPORTS_WORDS_MARKS_H
#define KNEE_REPORTS_WORDS_MARKS_H

#include "tuner/result/result.h"

#define KNEE_MARKS_BYTES 128

/* "USE, best, cores" ("closest" if no level meets the SLOs), joined by `between`; "" for a level
 * like any other. Into KNEE_MARKS_BYTES; returns `text`. */
const char *knee_marks_phrase(const struct knee_workload_result *workload,
                              const struct knee_level *level, const char *between, char *text);

#endif
