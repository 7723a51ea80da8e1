/* SPDX-License-Identifier: MIT */
/* A window: one timed stretch at one level. It is a row of samples.csv, what the engine measures,
 * what a strategy sees, and what a simulated curve draws. A plain value without pointers. */
#ifndef KNEE_CORE_ENGINE_WINDOW_H
#define KNEE_CORE_ENGINE_WINDOW_H

#include "core/base/histogram_digest.h"
#include "core/engine/requests.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a window is not to be trusted: a set, several may hold. A mere condition (the quota throttled
 * us, items failed) is named, too, but leaves the window valid. */
enum knee_window_reason {
    KNEE_WINDOW_NONE = 0,
    KNEE_WINDOW_FOREIGN = 1 << 0,   /* other processes took CPU time that this level wanted */
    KNEE_WINDOW_STEAL = 1 << 1,     /* the hypervisor did */
    KNEE_WINDOW_UNSETTLED = 1 << 2, /* settling was cut short */
    KNEE_WINDOW_EMPTY = 1 << 3,     /* no item ended or was under way */
    KNEE_WINDOW_THROTTLED = 1 << 4, /* the cgroup's CPU quota held us back: a condition */
    KNEE_WINDOW_ERRORS = 1 << 5,    /* items failed: a condition */
    KNEE_WINDOW_SHARED = 1 << 6,    /* the server held more items than this level has */
    KNEE_WINDOW_STOPPED = 1 << 7,   /* knee itself was stopped and continued */
    KNEE_WINDOW_MEMORY = 1 << 8,    /* not run: the level would have needed too much memory */
};

/* A window with one of these says nothing about its level, whatever the rest of the host did. */
#define KNEE_WINDOW_WORTHLESS                                                                      \
    (KNEE_WINDOW_EMPTY | KNEE_WINDOW_SHARED | KNEE_WINDOW_STOPPED | KNEE_WINDOW_MEMORY)

/* An unknown double is NAN, an unknown count UINT64_MAX. */
struct knee_window {
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

/* The reasons' names joined by `+` ("foreign+steal"), or "" for none, into `text`; returns it.
 * 64 bytes hold every set. */
const char *knee_window_reason_text(uint32_t reasons, char *text, size_t text_bytes);

/* The other way: the set that `text` names. 0, or -1 if a name is unknown. */
int knee_window_reason_parse(const char *text, uint32_t *reasons);

#endif
