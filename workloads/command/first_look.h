/* SPDX-License-Identifier: MIT */
/* Runs a sample of items one after the other and watches what they do: what an item takes, what it
 * waits for, and whether it can be repeated at all. */
#ifndef KNEE_WORKLOADS_COMMAND_FIRST_LOOK_H
#define KNEE_WORKLOADS_COMMAND_FIRST_LOOK_H

#include "core/base/err.h"
#include "workloads/command/actor.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_first_look_params {
    struct knee_actor *actor;
    size_t runs;      /* at most */
    uint64_t time_ns; /* no further run begins after that; the first two always do */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
};

/* Of the runs that succeeded; unknown is NAN. */
struct knee_first_look {
    size_t runs, failed;
    double item_mean_s, item_cv;
    double cpu_per_item_s, system_per_item_s;
    /* Shares of an item's time; the waiting is split as it was seen at moments of it. */
    double cpu_ratio;     /* of the time that it did not wait for a CPU; above 1 where an item uses
                             several CPUs */
    double disk_ratio;    /* waiting for a disk */
    double network_ratio; /* known to wait for the network */
    double other_ratio;
    double faults_per_item; /* page faults that had to read */
    double device_bytes_per_item;
    double rss_bytes;      /* of one item, the peak */
    uint32_t first_number; /* of the item that was run twice; 0: there are no items */
    double input_bytes;    /* of its file; 0: it names none */
    bool changed;          /* its file was not the same afterwards */
};

/* Runs the first item twice, then further ones. -1: KNEE_COMMAND_FAILED where every run failed,
 * KNEE_FAILED where the first item cannot be run twice, KNEE_INTERRUPTED. */
int knee_first_look_run(const struct knee_first_look_params *params, struct knee_first_look *trial,
                        struct knee_err *err);

#endif
