/* SPDX-License-Identifier: MIT */
/* The CPU time of the kernel's own threads. They work for the items' files and sockets, so it must
 * not count as other processes' work, though the instruments that count the machine include it. */
#ifndef KNEE_CORE_HOST_KTHREADS_H
#define KNEE_CORE_HOST_KTHREADS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_kthreads {
    struct knee_kthread {
        int pid;
        bool kernel; /* a thread of the kernel; else a process, which is remembered and no more */
        uint32_t scan;
        uint64_t last_ns;
    } * known; /* ascending by pid; owned */
    size_t count, room;
    uint32_t scan;
    const cpu_set_t *only; /* counts threads that ran last on one of these; NULL: all; borrowed */
    double cpu_s;          /* used since the first reading; never falls */
};

/* Zeroed it is empty and usable. Reads all of root/proc (well below a millisecond for a hundred
 * processes); threads that cannot be seen, as in a container, are left out. */
void knee_kthreads_read(struct knee_kthreads *kthreads, const char *root);
void knee_kthreads_release(struct knee_kthreads *kthreads);

#endif
