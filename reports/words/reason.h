/* SPDX-License-Identifier: MIT */
/* Why a decision is what it is: the contract's `reason`, made from the decision's facts. Pure. Each
 * is written into `text` (KNEE_REASON_BYTES hold any) and returned; ASCII, one line. */
#ifndef KNEE_REPORTS_WORDS_REASON_H
#define KNEE_REPORTS_WORDS_REASON_H

#include "tuner/result/result.h"

#define KNEE_REASON_BYTES 768

/* A sentence or two about the knee: "The limit 2 gives at least 98.7 % of the speed of any other; 1
 * stays below 51.2 %." `max_by` is what set the highest level; "" or NULL: nothing to say of it. */
const char *knee_reason_decision(const struct knee_decision *decision, const char *max_by,
                                 char *text);

/* How the goal chose the limit, if it is not the default one, and then the knee's. */
const char *knee_reason_evidence(const struct knee_workload_result *workload, char *text);

/* All of it: whose CPUs are the limit (knee_explain_whose()), and then the evidence. */
const char *knee_reason_text(const struct knee_workload_result *workload, char *text);

#endif
