/* SPDX-License-Identifier: MIT */
/* The resources that this process has used so far, by the kernel's account. The controller reads it
 * around a window; a worker never does. Private to the engine. */
#ifndef KNEE_CORE_ENGINE_ACCOUNT_H
#define KNEE_CORE_ENGINE_ACCOUNT_H

#include <stdint.h>

/* Cumulative; NAN or UINT64_MAX: unknown. */
struct knee_account {
    uint64_t at_ns;
    double cpu_user_s, cpu_system_s; /* all threads of this process (getrusage) */
    double switches_voluntary, switches_involuntary;
    double rss_bytes;                     /* now, not cumulative (/proc/self/statm) */
    uint64_t device_reads, device_writes; /* bytes (/proc/self/io) */
};

void knee_account_read(struct knee_account *account);

/* Opens the scheduler's statistics of one of our threads: a descriptor, or -1. */
int knee_account_open_thread(int tid);

/* Seconds that the thread has waited on a run queue: field 2 of schedstat; NAN unknown. */
double knee_account_runqueue_s(int schedstat_fd);

#endif
