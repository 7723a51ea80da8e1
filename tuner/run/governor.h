/* SPDX-License-Identifier: MIT */
/* What a run yields to: other processes' load, and memory. It lowers the limit at once, by half and
 * again after a while, and raises it step by step when the pressure has gone. Pure: readings go in,
 * a cap comes out. */
#ifndef KNEE_TUNER_RUN_GOVERNOR_H
#define KNEE_TUNER_RUN_GOVERNOR_H

#include "tuner/run/run_reason.h"

#include <stdbool.h>
#include <stdint.h>

#define KNEE_GOVERNOR_NONE UINT32_MAX

struct knee_governor_params {
    double max_load_ratio;     /* of all CPUs, used by others; NAN: no bound */
    uint64_t max_memory_bytes; /* of all items together; 0: what is available */
    uint64_t min_free_bytes;   /* to be left on the host; 0: a twentieth of what binds */
    uint32_t min_level;
};

/* Unknown is NAN. */
struct knee_governor_reading {
    double time_s;
    double foreign_ratio;          /* of all CPUs, used by others */
    double items_bytes;            /* what running items have in memory */
    double item_peak_bytes;        /* what one item needs at most, as seen of late */
    double memory_available_bytes; /* of what binds: the host or a cgroup */
    double memory_total_bytes;
    double pressure_ratio; /* of the last 10 s in which all waited for memory (PSI full) */
};

struct knee_governor {
    struct knee_governor_params params;
    uint32_t cap; /* KNEE_GOVERNOR_NONE: none */
    double lowered_s, calm_s;
};

void knee_governor_init(struct knee_governor *governor, const struct knee_governor_params *params);

/* True when the cap has moved; `reason` is then LOAD, MEMORY or RECOVERED. `wanted` is the limit
 * without a cap. */
bool knee_governor_read(struct knee_governor *governor, const struct knee_governor_reading *reading,
                        uint32_t wanted, enum knee_run_reason *reason);

#endif
