/* SPDX-License-Identifier: MIT */
/* What a user expects of a result, --expect-limit 4..8 and --expect-throughput 900, and whether it
 * holds. It fails only if the evidence excludes it: an interval that straddles a bound passes, and
 * says so. Pure. */
#ifndef KNEE_TUNER_RESULT_EXPECTATION_H
#define KNEE_TUNER_RESULT_EXPECTATION_H

#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdint.h>

struct knee_expectation {
    uint32_t limit_low, limit_high; /* 0: none */
    double throughput_per_s;        /* at least; 0: none */
};

enum knee_expectation_state {
    KNEE_EXPECTATION_NONE,  /* nothing was expected */
    KNEE_EXPECTATION_HOLDS, /* the whole interval is inside */
    KNEE_EXPECTATION_OPEN,  /* the interval straddles a bound, or nothing could be measured */
    KNEE_EXPECTATION_FAILS, /* the interval is outside */
};

struct knee_expectation_outcome {
    enum knee_expectation_state limit, throughput;
    uint32_t seen_low, seen_high; /* of the limit; 0: unknown; high UINT32_MAX: no bound */
    double seen_low_per_s, seen_high_per_s; /* of the throughput at the limit; NAN: unknown */
};

struct knee_expectation_outcome knee_expectation_judge(const struct knee_expectation *expectation,
                                                       const struct knee_workload_result *workload);

#endif
