/* SPDX-License-Identifier: MIT */
/* From a decision to the limit that is recommended under an objective and SLOs. Pure. */
#ifndef KNEE_TUNER_RESULT_CHOOSE_LIMIT_H
#define KNEE_TUNER_RESULT_CHOOSE_LIMIT_H

#include "core/base/err.h"
#include "tuner/result/result.h"

/* Chooses among the levels that were measured, by `result->goal`: those count that do not fail and
 * meet every SLO at the decision's confidence (95 % where it claims none); they are marked. Under
 * `throughput`, the smallest level within the tolerance of the best of these; under `efficiency`,
 * the highest that is efficient enough; under `power`, the one with the most throughput per
 * latency. Sets the decision's limit, bound_ratio, reason and next, the mark of the limit and
 * `result->slo`; knee, peak and verdict stay. Where no level meets the SLOs, the limit is the one
 * that comes closest: whose worst value is the smallest multiple of what is allowed. The default
 * goal, or a result without a measured limit, changes nothing. -1 out of memory. */
int knee_choose_limit(struct knee_workload_result *result, struct knee_err *err);

/* What came closest where no level meets the SLOs: "no limit meets p99 <= 1 ms; 1 comes closest:
 * p99 1.4 ms, up to 1.5 ms at 95 % confidence". Into `text`; "" otherwise. Returns it. */
const char *knee_choose_limit_closest(const struct knee_workload_result *result, char *text,
                                      size_t text_bytes);

#endif
