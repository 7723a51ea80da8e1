/* SPDX-License-Identifier: MIT */
/* reports/words: the requests to a service, in cells and sentences: what they waited for, and how
 * they failed. Pure; as in explain.h. "": nothing to say, as of any work but a service.
 *
 * Failures are of all windows, as in the count of those that failed: if every request of a level
 * fails, none of its windows counts otherwise. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_REQUESTS_H
#define KNEE_REPORTS_WORDS_EXPLAIN_REQUESTS_H

#include "tuner/result/result.h"

#include <stdbool.h>

#define KNEE_EXPLAIN_FAILED_BYTES 160
#define KNEE_EXPLAIN_FAILURES_MAX 3

/* What a table of levels has a column for. */
bool knee_explain_has_requests(const struct knee_workload_result *workload);
bool knee_explain_has_first_byte(const struct knee_workload_result *workload);
bool knee_explain_has_connect(const struct knee_workload_result *workload);

/* The share of a level's requests that failed, by kind: "8 % status, 1 % reset"; "none"; "-" if no
 * request ended. Into KNEE_EXPLAIN_FAILED_BYTES. */
const char *knee_explain_failed(const struct knee_workload_result *workload,
                                const struct knee_level *level, char *text);

/* Which levels failed, a line for each kind, the most frequent first: "HTTP status: 8 % at 13, 20 %
 * at 16, 63 % at 32", or of many levels "reset: 0.8 to 1.2 % at every level". "" beyond the last;
 * there are at most KNEE_EXPLAIN_FAILURES_MAX. Into KNEE_EXPLAIN_BYTES. */
const char *knee_explain_failures(const struct knee_workload_result *workload, size_t line,
                                  char *text);

/* At the limit to use: "At 12, p50 21 ms, p99 25 ms; first byte after 20 ms, connecting 130 us
 * (means)". Into KNEE_EXPLAIN_BYTES. */
const char *knee_explain_waits(const struct knee_workload_result *workload, char *text);

#endif
