/* SPDX-License-Identifier: MIT */
/* A sweep from several hosts: rank 0 searches as if it were alone, and each of its windows is one
 * of all hosts together. A window takes four exchanges: the order (what to do, to all), changed
 * (each host's part of the level is in flight; from here on all settle, also those whose part is
 * the same as before), settled (the word to go comes back), and the rows (each host's own window,
 * and the latencies' histograms summed). A host goes on at its level until the next order, which
 * rank 0 gives only when all rows are in: so every window lies inside a stretch in which all hosts
 * hold the level, without any agreement of clocks. Every wait has a deadline.
 *
 * Throughput is the sum of items / window over the hosts; percentiles are those of the summed
 * histograms. */
#ifndef KNEE_TUNER_SWEEP_FLEET_H
#define KNEE_TUNER_SWEEP_FLEET_H

#include "core/base/err.h"
#include "core/engine/engine.h"
#include "core/engine/measured.h"
#include "core/fleet/fleet_host.h"
#include "core/fleet/link.h"
#include "tuner/options/fleet_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct knee_engine_source;
struct knee_sweep;

struct knee_fleet; /* opaque */

/* Rank 0: meets the others and checks them, hands out the items, and opens DIR/hosts.csv later. A
 * usage error names the host and the option. */
int knee_fleet_open(struct knee_fleet **fleet, struct knee_sweep *sweep, struct knee_err *err);

/* The rows of each host go to DIR/hosts.csv from now on. */
int knee_fleet_journal(struct knee_fleet *fleet, const char *dir, struct knee_err *err);

/* All hosts open, or close, the engine of workload `index` of the plan. */
int knee_fleet_begin(struct knee_fleet *fleet, size_t index, const char *workload,
                     struct knee_err *err);
void knee_fleet_end(struct knee_fleet *fleet);

/* One window of all hosts, of which each holds `level` items with --split host, and all together
 * otherwise. 0, or as knee_engine_window(). */
int knee_fleet_window(struct knee_fleet *fleet, struct knee_engine_source *measure, uint32_t block,
                      uint32_t level, uint64_t length_ns, struct knee_measured *window,
                      struct knee_err *err);

/* The throughput of half of the hosts against that of all, with the bounds within which it is at
 * 95 % confidence; NAN: not measured. */
struct knee_fleet_half {
    double ratio, low, high;
};

/* The pick once more, on all hosts and on half of them in turn: who limits? Goes on until the
 * bounds tell, for at most `most_s` after the first round. */
int knee_fleet_compare_half(struct knee_fleet *fleet, struct knee_engine_source *measure,
                            uint32_t level, double most_s, struct knee_fleet_half *half,
                            struct knee_err *err);

enum knee_fleet_limiter { KNEE_FLEET_UNSETTLED, KNEE_FLEET_CLIENTS, KNEE_FLEET_SERVICE };

/* Clients limit if half of them give less than 95 % of the throughput. Pure. */
enum knee_fleet_limiter knee_fleet_limiter(const struct knee_fleet_half *half);

/* The bounds from the ratios of `count` pairs, at least 2 for finite ones. Pure. */
struct knee_fleet_half knee_fleet_half_of(const double *ratios, size_t count);

uint32_t knee_fleet_size(const struct knee_fleet *fleet);
uint32_t knee_fleet_machines(const struct knee_fleet *fleet); /* fewer if ranks share one */
double knee_fleet_cpus(const struct knee_fleet *fleet);       /* of all hosts; each counted once */
const struct knee_fleet_host *knee_fleet_host(const struct knee_fleet *fleet, uint32_t rank);

/* "40 in all: 10 on each of 4 hosts", "37 in all: 10, 9, 9, 9 on 4 hosts", or, if a level is that
 * of each host, "10 on each of 4 hosts: 40 in all". Returns `text`. */
const char *knee_fleet_shares_text(const struct knee_fleet *fleet, uint32_t level, char *text,
                                   size_t text_bytes);

/* Items of all hosts together at `level`, which with --split host is that of each. */
uint32_t knee_fleet_in_all(const struct knee_fleet *fleet, uint32_t level);

/* After an interrupt, which may come from a launcher that misses a host: the first one that does
 * not say that it is there, as knee_fleet_host_say() does; NULL: all of them do, or may be in
 * mid-window. */
const char *knee_fleet_find_silent(const struct knee_fleet *fleet,
                                   char said[KNEE_FLEET_HOST_SAID_BYTES]);

void knee_fleet_close(struct knee_fleet *fleet); /* safe on NULL */

/* For rank 0's engine, to wait for the others. */
struct knee_engine_others knee_fleet_others(struct knee_fleet *fleet);

/* The other ranks: obeys orders until the last one, and returns the code to exit with. */
int knee_fleet_serve(struct knee_link *link, struct knee_sweep *sweep);

/* A rank's part of `level`, with `hosts` of them taking part; `weights` by rank, NULL: all the
 * same. Deterministic: each rank finds the same. Pure. */
uint32_t knee_fleet_share(uint32_t level, uint32_t hosts, const double *weights, uint64_t seed,
                          uint32_t block, uint32_t rank);

#endif
