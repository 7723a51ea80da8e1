/* SPDX-License-Identifier: MIT */
/* Which levels of a result meet the SLOs of its goal, by its valid windows. Pure. */
#ifndef KNEE_TUNER_RESULT_SLO_CHOICE_H
#define KNEE_TUNER_RESULT_SLO_CHOICE_H

#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdint.h>

/* Is `level` shown to miss an SLO? */
bool knee_slo_choice_is_missed(const struct knee_workload_result *result, uint32_t level);

/* Is every level that was measured and does not fail? */
bool knee_slo_choice_all_missed(const struct knee_workload_result *result);

/* The levels that seem to meet the SLOs, though that is not shown: sets `in`, which has room for
 * all of them. false: there is none. */
bool knee_slo_choice_likely(const struct knee_workload_result *result, bool *in);

/* The level that comes closest to meeting them; 0: there is none. */
uint32_t knee_slo_choice_closest(const struct knee_workload_result *result);

/* Says in the choice how far `level` is from meeting the SLOs; and the lowest level, if the choice
 * is the closest. */
void knee_slo_choice_describe(struct knee_workload_result *result, uint32_t level);

#endif
