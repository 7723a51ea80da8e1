/* SPDX-License-Identifier: MIT */
/* Orders: what rank 0 tells all other ranks to do, one after the other, until the last. All ranks
 * run the same build, so messages are plain structs. */
#ifndef KNEE_CORE_FLEET_FLEET_ORDER_H
#define KNEE_CORE_FLEET_FLEET_ORDER_H

#include "core/base/err.h"
#include "core/fleet/link.h"

#include <stdint.h>

enum knee_fleet_what {
    KNEE_FLEET_HELLO,  /* say who you are */
    KNEE_FLEET_ITEMS,  /* a sweep: `bytes` of items follow; make the command ready */
    KNEE_FLEET_BEGIN,  /* open the engine of workload `index` */
    KNEE_FLEET_CLOCK,  /* say `index` times what time it is */
    KNEE_FLEET_WINDOW, /* measure */
    KNEE_FLEET_FINISH, /* close the engine */
    KNEE_FLEET_RUN,    /* a run: a command of `bytes` follows; then items come one by one */
    KNEE_FLEET_END,    /* return `code` */
};

struct knee_fleet_order {
    uint32_t what, index, block, level;
    uint32_t hosts; /* how many take part: the first ones */
    int32_t code;
    uint64_t length_ns, bytes, seed;
    uint32_t split; /* enum knee_fleet_split */
    char workload[64];
};

/* Rank 0: to all. A host that does not take it within `wait_ns` makes the link a lost one. */
int knee_fleet_order_give(struct knee_link *link, struct knee_fleet_order *order, uint64_t wait_ns,
                          struct knee_err *err);

/* The other ranks: obeys orders until the last one, and returns the code to exit with. `obey`
 * returns 0, or -1 when no more can be taken; NULL: it takes part in nothing, and only waits. */
int knee_fleet_order_take(struct knee_link *link,
                          int (*obey)(void *context, const struct knee_fleet_order *order),
                          void *context);

/* Rank 0, last: the others return `code`. If a host was lost, waits for the launcher to end all,
 * then ends them itself. */
void knee_fleet_order_end(struct knee_link *link, int code);

#endif
