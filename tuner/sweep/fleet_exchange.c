/* SPDX-License-Identifier: MIT */
/* Rank 0's exchanges with the other hosts, and what becomes of one that does not answer. */
#include "tuner/sweep/fleet_private.h"
#include "tuner/sweep/sweep.h"

#define ALIVE_NS (500 * KNEE_NS_PER_MS)

int knee_fleet_lose(struct knee_fleet *fleet, uint32_t rank, const char *what, struct knee_err *err)
{
    char said[KNEE_FLEET_HOST_SAID_BYTES];
    fleet->link->lost = true;
    return knee_err_set(err, KNEE_FAILED,
                        "%s %s; the windows so far are kept: go on with the same hosts and "
                        "--resume",
                        knee_fleet_host_say(fleet->hosts[rank].name, rank, said), what);
}

/* The first rank that does not say that it is there; 0: all of them do. */
static uint32_t find_silent(const struct knee_link *link)
{
    for (uint32_t i = 1; i < link->size; i++)
        if (link->ask_alive(link->context, i, knee_clock_now_ns() + ALIVE_NS))
            return i;
    return 0;
}

const char *knee_fleet_find_silent(const struct knee_fleet *fleet,
                                   char said[KNEE_FLEET_HOST_SAID_BYTES])
{
    if (knee_clock_now_ns() < fleet->link->busy_until_ns)
        return NULL;
    uint32_t silent = find_silent(fleet->link);
    if (silent == 0)
        return NULL;
    return knee_fleet_host_say(fleet->hosts[silent].name, silent, said);
}

int knee_fleet_lose_silent(struct knee_fleet *fleet, struct knee_err *err)
{
    uint32_t silent = find_silent(fleet->link);
    if (silent > 0)
        return knee_fleet_lose(fleet, silent, "does not answer", err);
    fleet->link->lost = true;
    return knee_err_set(err, KNEE_FAILED,
                        "an exchange of all hosts did not end; the windows so far are kept: go on "
                        "with the same hosts and --resume");
}

int knee_fleet_give(struct knee_fleet *fleet, struct knee_fleet_order *order, uint64_t wait_ns,
                    struct knee_err *err)
{
    order->seed = fleet->sweep->plan.seed;
    order->split = fleet->split;
    int status = knee_fleet_order_give(fleet->link, order, wait_ns, err);
    return status && fleet->link->lost ? knee_fleet_lose_silent(fleet, err) : status;
}

int knee_fleet_hear(struct knee_fleet *fleet, uint32_t rank, void *data, size_t bytes,
                    uint64_t deadline_ns, struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    int status = link->receive(link->context, rank, data, bytes, deadline_ns, err);
    return status == 1 ? knee_fleet_lose(fleet, rank, "does not answer", err) : status;
}
