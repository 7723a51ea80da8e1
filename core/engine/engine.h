/* SPDX-License-Identifier: MIT */
/* The engine: keeps exactly `level` items of a workload in flight and measures windows.
 *
 * Workers are threads in a closed loop, one item each. Those at or beyond the level are parked;
 * a change of level wakes or parks only the difference, so that levels can interleave and the
 * machine's drift cancels in their comparison. A window is preceded by settling and followed by a
 * hold; what lies across an edge is credited by the part inside (see engine.c for what each of
 * them prevents). One thread, the controller, calls everything here. */
#ifndef KNEE_CORE_ENGINE_ENGINE_H
#define KNEE_CORE_ENGINE_ENGINE_H

#include "core/base/err.h"
#include "core/engine/window.h"
#include "core/engine/workload.h"
#include "core/host/topology.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_ENGINE_LEVEL_MAX 4096u

struct knee_engine; /* opaque */

/* What a test takes away, to show what it prevents. Zeroed in every real run. */
struct knee_engine_faults {
    bool no_settling;
    bool no_credit;              /* items count whole, where they end inside */
    bool no_completion;          /* every window ends on the clock */
    bool no_hold;                /* implies no_completion */
    uint64_t controller_late_ns; /* the controller oversleeps the window's end by this */
};

struct knee_engine_params {
    const struct knee_workload *workload;
    struct knee_workload_setup setup; /* copied; what it points to must outlive the engine */
    uint32_t width; /* workers that run whatever the level is: it is an argument; 0: the level */
    enum knee_pin pin;
    const struct knee_topology *topology; /* for `pin`; may be NULL with KNEE_PIN_NONE */
    /* Becomes non-zero when the user interrupts: knee_engine_window() then returns early. May be
     * NULL. */
    const volatile sig_atomic_t *interrupted;
    struct knee_engine_faults faults;
};

/* Runs the workload's setup; no worker runs yet. `warning` gets one line or "". */
int knee_engine_open(struct knee_engine **engine, const struct knee_engine_params *params,
                     char *warning, size_t warning_bytes, struct knee_err *err);

/* Measures one window of `length_ns` at `level` (where fewer than 100 items end in it: until the
 * first that ends then), after a change of level where it differs from the
 * last. Fills everything in `window` but what belongs to the machine (NAN); `start_ns` is the
 * clock's own time. 0; 1 where it was time to give up: the engine can then only be closed; -1 with
 * KNEE_FAILED, or with KNEE_INTERRUPTED where the user did (`window` is then untouched). */
int knee_engine_window(struct knee_engine *engine, uint32_t block, uint32_t level,
                       uint64_t length_ns, struct knee_window *window, struct knee_err *err);

/* Windows that have not ended by then (UINT64_MAX: whenever) are given up: where hundreds of items
 * fight for the CPUs, settling may take far longer than anyone could foresee. */
void knee_engine_give_up_at(struct knee_engine *engine, uint64_t clock_ns);

/* The workload's own counters, now. */
void knee_engine_probe(struct knee_engine *engine, struct knee_workload_probe *probe);

/* Parks every worker: nothing of ours runs until the next window. */
void knee_engine_park(struct knee_engine *engine);

/* Ends and joins the workers, runs the teardown. Safe on NULL. */
void knee_engine_close(struct knee_engine *engine);

#endif
