/* SPDX-License-Identifier: MIT */
/* Processes that items have left behind outside of their groups, as setsid and timeout(1) make
 * them: while we are the reaper of all that our children start, they become children of ours when
 * their parents end. */
#ifndef KNEE_WORKLOADS_PROCESS_STRAYS_H
#define KNEE_WORKLOADS_PROCESS_STRAYS_H

#include <stddef.h>
#include <sys/types.h>

#define KNEE_STRAYS_SPARED 64

/* Processes that are children for other reasons. */
struct knee_strays_spared {
    pid_t pids[KNEE_STRAYS_SPARED];
    size_t count;
};

/* The children that there are now, to be spared later. */
void knee_strays_spare(struct knee_strays_spared *spared);

/* Kills and reaps all children but the spared ones, and what becomes a child of ours by that, until
 * none is left. Only while no other thread waits for a child. A kernel that does not list children
 * has nothing killed. */
void knee_strays_end(const struct knee_strays_spared *spared);

#endif
