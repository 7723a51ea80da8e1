/* SPDX-License-Identifier: MIT */
/* Processes that items leave behind outside their groups, as setsid and timeout(1) make them. While
 * knee is the reaper of all that its children start, they become its children when their parents
 * end. */
#ifndef KNEE_WORKLOADS_PROCESS_STRAYS_H
#define KNEE_WORKLOADS_PROCESS_STRAYS_H

#include <stddef.h>
#include <sys/types.h>

#define KNEE_STRAYS_SPARED 64

/* Children that are not strays. */
struct knee_strays_spared {
    pid_t pids[KNEE_STRAYS_SPARED];
    size_t count;
};

/* Notes the children of this moment, to spare them later. */
void knee_strays_spare(struct knee_strays_spared *spared);

/* Kills and reaps all children but the spared ones, and those that become ours by that, until none
 * is left. Only while no other thread waits for a child. If the kernel does not list children, it
 * kills nothing. */
void knee_strays_end(const struct knee_strays_spared *spared);

#endif
