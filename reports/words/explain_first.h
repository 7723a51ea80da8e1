/* SPDX-License-Identifier: MIT */
/* The look at the work before the sweep, beside level 1 of the sweep. Pure; texts as in
 * reports/words/explain.h. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_FIRST_H
#define KNEE_REPORTS_WORDS_EXPLAIN_FIRST_H

#include "tuner/result/result.h"

/* "At level 1 a request then took 51 ms: the first one also connects, and may find caches cold."
 * "": both took about as long, or one of them is unknown. */
const char *knee_explain_first(const struct knee_workload_result *workload, char *text);

#endif
