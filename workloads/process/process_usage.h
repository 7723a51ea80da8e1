/* SPDX-License-Identifier: MIT */
/* The use so far of a process that still runs, and of those that it has started. Its end will say
 * more, but too late if items are long. */
#ifndef KNEE_WORKLOADS_PROCESS_PROCESS_USAGE_H
#define KNEE_WORKLOADS_PROCESS_PROCESS_USAGE_H

#include <stdbool.h>
#include <sys/types.h>

struct knee_process_usage {
    double cpu_s;     /* of the tree, including its ended members (in ticks) */
    double rss_bytes; /* largest peak of one process; 0: not asked for, or unknown */
    /* How many processes of the tree are in which state at this moment. */
    unsigned running, blocked, waiting; /* R, D (a disk), anything else */
    unsigned sockets;                   /* of the waiting ones: known to wait for the network */
};

/* Adds the process `pid` and its descendants. A process that is gone adds nothing. */
void knee_process_usage_add(pid_t pid, bool with_memory, struct knee_process_usage *live);

/* The CPU time of one process alone: a single system call. */
double knee_process_usage_cpu_s(pid_t pid);

#endif
