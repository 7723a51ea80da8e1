/* SPDX-License-Identifier: MIT */
/* The pieces of tuner/sweep/fleet.h: messages, a rank's share, and one window made of all rows. All
 * ranks run the same build, so messages are plain structs. */
#ifndef KNEE_TUNER_SWEEP_FLEET_PARTS_H
#define KNEE_TUNER_SWEEP_FLEET_PARTS_H

#include "core/base/histogram.h"
#include "tuner/fit/taken.h"
#include "tuner/sweep/fleet.h"

/* What a rank says before a window begins, and what rank 0 answers: the least of all. Twice, once
 * its part of the level is in flight and once that has settled. */
#define KNEE_FLEET_EXCHANGES 2
struct knee_fleet_ready {
    /* First: 1 it was in flight before, 0 it changed. Then: 1 settled, 0 cut short. -1 it cannot go
     * on. */
    int32_t state;
};

/* One host's part of a window. */
struct knee_fleet_row {
    int32_t status; /* 0, or as knee_engine_window(); then `error` says why */
    uint32_t share;
    double cpus;        /* that it may use */
    double own_cpus;    /* what it used while it measured, its items included; NAN unknown */
    double server_cpus; /* likewise, the servers that it knows of; NAN: none */
    char error[160];
    struct knee_measured window;
};

/* Does a message of another rank make sense? Its texts end, and its numbers are within their
 * ranges. Pure. */
bool knee_fleet_host_is_whole(const struct knee_fleet_host *host);
bool knee_fleet_row_is_whole(const struct knee_fleet_row *row);

/* CPUs of other work on that rank's machine, beside all ranks there and their servers; NAN unknown.
 * Pure. */
double knee_fleet_foreign_cpus(const struct knee_fleet_row *rows,
                               const struct knee_fleet_host *hosts, uint32_t count, uint32_t rank);

/* The window of all rows together; `hosts` by rank, `latencies` summed. Other work counts once a
 * machine. On each machine that it competes on it takes that machine's part of the level times its
 * part of the CPU time. `usual`, from the windows before, says whether the sum makes this one
 * invalid. Pure. */
void knee_fleet_merge(struct knee_measured *window, const struct knee_fleet_row *rows,
                      const struct knee_fleet_host *hosts, uint32_t count,
                      const struct knee_histogram_sum *latencies, struct knee_taken *usual);

/* --resume DIR: are the hosts those of the earlier plan, in any order? -1 with KNEE_USAGE. */
int knee_fleet_same_hosts(const char *const *before, size_t before_count,
                          const struct knee_fleet_host *hosts, size_t count, const char *dir,
                          struct knee_err *err);

#endif
