/* SPDX-License-Identifier: MIT */
/* Which networks explain what was measured: draws from the posterior of a network's parameters,
 * given throughput at the levels of one or several core counts.
 *
 * Priors: the CPU time and the waiting of an item as measured (5 and 15 %); the share of the
 * waiting that is spent in a pool, mostly all of it (Beta(6, 1)); the pool larger than any level
 * measured, unless the levels say otherwise (4 % of the prior below, or 96 % if items were seen
 * waiting for anything but a CPU); contention, coherency and crowding log-uniform over ranges that
 * published fits of the USL cover; sharpness uniform. The likelihood is Student's t (4 degrees) on
 * log throughput, so that a single level does not bend the rest. Sampled by component-wise
 * Metropolis steps from several starts. Pure; the same seed gives the same draws. */
#ifndef KNEE_TUNER_FORECAST_NETWORK_FIT_H
#define KNEE_TUNER_FORECAST_NETWORK_FIT_H

#include "core/base/err.h"
#include "tuner/forecast/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_NETWORK_FIT_DRAWS 240
/* Levels above this are left out of a fit: they tell nothing that lower ones do not, and cost much.
 */
#define KNEE_NETWORK_FIT_LEVEL_MAX 512u

struct knee_network_fit_level {
    uint32_t level;
    double log_throughput, sd; /* of throughput in items/s; sd of its logarithm, > 0 */
};

/* One measurement, on one count of CPUs; levels ascending. */
struct knee_network_fit_group {
    struct knee_network_cpus cpus;
    const struct knee_network_fit_level *levels;
    size_t levels_count;
};

struct knee_network_fit_data {
    const struct knee_network_fit_group *groups;
    size_t groups_count;
    double cpu_s, wait_s; /* of an item, with hardly any other; cpu_s > 0, wait_s >= 0 */
    bool waits_elsewhere; /* when throughput stood still, items waited, and not for a CPU, */
    bool cpus_idle; /* and more of them were served than there are CPUs, which had time left */
    uint64_t seed;
};

struct knee_network_fit {
    struct knee_network draws[KNEE_NETWORK_FIT_DRAWS]; /* pool INFINITY: none was seen */
    double miss_ratio;      /* root mean square of (measured / model - 1), of the best network */
    double worst_ratio;     /* the largest of them, */
    uint32_t worst_level;   /* at this level */
    double pool_seen_ratio; /* share of the draws in which a pool bends the curve */
};

/* -1 out of memory. */
int knee_network_fit(struct knee_network_fit *fit, const struct knee_network_fit_data *data,
                     struct knee_err *err);

#endif
