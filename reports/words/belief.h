/* SPDX-License-Identifier: MIT */
/* How far an answer can be believed, beyond its verdict: for the page's "Can I believe it?". Pure.
 * Each is written into `text` (KNEE_BELIEF_BYTES) and returned; "": nothing to say. */
#ifndef KNEE_REPORTS_WORDS_BELIEF_H
#define KNEE_REPORTS_WORDS_BELIEF_H

#include "tuner/result/result.h"

#define KNEE_BELIEF_BYTES 512

/* The claim of the whole curve: "99 % or more that 17 is right: no other level is more than 3 %
 * faster, and none clearly smaller comes that close." "" without a curve. */
const char *knee_belief_probability(const struct knee_workload_result *workload, char *text);

/* The rule level by level beside it: "Each level by its own windows, without the curve, gives 17,
 * too." */
const char *knee_belief_guard(const struct knee_workload_result *workload, char *text);

/* The troubles that every sweep looks for: "Seen: steady other load. Not seen: a step down for
 * good, ..." */
const char *knee_belief_checks(const struct knee_workload_result *workload, char *text);

#endif
