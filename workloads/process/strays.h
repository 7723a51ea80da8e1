/* SPDX-License-Identifier: MIT */
/* Processes that items leave behind outside their groups, as setsid and timeout(1) make them, and
 * those that the setup command leaves behind. While knee is the reaper of all that its children
 * start, they become its children when their parents end. */
#ifndef KNEE_WORKLOADS_PROCESS_STRAYS_H
#define KNEE_WORKLOADS_PROCESS_STRAYS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KNEE_STRAYS_SPARED 64

/* Children that are not strays. */
struct knee_strays_spared {
    pid_t pids[KNEE_STRAYS_SPARED];
    size_t count;
};

/* Notes the children of this moment, to spare them later. */
void knee_strays_spare(struct knee_strays_spared *spared);

/* Reaps strays that have ended: all children but the spared ones and those that some thread waits
 * for (`groups`: see knee_child_params). From any thread. */
void knee_strays_reap(const struct knee_strays_spared *spared, const _Atomic int *groups,
                      size_t groups_count);

/* The same for some of them, at the cost of a system call or two. Returns the child that hides the
 * others, if there is one that must stay; 0: none. */
pid_t knee_strays_reap_some(const struct knee_strays_spared *spared, const _Atomic int *groups,
                            size_t groups_count);

/* Ends and reaps all children but the spared ones, and those that become ours by that, until none
 * is left: asks them (SIGTERM) and kills them after `grace_ns`, with their groups. 0 kills at once.
 * Only while no other thread waits for a child. If the kernel does not list children, it kills
 * nothing. */
void knee_strays_end(const struct knee_strays_spared *spared, uint64_t grace_ns);

#endif
