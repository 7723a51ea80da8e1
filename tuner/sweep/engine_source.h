/* SPDX-License-Identifier: MIT */
/* The source of windows of a real sweep: the engine, and the host beside it. Chooses how long a
 * window is, keeps the budget, judges what disturbed it. */
#ifndef KNEE_TUNER_SWEEP_ENGINE_SOURCE_H
#define KNEE_TUNER_SWEEP_ENGINE_SOURCE_H

#include "core/base/err.h"
#include "core/engine/engine.h"
#include "core/engine/window.h"
#include "core/engine/workload.h"
#include "core/host/host.h"
#include "core/host/memory_guard.h"
#include "tuner/fit/points.h"
#include "tuner/fit/steady.h"
#include "tuner/fit/steal.h"
#include "tuner/fit/swing.h"
#include "tuner/levels/level_set.h"
#include "tuner/search/search.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_fleet;

struct knee_engine_source {
    /* Set by the caller. */
    struct knee_engine *engine;
    struct knee_host_probe *probe;
    double cpus;              /* the machine's; with a fleet those of all hosts */
    double here_cpus;         /* this machine's */
    uint64_t sweep_start_ns;  /* clock time that is 0 in the windows */
    uint64_t budget_ns;       /* for this workload */
    uint64_t spent_ns;        /* of it, by an earlier run */
    uint64_t window_ns;       /* --window; 0: auto */
    uint32_t width;           /* workers at every level, if the level is an argument; 0: level */
    double items_per_run;     /* what one run counts for; 0: one */
    double item_s;            /* mean of an item at level 1; 0: not known */
    double item_cpu_ratio;    /* CPUs that an item uses while it lasts; 0: not known */
    double quota_cpus;        /* that a CPU quota allows; 0, INFINITY: all */
    uint64_t quota_period_ns; /* of the CPU quota; 0: none */
    bool quota_holds;     /* it holds items back, so windows are fitted to its periods; at first:
                             the items compute. Found out by the windows themselves, too */
    bool servers_found;   /* by what they did at first: they may do something else later */
    bool server_unseen;   /* the service is on this host, and nobody knows its process */
    bool park_between;    /* nothing runs when a new block begins */
    bool keeps_latencies; /* of each window: percentiles are asked for */
    /* A window has been measured; a block has ended (`windows` are all so far). May be NULL. 0, or
     * -1 with `err` filled, which ends the search; on_block also 1: enough, nothing more is to be
     * gained. */
    void *context;
    int (*on_window)(void *context, const struct knee_measured *window, struct knee_err *err);
    int (*on_block)(void *context, const struct knee_window *windows, size_t count,
                    const struct knee_points *points, struct knee_err *err);
    bool guards_memory; /* of a command: its use grows with the level */
    /* Takes a window of several hosts, as knee_engine_source_take() does; NULL: this host alone. */
    struct knee_fleet *fleet;
    int (*take_together)(struct knee_fleet *fleet, struct knee_engine_source *measure,
                         uint32_t block, uint32_t level, uint64_t length_ns,
                         struct knee_measured *window, struct knee_err *err);
    /* The measure's own, zeroed. */
    struct knee_memory_guard guard;
    uint64_t start_ns; /* clock time of the first window */
    bool noisy;        /* windows of the same level vary: auto makes costly ones longer */
    uint32_t blocks;   /* that have begun */
    bool ran_out;      /* of budget: a window that was wanted was not measured */
    struct knee_engine_source_level {
        uint32_t level;
        double latency_s;    /* mean of an item, by Little's law: level / throughput */
        double overhead_s;   /* settling and holding, and what a window is longer than asked */
    } seen[KNEE_LEVELS_MAX]; /* ascending */
    size_t seen_count;
    struct knee_host_reading coarse_from; /* ticks are judged over stretches of 2 s */
    double coarse_server_s;
    double coarse_foreign;
    struct knee_engine_source_hang {
        uint32_t level; /* a window was given up here, since items did not end; 0: none */
        double waited_s, expected_s; /* for them, and what one was likely to take */
    } hang;
    double own_cpus, server_cpus; /* of the last window, with its settling; NAN: no servers */
    struct knee_steady steady;    /* other load that is always there */
    struct knee_steal steal;      /* the same of steal */
    struct knee_swing swing;      /* what items ask of servers that were found */
};

/* What the host does besides, from begin to end: fills the window's other work, steal and
 * throttling, and the measure's own_cpus and server_cpus. */
struct knee_engine_source_watch {
    struct knee_host_reading host;
    struct knee_workload_probe work;
};
void knee_engine_source_watch_begin(struct knee_engine_source *measure,
                                    struct knee_engine_source_watch *watch);
void knee_engine_source_watch_end(struct knee_engine_source *measure,
                                  const struct knee_engine_source_watch *watch,
                                  struct knee_measured *window);

/* One window of this host, with what the host itself saw of it; not judged. 0, or as
 * knee_engine_window(). */
int knee_engine_source_take(struct knee_engine_source *measure, uint32_t block, uint32_t level,
                            uint64_t length_ns, struct knee_measured *window, struct knee_err *err);

/* Is the window valid, beside what else went on? */
void knee_engine_source_judge(struct knee_engine_source *measure, struct knee_measured *window);

/* `source->context` is `measure`, which must outlive it. */
void knee_engine_source_make(struct knee_engine_source *measure, struct knee_search_source *source);

/* What an earlier run's windows, `count` in the order of time, tell of what a level costs. */
void knee_engine_source_recall(struct knee_engine_source *measure,
                               const struct knee_window *windows, size_t count);

/* How long a window at that level should be, by what has been seen so far. */
uint64_t knee_engine_source_length_ns(const struct knee_engine_source *measure, uint32_t level);

/* Time that this workload has used so far, an earlier run's included, in seconds. */
double knee_engine_source_elapsed_s(const struct knee_engine_source *measure);

#endif
