/* SPDX-License-Identifier: MIT */
/* The answer in place of a limit if no level that was measured meets the SLOs. Pure; texts as in
 * reports/words/explain.h. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_SLO_H
#define KNEE_REPORTS_WORDS_EXPLAIN_SLO_H

#include "tuner/result/result.h"

#include <stdbool.h>

/* No level that was measured meets the SLOs: nothing is to be shown as a limit to use. The files
 * for scripts hold the one that comes closest. */
bool knee_explain_slo_unmet(const struct knee_workload_result *workload);

/* The head of an answer: "USE 3", or "NO LIMIT". */
const char *knee_explain_slo_use(const struct knee_workload_result *workload, char *text);

/* "no level that was measured meets p99 <= 1 ms: level 1 has p99 22 ms"; "" if one may. */
const char *knee_explain_slo_missed(const struct knee_workload_result *workload, char *text);

/* "whether a level meets p99 <= 50 ms is open: 4 may", "too disturbed to tell whether a level meets
 * p99 <= 50 ms; the best guess: 16"; "" unless it is open. */
const char *knee_explain_slo_open(const struct knee_workload_result *workload, char *text);

#endif
