/* SPDX-License-Identifier: MIT */
/* One axis of time for hosts.csv. No answer depends on it: windows are right without any agreement
 * of clocks. */
#include "tuner/sweep/fleet_private.h"

#define PINGS 20
#define PINGS_FEW 4 /* with more hosts than MANY: they are asked one after the other */
#define MANY 64

/* The clock of host `rank` less this one's, by Cristian's rule: at the moment half-way between ping
 * and answer, for the pair that took the least time. */
static int read_clock(struct knee_fleet *fleet, uint32_t rank, uint32_t pings, struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    uint64_t least_ns = UINT64_MAX;
    for (uint32_t i = 0; i < pings; i++) {
        uint64_t before_ns = knee_clock_now_ns(), theirs_ns = 0;
        uint64_t deadline_ns = before_ns + KNEE_FLEET_ANSWER_NS;
        if (link->send(link->context, rank, &before_ns, sizeof before_ns, deadline_ns, err) ||
            knee_fleet_hear(fleet, rank, &theirs_ns, sizeof theirs_ns, deadline_ns, err))
            return -1;
        uint64_t took_ns = knee_clock_now_ns() - before_ns;
        if (took_ns >= least_ns)
            continue;
        least_ns = took_ns;
        fleet->ahead_ns[rank] = (int64_t)(theirs_ns - before_ns) - (int64_t)(took_ns / 2);
    }
    return 0;
}

int knee_fleet_read_clocks(struct knee_fleet *fleet, struct knee_err *err)
{
    uint32_t pings = fleet->link->size > MANY ? PINGS_FEW : PINGS;
    struct knee_fleet_order clock = {.what = KNEE_FLEET_CLOCK, .index = pings};
    if (knee_fleet_give(fleet, &clock, KNEE_FLEET_ANSWER_NS, err))
        return -1;
    for (uint32_t i = 1; i < fleet->link->size; i++)
        if (read_clock(fleet, i, pings, err))
            return -1;
    return 0;
}
