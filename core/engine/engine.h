/* SPDX-License-Identifier: MIT */
/* core/engine: keeps exactly `level` items of a workload in flight and measures windows. It knows a
 * workload only by its interface (core/engine/workload.h).
 *
 * Workers are threads in a closed loop, one item each. Those at or beyond the level are parked; a
 * change of level wakes or parks only the difference, so that levels can interleave and the
 * machine's drift cancels in their comparison. Before a window the level settles, after it the
 * level is held; an item that lies across an edge is credited by the part inside (engine.c says
 * what each of them prevents). One thread, the controller, calls everything here.
 *
 * If other hosts hold parts of the same level, a change on one of them is a change for all: each
 * settles again, from the moment on at which the last one has changed. And each holds its part
 * until its next window, as the others' windows may still run. */
#ifndef KNEE_CORE_ENGINE_ENGINE_H
#define KNEE_CORE_ENGINE_ENGINE_H

#include "core/base/err.h"
#include "core/base/histogram.h"
#include "core/engine/measured.h"
#include "core/engine/workload.h"
#include "core/host/topology.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_ENGINE_LEVEL_MAX 4096u

struct knee_engine; /* opaque */

/* Steps that a test leaves out, to show what they prevent. Zeroed in every real run. */
struct knee_engine_faults {
    bool no_settling;
    bool no_credit;              /* an item that ends inside counts whole, others not at all */
    bool no_completion;          /* every window ends on the clock */
    bool no_hold;                /* implies no_completion */
    uint64_t controller_late_ns; /* the controller oversleeps the window's end by this */
    uint64_t publish_late_ns;    /* it is preempted in the middle of publishing a word */
    uint64_t rest_late_ns;       /* a worker is preempted before it rests */
};

/* How to wait for other hosts, each of which holds a part of the level. Each function returns
 * 0, or as knee_engine_window(). */
struct knee_engine_others {
    /* This host's part is in flight, and `changed` says whether it was not before. Returns when all
     * hosts are that far; sets `changed` if it holds for any of them. */
    int (*changed)(void *context, bool *changed, struct knee_err *err);
    /* The level has settled here (`settled`, or it was cut short) and is held. Returns when it has
     * on all of them; clears `settled` if it was cut short on one. */
    int (*settled)(void *context, bool *settled, struct knee_err *err);
    void *context;
};

struct knee_engine_params {
    const struct knee_workload *workload;
    struct knee_workload_setup setup; /* copied; what it points to must outlive the engine */
    uint32_t width; /* workers that run at every level, which is an argument then; 0: the level */
    enum knee_pin pin;
    const struct knee_topology *topology; /* for `pin`; may be NULL with KNEE_PIN_NONE */
    /* Non-zero once the user interrupts: knee_engine_window() then returns early. May be NULL. */
    const volatile sig_atomic_t *interrupted;
    /* Asked every 100 ms during a window: true ends it, as if it were time to give up. May be NULL.
     */
    bool (*must_end)(void *context);
    void *must_end_context;
    /* CPU time of servers that are part of the work but not of the workload, since some moment, in
     * seconds; NAN: there are none. May be NULL. */
    double (*servers_cpu_s)(void *context);
    void *servers_context;
    struct knee_engine_others others; /* copied; zeroed: this host is alone */
    struct knee_engine_faults faults;
};

/* Runs the workload's setup; no worker runs yet. `warning` gets one line or "". */
int knee_engine_open(struct knee_engine **engine, const struct knee_engine_params *params,
                     char *warning, size_t warning_bytes, struct knee_err *err);

/* With other hosts: the levels of the next windows are this host's parts of `in_all`. */
void knee_engine_part_of(struct knee_engine *engine, uint32_t in_all);

/* Measures one window of `length_ns` at `level`, after a change of level if it differs from the
 * last. If fewer than 100 items end in it, and this host holds all of the level, the window lasts
 * until the next one ends. Fills everything in `window` except the machine's fields (NAN);
 * `start_ns` is the clock's own time. Returns 0; 1 if it was time to give up (the engine can then
 * only be closed); or -1 with KNEE_FAILED, or KNEE_INTERRUPTED if the user interrupted (`window` is
 * then untouched). */
int knee_engine_window(struct knee_engine *engine, uint32_t block, uint32_t level,
                       uint64_t length_ns, struct knee_measured *window, struct knee_err *err);

/* Did threads hold several items each in the last window? Then their waits for a CPU are not those
 * of items. */
bool knee_engine_holds_several(const struct knee_engine *engine);

/* The latencies of the last window's successful items; valid until the next. */
const struct knee_histogram_sum *knee_engine_latencies(const struct knee_engine *engine);

/* From now on settling after a change of level lasts this long at least. Under a CPU quota it takes
 * a whole period: what the level before has left of the current one, or has taken of it, is not
 * this level's. 0: as short as may be. */
void knee_engine_settle_at_least(struct knee_engine *engine, uint64_t settle_ns);

/* A window that has not ended by then (UINT64_MAX: no limit) is given up: when hundreds of items
 * fight for the CPUs, settling may take far longer than planned. */
void knee_engine_give_up_at(struct knee_engine *engine, uint64_t clock_ns);

/* The workload's own counters, now, and the servers' CPU time. */
void knee_engine_probe(struct knee_engine *engine, struct knee_workload_probe *probe);

/* Parks every worker: no item runs until the next window. Returns whether any ran. */
bool knee_engine_park(struct knee_engine *engine);

/* Ends and joins the workers, runs the teardown. Safe on NULL. */
void knee_engine_close(struct knee_engine *engine);

#endif
