/* SPDX-License-Identifier: MIT */
/* All windows of one level together: the measured values. */
#ifndef KNEE_TUNER_DECIDE_LEVEL_H
#define KNEE_TUNER_DECIDE_LEVEL_H

#include "core/engine/requests.h"

#include <stdbool.h>
#include <stdint.h>

/* One row of levels.csv; docs/columns.md has the columns. Unknown: NAN. Ratios 0 to 1. */
struct knee_level {
    uint32_t level, marks, windows, rejected_windows;
    double items, failed_items;
    double throughput_per_s, throughput_ci_low_per_s, throughput_ci_high_per_s; /* of the fit */
    double throughput_cv, throughput_median_per_s;                              /* of the windows */
    double
        throughput_seen_per_s; /* median of all windows, rejected ones too; for who has no better */
    double failed_seen_ratio;  /* failed items of all, likewise; 0 without items */
    double cpu_seen_ratio;     /* of the CPUs, for items and their servers, likewise */
    bool
        seen_earlier; /* all of these were before throughput fell for good: it compares with none */
    double speedup, parallel_efficiency, throughput_per_slot_per_s;
    double latency_mean_s, latency_p50_s, latency_p95_s, latency_p99_s, latency_max_s, latency_cv;
    const char *consistency; /* "high", "medium", "low", "" unknown */
    double cpu_utilization;  /* CPU time per second over the CPUs that this work may use */
    double cpu_per_item_s, runqueue_wait_per_item_s, other_wait_per_item_s;
    double switches_voluntary_per_s, switches_involuntary_per_s;
    double max_rss_bytes, steal_ratio, foreign_cpus;
    double server_in_service, server_cpu_utilization; /* of the workload's own server */
    struct knee_requests requests;
};

#endif
