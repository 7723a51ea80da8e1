/* SPDX-License-Identifier: MIT */
/* What a fleet says once the limit is known: who limits, how it is divided, and who is slow. */
#include "core/engine/engine.h"
#include "core/text/builder.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet_private.h"

#include <math.h>

#define HALF_WINDOWS 4

int knee_fleet_compare_half(struct knee_fleet *fleet, struct knee_engine_source *measure,
                            uint32_t level, uint64_t length_ns, double *ratio, struct knee_err *err)
{
    double sums[2] = {0};
    struct knee_window window;
    int status = 0;
    uint32_t half = (fleet->link->size + 1) / 2;
    *ratio = NAN;
    knee_engine_give_up_at(measure->engine, UINT64_MAX);
    for (int i = 0; i < 2 * HALF_WINDOWS && status == 0; i++) {
        /* all, half, half, all, ...: drift meets both alike */
        bool all = i % 4 == 0 || i % 4 == 3;
        fleet->taking_part = all ? fleet->link->size : half;
        status = knee_fleet_window(fleet, measure, UINT32_MAX, level, length_ns, &window, err);
        if (status == 0)
            sums[all] += window.throughput_per_s;
    }
    fleet->taking_part = fleet->link->size;
    if (status == 0 && sums[1] > 0)
        *ratio = sums[0] / sums[1];
    return status < 0 ? -1 : 0;
}

const char *knee_fleet_shares_text(const struct knee_fleet *fleet, uint32_t level, char *text,
                                   size_t text_bytes)
{
    struct knee_builder out;
    uint32_t hosts = fleet->link->size;
    knee_builder_over(&out, text, text_bytes);
    if (fleet->split == KNEE_FLEET_SPLIT_HOST) {
        knee_builder_add(&out, "%u on each of %u hosts: %u in all", level, hosts, level * hosts);
        return text;
    }
    knee_builder_add(&out, "%u in all: ", level);
    if (fleet->split != KNEE_FLEET_SPLIT_CPUS && level % hosts == 0) {
        knee_builder_add(&out, "%u on each of %u hosts", level / hosts, hosts);
        return text;
    }
    for (uint32_t i = 0; i < hosts && i < 16; i++) {
        uint32_t share = level / hosts + (i < level % hosts);
        if (fleet->split == KNEE_FLEET_SPLIT_CPUS)
            share = knee_fleet_share(level, hosts, fleet->weights, 0, 0, i);
        knee_builder_add(&out, "%s%u", i ? ", " : "", share);
    }
    knee_builder_add(&out, "%s on %u hosts", hosts > 16 ? " ..." : "", hosts);
    return text;
}
