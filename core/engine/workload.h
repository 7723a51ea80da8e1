/* SPDX-License-Identifier: MIT */
/* A workload as the engine knows it: one const struct each, listed in workloads/registry.c. The
 * engine owns the memory of both states, zeroed and aligned to 128 bytes. A workload that needs a
 * file or a server makes it in setup and removes it in teardown. */
#ifndef KNEE_CORE_ENGINE_WORKLOAD_H
#define KNEE_CORE_ENGINE_WORKLOAD_H

#include "core/base/err.h"
#include "core/engine/class.h"
#include "core/engine/requests.h"
#include "core/text/parameter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_target;

/* The input of a workload's setup. */
struct knee_workload_setup {
    const double *values; /* in the order of the workload's parameters */
    const char *dir;      /* for its files; never NULL */
    uint64_t seed;
    uint32_t workers_max; /* the highest level that will be run */
    void *custom;         /* for one workload alone: a command's actor, a target's service; NULL */
    /* How many rounds of computing take a nanosecond here: what "1 ms of computing" is made of. 0:
     * setup measures it. Two engines that are compared get the same. */
    double rounds_per_ns;
};

/* A workload's own counters; zeroed: it has none. All are cumulative, so that the difference of two
 * probes is what happened in between. */
struct knee_workload_probe {
    bool server;                /* it has a server of its own, or others are part of it */
    double server_cpu_s;        /* CPU time of the servers */
    double server_in_service_s; /* integral over time of the items that it served; NAN unknown */
    bool requests;              /* items are requests to a service: */
    double first_byte_s, first_bytes; /* time to the first byte of answers: its sum, their number */
    double connect_s, connects;       /* likewise, of connections that were made */
    double failed[KNEE_FAILURES];     /* requests that failed, by kind */
    bool processes; /* items are processes (commands); these are of those that have ended: */
    double cpu_user_s, cpu_system_s;
    double switches_voluntary, switches_involuntary;
    double item_rss_bytes; /* largest peak of one item so far; 0: unknown */
    double device_read_bytes, device_written_bytes;
    /* CPU time of the processes that still run. Unlike the others it falls when one ends: its time
     * is then in cpu_user_s and cpu_system_s. */
    double live_cpu_s;
};

struct knee_workload {
    const char *name;
    const char *summary; /* one line */
    enum knee_class resource;
    bool named_only;            /* runs only if it is named: not one of `all` */
    uint32_t default_max_level; /* 0: depends on the usable CPUs (cpu work) */
    /* A service that is named by its URL: workloads/target/target.h. NULL: run by its name. */
    const struct knee_target *target;
    const struct knee_parameter *parameters;
    size_t parameters_count;
    size_t shared_bytes, worker_bytes;

    /* Before the first item, on the controller's thread. If it fails, it cleans up after itself.
     * `warning` gets one line for the user, or "". */
    int (*setup)(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err);
    /* Before the settling of each window, on the controller's thread. NULL: nothing to do. */
    int (*begin)(void *shared, uint32_t block, uint32_t level, struct knee_err *err);
    /* On the worker's own thread, before its first item and after its last. `index` counts from 0.
     * enter returns 0 or an errno. */
    int (*enter)(void *shared, void *worker, uint32_t index);
    /* One item, mandatory: 0, or an errno for a failed item. No allocation, no logging. */
    int (*item)(void *shared, void *worker);
    void (*leave)(void *shared, void *worker);
    /* For workers that hold several items in flight each, as the depth of a queue. How many of them
     * run at `level`, which begin() has named before; they share it. 0: as many as the level, with
     * one item each. May be NULL. */
    uint32_t (*workers)(void *shared, uint32_t level);
    /* Then both of these, by knee_clock_now_ns(). When the item that item() has just ended was
     * begun; 0: when item() was called. And when the oldest one still in flight was; UINT64_MAX:
     * none is. Else NULL. */
    uint64_t (*began_ns)(const void *worker);
    uint64_t (*oldest_ns)(const void *worker);
    /* Makes long items return soon; called from another thread. NULL: items are short. */
    void (*cancel)(void *shared);
    void (*probe)(void *shared, struct knee_workload_probe *probe);
    void (*teardown)(void *shared);
};

#endif
