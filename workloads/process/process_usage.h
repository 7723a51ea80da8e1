/* SPDX-License-Identifier: MIT */
/* The use so far of a process that still runs, and of those that it has started. Its end will say
 * more, but too late if items are long. */
#ifndef KNEE_WORKLOADS_PROCESS_PROCESS_USAGE_H
#define KNEE_WORKLOADS_PROCESS_PROCESS_USAGE_H

#include <sys/types.h>

/* A set of what to look at; CPU time always is. */
enum knee_process_usage_look {
    KNEE_PROCESS_USAGE_CPU = 0,
    KNEE_PROCESS_USAGE_STATE = 1 << 0,
    KNEE_PROCESS_USAGE_MEMORY = 1 << 1,
};

struct knee_process_usage {
    double cpu_s;     /* of the trees, including their ended members (in ticks) */
    double rss_bytes; /* of the largest tree so far; 0: not asked for, or unknown. What its members
                         may share (files, shared memory) counts once. */
    /* How many processes are in which state at this moment. */
    unsigned running, blocked, waiting; /* R, D (a disk), anything else */
    unsigned sockets;                   /* of the waiting ones: known to wait for the network */
};

/* Adds the process `pid` and its descendants, also those that its threads have started. A process
 * that is gone adds nothing. */
void knee_process_usage_add(pid_t pid, unsigned look, struct knee_process_usage *live);

#endif
