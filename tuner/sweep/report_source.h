/* SPDX-License-Identifier: MIT */
/* The source of windows if the command measures itself (--rate): one run at level {n} is one
 * window, of any length and without settling, and the throughput is what the command reports. */
#ifndef KNEE_TUNER_SWEEP_REPORT_SOURCE_H
#define KNEE_TUNER_SWEEP_REPORT_SOURCE_H

#include "core/base/err.h"
#include "core/engine/window.h"
#include "core/host/host.h"
#include "core/text/reported.h"
#include "tuner/fit/points.h"
#include "tuner/search/search.h"
#include "tuner/sweep/servers.h"
#include "workloads/command/actor.h"

#include <signal.h>
#include <stdint.h>

struct knee_report_source {
    /* Set by the caller. */
    struct knee_actor *actor;
    struct knee_host_probe *probe;
    const struct knee_reported *rate, *latency; /* `latency` may be NULL: unknown */
    struct knee_servers *servers;               /* that are part of the work */
    double cpus;                                /* the machine's */
    uint64_t sweep_start_ns;                    /* clock time that is 0 in the windows */
    uint64_t budget_ns;                         /* for this workload */
    uint64_t spent_ns;                          /* of it, by an earlier run */
    uint64_t timeout_ns;                        /* of one run; 0: none */
    double item_s;                              /* what one run takes; 0: not known */
    const volatile sig_atomic_t *interrupted;   /* the signal's number */
    /* As in struct knee_engine_source. */
    void *context;
    int (*on_window)(void *context, const struct knee_measured *window, struct knee_err *err);
    int (*on_block)(void *context, const struct knee_window *windows, size_t count,
                    const struct knee_points *points, struct knee_err *err);
    /* The source's own, zeroed. */
    struct knee_actor_slot *slot;
    uint64_t start_ns; /* clock time of the first window */
    double longest_s;  /* of the runs so far */
    uint32_t runs;
    bool ran_out; /* of budget: a run that was wanted did not begin */
};

/* `source->context` is `report`, which must outlive it. */
void knee_report_source_make(struct knee_report_source *report, struct knee_search_source *source);
void knee_report_source_close(struct knee_report_source *report); /* safe on a zeroed one */

double knee_report_source_elapsed_s(const struct knee_report_source *report);

#endif
