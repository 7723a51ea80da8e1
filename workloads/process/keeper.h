/* SPDX-License-Identifier: MIT */
/* The keeper: a process of ours, forked before the first command, that ends every process group we
 * have started when we are gone, however we went. It waits for the end of a channel whose other
 * side only we hold, in a session of its own, so that what kills our whole group spares it.
 *
 * A process that leaves its item's group by setsid or setpgid is not found by it: that is a
 * documented limit. */
#ifndef KNEE_WORKLOADS_PROCESS_KEEPER_H
#define KNEE_WORKLOADS_PROCESS_KEEPER_H

#include "core/base/err.h"
#include "workloads/process/companion.h"

#include <stdatomic.h>
#include <stddef.h>

#define KNEE_KEEPER_GROUPS 4104 /* every worker's, and some for commands of the controller */

struct knee_keeper {
    struct knee_companion companion;
    struct knee_keeper_page *page;
};

/* Shared with the keeper. A child writes its own number there before it executes anything: there is
 * no moment at which it lives unknown. */
struct knee_keeper_page {
    _Atomic int groups[KNEE_KEEPER_GROUPS]; /* 0: none */
    char directory[512];                    /* temporary files, to be removed; "": none */
};

int knee_keeper_open(struct knee_keeper *keeper, struct knee_err *err);

/* Ends all groups that live: first asks (SIGTERM), then kills what is left after a second. Returns
 * when their leaders have gone from the page, at most some seconds later. From any thread. */
void knee_keeper_end_groups(struct knee_keeper *keeper);

void knee_keeper_close(struct knee_keeper *keeper); /* safe on a zeroed one */

#endif
