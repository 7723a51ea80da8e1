/* SPDX-License-Identifier: MIT */
/* The machine to plan for, as far as it differs from the one that was measured. */
#ifndef KNEE_TUNER_OPTIONS_PLAN_OPTIONS_H
#define KNEE_TUNER_OPTIONS_PLAN_OPTIONS_H

#include "tuner/options/option.h"

#include <stdint.h>

/* 0, NULL: not given. */
struct knee_plan_options {
    uint32_t cores, pool;
    double core_speed, quota, throughput_per_s;
    uint64_t memory_bytes;
    double service_s;     /* how much longer; may be negative */
    const char *measured; /* DIR: a result from the target */
};

extern const struct knee_option_part knee_plan_options_part;

#endif
