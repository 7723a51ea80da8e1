/* SPDX-License-Identifier: MIT */
/* From a decision to the limit that is recommended under an objective and SLOs. Pure. */
#ifndef KNEE_TUNER_RESULT_CHOOSE_LIMIT_H
#define KNEE_TUNER_RESULT_CHOOSE_LIMIT_H

#include "core/base/err.h"
#include "tuner/result/result.h"

/* Chooses among the levels that were measured, by `result->goal`: among those that do not fail and
 * are shown to meet every SLO at the decision's confidence (95 % if it claims none); they are
 * marked. Under `throughput`, the smallest level within the tolerance of the best of these; under
 * `efficiency`, the highest that is efficient enough; under `power`, the one with the most
 * throughput per latency. If none is shown to meet the SLOs but some may, it is one of those; if
 * every level is shown to miss one, it is the level that comes closest, whose worst value is the
 * smallest multiple of what is allowed.
 *
 * Sets the decision's limit and bound_ratio, the choice, the mark of the limit and `result->slo`;
 * knee and peak stay. The verdict becomes that of the chosen limit: `resolved` if the claims about
 * it hold, else `unresolved`. The default goal changes nothing.
 *
 * A result without a measured limit, as of a disturbed sweep, has a rule of thumb or a guess. If
 * its windows, also rejected ones for a level that has no others, show that this level misses an
 * SLO, it becomes one that seems to meet them; if they show it of every level, the one that comes
 * closest. The verdict stays. -1 out of memory. */
int knee_choose_limit(struct knee_workload_result *result, struct knee_err *err);

#endif
