/* SPDX-License-Identifier: MIT */
/* What a level's row says about what limits the work: shares of an item's time, and the thresholds
 * from which a finding is worth a word. All that explains a result uses these, so that no two pages
 * draw the line in different places. Pure. */
#ifndef KNEE_TUNER_RESULT_DIAGNOSIS_H
#define KNEE_TUNER_RESULT_DIAGNOSIS_H

#include "tuner/decide/level.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_DIAGNOSIS_WAITING_SHARE .30  /* of an item's time: from here on waiting explains it */
#define KNEE_DIAGNOSIS_COLLAPSE_RATIO .90 /* of the best throughput: below it, more hurts */
#define KNEE_DIAGNOSIS_FLAT_RATIO 1.10    /* throughput that grows by less is flat */
#define KNEE_DIAGNOSIS_GROWTH_RATIO 1.5   /* latency that grows by more while it is flat: a queue */
#define KNEE_DIAGNOSIS_FULL_CPU .95       /* of one CPU, or of all: it is full */
#define KNEE_DIAGNOSIS_EFFICIENCY_POOR .50 /* throughput per item against one item alone */
#define KNEE_DIAGNOSIS_UNSTEADY_CV .50     /* of item times */
#define KNEE_DIAGNOSIS_FAILED_RATIO .001   /* of the items */
#define KNEE_DIAGNOSIS_MEMORY_SHARE .50    /* of the available memory */
#define KNEE_DIAGNOSIS_REJECTED_SHARE .10  /* of the windows */
#define KNEE_DIAGNOSIS_SAME_RATIO .01      /* a difference in throughput that is not worth a word */

/* May the level be compared with others: it has windows, a throughput, and does not fail. */
bool knee_diagnosis_usable(const struct knee_level *level);

/* Shares of an item's time, 0 to 1; NAN unknown: waiting for a CPU, and waiting for anything else.
 */
double knee_diagnosis_queueing_share(const struct knee_level *level);
double knee_diagnosis_waiting_share(const struct knee_level *level);

/* The highest level above `level` with a throughput; NULL: there is none. */
const struct knee_level *knee_diagnosis_beyond(const struct knee_level *levels, size_t count,
                                               uint32_t level);

#endif
