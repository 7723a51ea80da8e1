/* SPDX-License-Identifier: MIT */
/* The keeper: a helper process, forked before the first command. If knee dies for any reason, it
 * ends every process group that knee has started. It waits for the end of a channel whose other
 * side only knee holds, in a session of its own, so that it survives what kills knee's group.
 *
 * It does not find a process that has left its item's group by setsid or setpgid: a documented
 * limit. */
#ifndef KNEE_WORKLOADS_PROCESS_KEEPER_H
#define KNEE_WORKLOADS_PROCESS_KEEPER_H

#include "core/base/err.h"
#include "workloads/process/companion.h"

#include <stdatomic.h>
#include <stddef.h>

#define KNEE_KEEPER_GROUPS 4104 /* one for each worker, and some for the controller's commands */

struct knee_keeper {
    struct knee_companion companion;
    struct knee_keeper_page *page;
};

/* Shared with the keeper. A child writes its own number there before it executes anything, so that
 * it is known at every moment of its life. */
struct knee_keeper_page {
    _Atomic int groups[KNEE_KEEPER_GROUPS]; /* 0: none */
    _Atomic int setup_group; /* of what the setup command has left: ends last; 0: none */
    char directory[512];     /* temporary files, to be removed; "": none */
};

int knee_keeper_open(struct knee_keeper *keeper, struct knee_err *err);

/* Ends all live groups: asks them first (SIGTERM), and kills those left after a second. Returns
 * when their leaders have gone from the page, at most some seconds later. From any thread. */
void knee_keeper_end_groups(struct knee_keeper *keeper);

void knee_keeper_close(struct knee_keeper *keeper); /* safe on a zeroed one */

#endif
