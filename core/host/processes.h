/* SPDX-License-Identifier: MIT */
/* The CPU time of every process of this host, by name: who else is at work, and since when.
 *
 * A reading costs a directory and one system call for each process (about a millisecond for a few
 * hundred): cheap enough before and after a window. A process that begins and ends between two
 * readings is not seen, but its parent may count it: see `counts_children`. Not thread safe. */
#ifndef KNEE_CORE_HOST_PROCESSES_H
#define KNEE_CORE_HOST_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_PROCESSES_NAME_BYTES 16 /* the kernel keeps 15 characters */

struct knee_process {
    int pid, parent;
    char name[KNEE_PROCESSES_NAME_BYTES];
    bool is_kernel; /* a thread of the kernel's own */
    bool is_ours;   /* this process, or one that it or a descendant has started */
    bool is_member; /* for the caller, who may set it; children inherit it, but for this process
                       and for what init adopts or starts under another name. False at first */
    double cpu_s;   /* since the first reading */
    double used_s;  /* between the last two readings */
    /* Private. */
    uint32_t scan;
    bool has_flags;
    uint64_t inode; /* of its folder in /proc: another process that gets its number has another */
    uint64_t start_ticks; /* since the host's start */
    double clock_s;
    double waited_s; /* of its ended children; 0 if they are not counted */
    double reaped_s; /* of that, what is new */
    double debt_s;   /* of that, the part that was counted while the children ran */
};

/* Zeroed it is empty and usable. */
struct knee_processes {
    struct knee_process *known; /* ascending by pid; owned */
    size_t count, room;
    uint32_t scan;
    /* Counts what children had used that a process has waited for, too: a server that forks for
     * each request, say. Only of members, if there is `is_member`: it costs a file for each. In
     * ticks, usually of 10 ms, so that `used_s` may be off by two of them, and below 0; sums over
     * several readings are not. */
    bool counts_children;
    /* If not NULL, asked of every process that is new: is it a member? */
    bool (*is_member)(const void *context, const struct knee_process *process);
    const void *context;
};

/* Reads all. Processes that have ended are dropped. */
void knee_processes_read(struct knee_processes *processes);

/* The processes of others that used most between the last two readings, the busiest first, into
 * `busiest`; returns how many of `room` there are. Neither ours nor the kernel's, and none that
 * used nothing. */
size_t knee_processes_busiest(const struct knee_processes *processes, struct knee_process *busiest,
                              size_t room);

/* One by its number; NULL: not known. Valid until the next reading. */
struct knee_process *knee_processes_find(const struct knee_processes *processes, int pid);

/* May it run on any of the CPUs that this process may use? True if that is not known. */
bool knee_processes_share_cpus(int pid);

void knee_processes_release(struct knee_processes *processes);

#endif
