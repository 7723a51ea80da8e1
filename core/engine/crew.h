/* SPDX-License-Identifier: MIT */
/* The crew: all workers of an engine and the gate before them. Private to the engine; every call
 * comes from the controller's thread. Where a function waits, it returns -1 as soon as the user
 * interrupts, or when it is time to give up; the crew is then good for nothing but its end. */
#ifndef KNEE_CORE_ENGINE_CREW_H
#define KNEE_CORE_ENGINE_CREW_H

#include "core/base/err.h"
#include "core/engine/engine.h"
#include "core/engine/worker.h"

#include <stdbool.h>
#include <stdint.h>

struct knee_crew {
    struct knee_engine_params params;
    struct knee_worker_gate *gate;
    struct knee_worker **workers;
    uint32_t workers_count; /* started so far; they stay, parked */
    uint32_t level;         /* running now; 0: all parked */
    uint64_t word;          /* published last */
    uint64_t give_up_ns;    /* clock time after which nothing is waited for; UINT64_MAX: never */
    void *shared;           /* the workload's; owned */
};

/* Allocates; runs nothing. 0 or -1 out of memory. */
int knee_crew_init(struct knee_crew *crew, const struct knee_engine_params *params,
                   struct knee_err *err);

/* Ends and joins every worker; the workload's shared state is still there. */
void knee_crew_end(struct knee_crew *crew);

/* Frees all, ending the workers first; safe on a zeroed crew. */
void knee_crew_release(struct knee_crew *crew);

/* Starts the workers that `level` needs and that never ran, and waits until each has entered. */
int knee_crew_start(struct knee_crew *crew, uint32_t level, struct knee_err *err);

/* Opens or closes the gate and waits until all at or beyond `level` are parked and all below it
 * run. */
int knee_crew_change_level(struct knee_crew *crew, uint32_t level);

/* After a change of level: each active worker ends an item, and 20 ms pass. An item that takes
 * more than ten times `expected_latency_ns` (0: unknown, wait for all) is not waited for:
 * *settled is then false. */
int knee_crew_settle(struct knee_crew *crew, double expected_latency_ns, bool *settled);

/* Publishes a window's edges, sleeps through it, and holds the level until every worker has
 * crossed the end: their tallies are then complete. Where few items end in it, by what the last
 * ones took or by `expected_latency_ns` (0: unknown), its end is that of the first item that ends
 * at or after `length_ns` (about; up to a tenth of an item earlier, and of the length): a window of
 * whole items at one in flight. */
int knee_crew_run_window(struct knee_crew *crew, uint64_t length_ns, double expected_latency_ns,
                         uint64_t *start_ns, uint64_t *end_ns);

#endif
