/* SPDX-License-Identifier: MIT */
/* What `knee run` takes beside the seed and the output: its command and items, its limit, and what
 * it does about failures. Texts that say more than a number are read by tuner/run/run_policy.h. */
#ifndef KNEE_TUNER_OPTIONS_RUN_OPTIONS_H
#define KNEE_TUNER_OPTIONS_RUN_OPTIONS_H

#include "tuner/options/command_options.h"
#include "tuner/options/expect_options.h"
#include "tuner/options/fleet_options.h"
#include "tuner/options/measuring_options.h"
#include "tuner/options/option.h"
#include "tuner/options/output_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum knee_run_options_order {
    KNEE_RUN_OPTIONS_GIVEN,
    KNEE_RUN_OPTIONS_LARGEST,
    KNEE_RUN_OPTIONS_RANDOM,
};

enum knee_run_options_dashboard {
    KNEE_RUN_OPTIONS_DASHBOARD_AUTO,
    KNEE_RUN_OPTIONS_DASHBOARD_ON,
    KNEE_RUN_OPTIONS_DASHBOARD_OFF,
};

struct knee_run_options {
    struct knee_command_options command;
    const char *limit;      /* auto|N|DIR; NULL: auto */
    const char *limit_file; /* NULL: none */
    uint32_t min_level;     /* 1 */
    uint32_t max_level;     /* 0: by the class of work */
    double max_load_ratio;  /* NAN: no bound */
    uint64_t min_free_bytes;
    bool evict;
    const char *timeout;  /* TIME|300%; NULL: none */
    const char *retry_on; /* NULL: any */
    const char *halt;     /* NULL: never */
    uint64_t batch;       /* 0: none */
    const char *pause;    /* TIME|memory; NULL: none */
    const char *weight;   /* size|FIELD|LINE; NULL: none */
    enum knee_run_options_order order;
    bool group, line_buffer, ungroup, tag, keep_order;
    const char *joblog, *resume;
    bool failed;
    enum knee_run_options_dashboard dashboard;
    uint64_t report_interval_ns; /* 10 s */
    struct knee_measuring_options measuring;
    struct knee_output_options output;
    struct knee_expect_options expect; /* only its openmetrics */
    struct knee_fleet_options fleet;   /* only its allow_bound */
};

extern const struct knee_option_use knee_run_options_uses[]; /* for struct knee_command */

#endif
