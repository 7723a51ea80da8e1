/* SPDX-License-Identifier: MIT */
/* Runs a sample of items one after the other and watches them: how long an item takes, what it
 * waits for, and whether it can be repeated at all. */
#ifndef KNEE_WORKLOADS_COMMAND_FIRST_LOOK_H
#define KNEE_WORKLOADS_COMMAND_FIRST_LOOK_H

#include "core/base/err.h"
#include "workloads/command/actor.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At how many looks an item did that. `running`: it had a CPU or waited for one. */
struct knee_first_look_states {
    unsigned running, disk, network, other;
};

struct knee_first_look_params {
    struct knee_actor *actor;
    size_t runs;                              /* at most */
    uint64_t time_ns;                         /* no run begins after that, except the first two */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
    /* Called once, on the caller's thread, when a run takes longer than `slow_ns` (0: never): it
     * may be one that never ends. */
    void (*slow)(void *context, double elapsed_s);
    void *slow_context;
    uint64_t slow_ns;
};

/* Means and shares are of the runs that succeeded; NAN: unknown. */
struct knee_first_look {
    size_t runs, failed;
    double item_mean_s, item_cv;
    double cpu_per_item_s, system_per_item_s;
    /* Shares of an item's time, without its waiting for a CPU. Looks at the item split its waiting.
     */
    double cpu_ratio;     /* above 1 if an item uses several CPUs */
    double disk_ratio;    /* waiting for a disk */
    double network_ratio; /* known to wait for the network */
    double other_ratio;
    bool hardly_seen;       /* too few looks saw the items, and those saw no waiting */
    double faults_per_item; /* page faults that had to read */
    double device_bytes_per_item;
    double rss_bytes;      /* of one item, the peak */
    uint32_t first_number; /* of the item that ran twice; 0: there are no items */
    double input_bytes;    /* of its file; 0: it names none */
    bool changed;          /* its file was different afterwards */
};

/* Sets the shares of an item's time, from its CPU time over its time and from what looks saw. Pure.
 * On a busy machine an item may be ready to run and not get a CPU: that is not its waiting. */
void knee_first_look_split(struct knee_first_look *look, double cpu_of_time_ratio,
                           const struct knee_first_look_states *states);

/* Runs the first item twice, then further ones. -1: KNEE_COMMAND_FAILED if every run failed,
 * KNEE_FAILED if the first item cannot run twice, or KNEE_INTERRUPTED. */
int knee_first_look_run(const struct knee_first_look_params *params, struct knee_first_look *look,
                        struct knee_err *err);

#endif
