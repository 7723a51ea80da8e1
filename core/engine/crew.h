/* SPDX-License-Identifier: MIT */
/* The crew: all workers of an engine and the gate that they pass. Private to the engine; every call
 * comes from the controller's thread. A function that waits returns -1 as soon as the user
 * interrupts or it is time to give up; after that the crew can only be ended. */
#ifndef KNEE_CORE_ENGINE_CREW_H
#define KNEE_CORE_ENGINE_CREW_H

#include "core/base/err.h"
#include "core/engine/engine.h"
#include "core/engine/worker.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct knee_crew {
    struct knee_engine_params params;
    struct knee_worker_gate *gate;
    struct knee_worker **workers;
    uint32_t workers_count;  /* started so far; they stay alive, parked */
    uint32_t level;          /* running now; 0: all parked */
    bool is_part;            /* of the level: other hosts hold the rest of it */
    bool holds_several;      /* a worker holds more than one item */
    uint64_t word;           /* published last */
    uint64_t settle_ns;      /* the shortest settling, if it is longer than 20 ms */
    uint64_t give_up_ns;     /* clock time at which waiting ends; UINT64_MAX: never */
    bool stopped;            /* knee was stopped during the last window: see run_window */
    sigset_t signals_before; /* of the controller, which blocks SIGCONT */
    bool blocks_continue;
    void *shared; /* the workload's; owned */
};

/* Allocates; runs nothing. 0 or -1 out of memory. */
int knee_crew_init(struct knee_crew *crew, const struct knee_engine_params *params,
                   struct knee_err *err);

/* Ends and joins every worker; the workload's shared state stays. */
void knee_crew_end(struct knee_crew *crew);

/* Frees all, ending the workers first; safe on a zeroed crew. */
void knee_crew_release(struct knee_crew *crew);

/* Starts the workers that `level` needs and that never ran yet, and waits until each has entered.
 */
int knee_crew_start(struct knee_crew *crew, uint32_t level, struct knee_err *err);

/* Sets the gate to `level` and waits until the first `level` workers run and the others park. */
int knee_crew_change_level(struct knee_crew *crew, uint32_t level);

/* After a change of level: waits until each active worker has ended an item and 20 ms (or
 * `settle_ns`) have passed, but not for items that take more than ten times `expected_latency_ns`
 * (0: unknown, waits for all): *settled is then false. */
int knee_crew_settle(struct knee_crew *crew, double expected_latency_ns, bool *settled);

/* Publishes a window's edges, sleeps through it, and holds the level until every worker has crossed
 * the end: their tallies are then complete. If few items end in it (judged by the last ones and by
 * `expected_latency_ns`; 0: unknown), the window ends with the first item that ends after
 * `length_ns`, or up to a tenth of an item or of the window earlier: with one item in flight it
 * holds whole items. With a part of the level it ends on the clock: it begins when the last host
 * has settled, in the middle of this one's items, and nobody here may rest before the others'
 * windows end. */
int knee_crew_run_window(struct knee_crew *crew, uint64_t length_ns, double expected_latency_ns,
                         uint64_t *start_ns, uint64_t *end_ns);

/* The controller, which sleeps in short stretches, woke `late_ns` after it was due. Of that time it
 * waited `starved_ns` for a CPU; all threads of the process together ran for `ran_ns`. Was the
 * process stopped (a frozen cgroup, a paused machine)? Then the clock went on, and the items did
 * not. If others only kept it from a CPU, knee's own threads or a server that works for the items,
 * the items went on, and so did the window. */
bool knee_crew_was_stopped(uint64_t late_ns, uint64_t starved_ns, uint64_t ran_ns);

#endif
