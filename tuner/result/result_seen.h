/* SPDX-License-Identifier: MIT */
/* What a level's row has of all its windows, also of those that were rejected. */
#ifndef KNEE_TUNER_RESULT_RESULT_SEEN_H
#define KNEE_TUNER_RESULT_RESULT_SEEN_H

#include "tuner/result/result.h"

#include <stddef.h>

/* The first window whose throughput may be compared with that of later ones. If the valid ones show
 * no fall for good, the rejected ones may. `result->earlier` is set. */
size_t knee_result_seen_start(const struct knee_workload_result *result);

/* Sets the `seen` fields of `level->level`; its throughput is of the windows from `start` on, and
 * if there are none, of all. `values` has room for as many numbers as there are windows. */
void knee_result_seen_set(struct knee_level *level, const struct knee_workload_result *result,
                          size_t start, double *values);

#endif
