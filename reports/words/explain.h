/* SPDX-License-Identifier: MIT */
/* reports/words turns a result into sentences. All other reports take their words from here.
 *
 * This file: sentences for the text table, the report and the charts' titles. Pure. Each is written
 * into `text` (KNEE_EXPLAIN_BYTES are enough for any) and returned; "": nothing to say. ASCII, one
 * line. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_H
#define KNEE_REPORTS_WORDS_EXPLAIN_H

#include "tuner/result/result.h"

#include <stdbool.h>

#define KNEE_EXPLAIN_BYTES 800

/* The rule of thumb compared with the measurement: "2: the same", "8: loses 50 %", "8: not tried";
 * with a guess, or by disturbed windows alone: "8: gains 12 % so far". */
const char *knee_explain_rule(const struct knee_workload_result *workload, char *text);

/* What the limit means and what happens beyond it: "2 = your cores. At 8, items spend 75 % of
 * their time waiting for a CPU." */
const char *knee_explain_why(const struct knee_workload_result *workload, char *text);

/* The decision's own reason, with its confidence if something is proven; then without
 * knee_explain_whose(), which is said with the answer. */
const char *knee_explain_evidence(const struct knee_workload_result *workload, char *text);

/* The choice of tolerances other than that of the answer: "2 within 5 % . 4 the very best"; "":
 * the limit is all of these, or was chosen by a goal of one's own. */
const char *knee_explain_choose(const struct knee_workload_result *workload, char *text);

/* Today's setting judged: "keep 2", or "change 16 -> 3: same throughput, a fifth of the latency".
 * "" without --current. */
const char *knee_explain_current(const struct knee_workload_result *workload, char *text);

/* The tolerance at which the limit to use is the answer: the asked one, or that of "resolved at
 * 10 %". */
double knee_explain_tolerance(const struct knee_workload_result *workload);

/* The verdict in a word or three: "resolved", "unresolved", "resolved at 10 %". */
const char *knee_explain_verdict(const struct knee_workload_result *workload, char *text);

/* The answer in half a line: "run 2 at once", "not resolved: 12 to 16; run 16 at once until then".
 */
const char *knee_explain_answer(const struct knee_workload_result *workload, char *text);

/* The same for a chart's title, which has little room: not that the host's CPUs are full. */
const char *knee_explain_title(const struct knee_workload_result *workload, char *text);

/* Does the service bound the rate of requests? */
bool knee_explain_has_rate(const struct knee_workload_result *workload);

/* Whose limit it is, the service's rate or whose CPUs, as a sentence: it comes before everything
 * else that is said of the answer. "" without a rate if CPUs are idle at the limit. */
const char *knee_explain_whose(const struct knee_workload_result *workload, char *text);

/* The use of a level beyond the limit: "16 only adds waiting", "64 loses 40 %". */
const char *knee_explain_beyond(const struct knee_workload_result *workload, char *text);

/* What limits throughput, from what items demand: "Above 16, more items at once only wait
 * longer: something across the network serves 16 at a time." "" unknown. */
const char *knee_explain_limits(const struct knee_workload_result *workload, char *text);

/* What the limit was chosen by, if not the default: "power; p99 <= 50 ms: met". */
const char *knee_explain_goal(const struct knee_workload_result *workload, char *text);

#endif
