/* SPDX-License-Identifier: MIT */
/* What to do now: the contract's `next`, made from the decision's facts. Pure; ASCII, one line. */
#ifndef KNEE_REPORTS_WORDS_NEXT_H
#define KNEE_REPORTS_WORDS_NEXT_H

#include "tuner/result/result.h"

#define KNEE_NEXT_BYTES 512

/* The advice, and the command that it ends with, if there is one: then the advice ends with a
 * colon. */
struct knee_next {
    char advice[KNEE_NEXT_BYTES];  /* "About 40 s more would tell:" */
    char command[KNEE_NEXT_BYTES]; /* "knee sweep --resume results/latest --budget 60s"; or "" */
};

void knee_next_find(struct knee_next *next, const struct knee_workload_result *workload);

/* Both in one line, a sentence; or, as a clause, the end of a longer line: without a capital at its
 * beginning and a full stop at its end. Into KNEE_NEXT_BYTES; return `text`. */
const char *knee_next_text(const struct knee_workload_result *workload, char *text);
const char *knee_next_clause(const struct knee_workload_result *workload, char *text);

#endif
