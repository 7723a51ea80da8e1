/* SPDX-License-Identifier: MIT */
/* How a sweep measures, and what it asks of the answer. */
#ifndef KNEE_TUNER_OPTIONS_MEASURING_OPTIONS_H
#define KNEE_TUNER_OPTIONS_MEASURING_OPTIONS_H

#include "tuner/decide/goal.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_MEASURING_SERVERS_MAX 8 /* --server on one command line */

struct knee_measuring_options {
    bool quick, strict, dry_run;
    uint64_t budget_ns;   /* per workload; 0: default */
    uint64_t window_ns;   /* 0: auto */
    const char *strategy; /* "curve"; a name that knee_strategy_find() knows */
    double tolerance_ratio, confidence_ratio;
    struct knee_goal goal;                           /* --objective, --min-efficiency, --slo */
    uint64_t seed;                                   /* 1 */
    const char *servers[KNEE_MEASURING_SERVERS_MAX]; /* --server as written, "none" too */
    size_t servers_count;
    uint64_t wait_quiet_ns; /* 0: do not wait */
    const char *resume;     /* DIR; NULL: a new sweep */
};

extern const struct knee_option_part knee_measuring_options_part;

#endif
