/* SPDX-License-Identifier: MIT */
#include "core/fleet/fleet_order.h"

#include "core/base/clock.h"

#include <unistd.h>

/* After a loss the launcher ends everything within this time, or rank 0 does. */
#define LAUNCHER_S 15
#define END_NS (10 * KNEE_NS_PER_S)

int knee_fleet_order_give(struct knee_link *link, struct knee_fleet_order *order, uint64_t wait_ns,
                          struct knee_err *err)
{
    int status =
        link->broadcast(link->context, order, sizeof *order, knee_clock_now_ns() + wait_ns, err);
    if (status != 1)
        return status;
    link->lost = true;
    return knee_err_set(err, KNEE_FAILED,
                        "a host does not take orders any more; the results so far are kept");
}

int knee_fleet_order_take(struct knee_link *link,
                          int (*obey)(void *context, const struct knee_fleet_order *order),
                          void *context)
{
    struct knee_fleet_order order;
    while (link->broadcast(link->context, &order, sizeof order, UINT64_MAX, NULL) == 0) {
        if (order.what == KNEE_FLEET_END) {
            link->dismissed = true;
            return order.code;
        }
        if (obey && obey(context, &order))
            break;
    }
    return KNEE_FAILED;
}

void knee_fleet_order_end(struct knee_link *link, int code)
{
    struct knee_fleet_order end = {.what = KNEE_FLEET_END, .code = code};
    if (!link->lost && knee_fleet_order_give(link, &end, END_NS, NULL) == 0)
        return;
    sleep(LAUNCHER_S);
    link->abort(link->context, code);
}
