/* SPDX-License-Identifier: MIT */
/* All that the engine measures in a window: a row of samples.csv. A plain value without pointers.
 * After the row is written, a struct knee_window of it is kept. */
#ifndef KNEE_CORE_ENGINE_MEASURED_H
#define KNEE_CORE_ENGINE_MEASURED_H

#include "core/base/err.h"
#include "core/base/histogram_digest.h"
#include "core/engine/requests.h"
#include "core/engine/window.h"

#include <stdbool.h>
#include <stdint.h>

/* An unknown double is NAN, an unknown count UINT64_MAX. */
struct knee_measured {
    uint32_t block;
    uint32_t level;
    uint64_t start_ns;  /* since the sweep's start */
    uint64_t window_ns; /* read from the clock at the edges, never the length asked for */
    double items;       /* successful; those across an edge count by the part inside */
    double failed_items;
    double throughput_per_s; /* items / window */
    /* Service latency of the successful items that ended inside, with `level` in flight. */
    double latency_mean_s, latency_p50_s, latency_p95_s, latency_p99_s, latency_max_s;
    double latency_cv; /* standard deviation over mean */
    struct knee_histogram_digest latencies;
    /* Sums over all active slots by the kernel's accounting, scaled to the window. */
    double cpu_user_s, cpu_system_s;
    double runqueue_wait_s;
    double other_wait_s;                             /* level × window - CPU - run queue */
    double switches_voluntary, switches_involuntary; /* counts */
    double rss_bytes;
    /* Of the machine, over the window. */
    double steal_ratio;  /* of all CPUs' time */
    double foreign_cpus; /* CPUs' worth of other processes' work */
    double throttled_s;  /* time that the quota held the group back */
    /* Throughput against what it would be without the other load, if that is steady; NAN: not
     * known. */
    double share_ratio;
    double server_cpu_s;      /* of the workload's own server process; NAN: none */
    double server_in_service; /* mean number of items that it served; NAN: none */
    struct knee_requests requests;
    uint64_t device_reads, device_writes; /* bytes that reached the device */
    bool valid;
    uint32_t reasons; /* enum knee_window_reason */
};

/* A window of which only block and level are known: no item, no CPU time, all else unknown. */
struct knee_measured knee_measured_unknown(uint32_t block, uint32_t level);

/* The window to keep. The figures that only tables need are rounded to six digits, as in the
 * journal: of a window that was rounded already nothing is lost. Percentiles over several windows
 * need `latencies`, which take the most room; without them the window's digest is dropped. Out of
 * memory, `window` is left alone. */
int knee_measured_keep(const struct knee_measured *measured, bool latencies,
                       struct knee_window *window, struct knee_err *err);

/* The other way. */
void knee_measured_recall(struct knee_measured *measured, const struct knee_window *window);

#endif
