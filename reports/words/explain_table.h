/* SPDX-License-Identifier: MIT */
/* reports/words: the cells of the table of levels, and the remarks below it. Pure. A cell goes into
 * KNEE_HUMAN_BYTES, a remark into KNEE_EXPLAIN_BYTES; "": nothing to say. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_TABLE_H
#define KNEE_REPORTS_WORDS_EXPLAIN_TABLE_H

#include "tuner/result/result.h"

/* A row's throughput: "1,970"; in parentheses if none of its windows counts. */
const char *knee_explain_rate(const struct knee_level *level, char *text);

/* Likewise, one of the row's latencies: "5.2 ms", "(21 ms)". */
const char *knee_explain_latency(const struct knee_level *level, double latency_s, char *text);

/* Half of the throughput's interval: "0.5 %"; "-" if the levels rest on too few windows for that to
 * mean anything. */
const char *knee_explain_spread(const struct knee_workload_result *workload,
                                const struct knee_level *level, char *text);

/* The throughput against the best: "98 %"; with a tenth, "97.9 %", if a whole number would be on
 * the other side of the tolerance. `level` may be NULL: "-". */
const char *knee_explain_of_best(const struct knee_workload_result *workload,
                                 const struct knee_level *level, char *text);

/* Why cells hold no number, if none of a column does: "+- is not known: no level has more than 1
 * window."; and what parentheses mean. */
const char *knee_explain_gaps(const struct knee_workload_result *workload, char *text);

/* Levels below the limit that are within the tolerance by what the table shows: "28 is within 2 %
 * of the best by its mean, too, but 31 is surer to be." (The limit is a level that nearly all of
 * the drawn curves have close to the best; a mean is over all of them.) */
const char *knee_explain_smaller(const struct knee_workload_result *workload, char *text);

#endif
