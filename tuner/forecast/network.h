/* SPDX-License-Identifier: MIT */
/* tuner/forecast says what a measured limit becomes on another machine: a closed network of
 * stations is fitted to a sweep's levels, and solved again with the other machine's numbers.
 *
 * This file: the network. n items circulate through three stations: the CPUs, a delay at which
 * nobody waits for anybody, and a pool that serves a fixed number at a time. It has a product form
 * (Gordon and Newell 1967), so throughput follows from its normalising constant by Buzen's
 * convolution (1973): with station i's factors f_i(j) = demand_i^j / (rate_i(1) ... rate_i(j)) and
 * G = f_1 * f_2 * f_3,
 *
 *     X(n) = G(n - 1) / G(n)
 *
 * Service times that vary less than exponential ones come closer to the asymptotic bounds min(n /
 * total demand, slowest station); `sharpness` says how far between the two. Pure. */
#ifndef KNEE_TUNER_FORECAST_NETWORK_H
#define KNEE_TUNER_FORECAST_NETWORK_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_NETWORK_LEVEL_MAX 4096u

/* The CPUs that items run on. */
struct knee_network_cpus {
    double cores;         /* >= 1, each serves one item at a time */
    double siblings;      /* hardware threads beyond one a core */
    double sibling_ratio; /* what one of them adds, as a share of a core */
    double quota;         /* CPUs that are granted, > 0; INFINITY: all */
};

/* Of the work; times in s, per item. */
struct knee_network {
    double cpu_s;    /* of CPU time on one core, > 0 */
    double delay_s;  /* >= 0 */
    double pool_s;   /* service time in the pool, >= 0 */
    double pool;     /* how many it serves at a time, >= 1; INFINITY: all */
    double crowding; /* each item that waits for the pool slows it down by this share, >= 0 */
    double contention, coherency; /* of CPUs that are busy at once: the USL's sigma and kappa */
    double sharpness;             /* 0: exponential service times; 1: the asymptotic bounds */
};

/* How many single cores' work `busy` items on the CPUs get done: cores first, then siblings, at
 * most the quota, less what contention and coherency take (Gunther 1993). */
double knee_network_cpu_rate(const struct knee_network *network,
                             const struct knee_network_cpus *cpus, double busy);

/* The most throughput that the CPUs allow at any level, and that the pool allows; items/s. */
double knee_network_cpu_bound(const struct knee_network *network,
                              const struct knee_network_cpus *cpus);
double knee_network_pool_bound(const struct knee_network *network);

/* Throughput at the levels 1 to `count` (at most KNEE_NETWORK_LEVEL_MAX): per_s[n - 1]. -1 out of
 * memory. O(count^2) at worst. */
int knee_network_solve(const struct knee_network *network, const struct knee_network_cpus *cpus,
                       double *per_s, size_t count, struct knee_err *err);

#endif
