/* SPDX-License-Identifier: MIT */
/* What a process that still runs, and those that it has started, have used so far: its end will
 * tell more, but too late where items are long. */
#ifndef KNEE_WORKLOADS_PROCESS_PROCESS_USAGE_H
#define KNEE_WORKLOADS_PROCESS_PROCESS_USAGE_H

#include <stdbool.h>
#include <sys/types.h>

struct knee_process_usage {
    double cpu_s;     /* of the tree, its ended members too; those count in ticks */
    double rss_bytes; /* largest peak of one process; 0: not asked or not known */
    /* How many of the tree's processes do what at this moment. */
    unsigned running, blocked, waiting; /* R, D (a disk), anything else */
    unsigned sockets; /* of the waiting ones: known to wait in the network's code */
};

/* Adds the process `pid` and its descendants. A process that has gone adds nothing. */
void knee_process_usage_add(pid_t pid, bool with_memory, struct knee_process_usage *live);

/* The CPU time of one process alone: a single system call. */
double knee_process_usage_cpu_s(pid_t pid);

#endif
