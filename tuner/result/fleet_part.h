/* SPDX-License-Identifier: MIT */
/* What one of several hosts had of a level: the means of its windows there. Pure. */
#ifndef KNEE_TUNER_RESULT_FLEET_PART_H
#define KNEE_TUNER_RESULT_FLEET_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A host with less than this of its share of the throughput is slow. */
#define KNEE_FLEET_PART_SLOW_RATIO .8

struct knee_fleet_part {
    char name[64];
    uint32_t rank;
    uint32_t windows;
    double share; /* items at once */
    double throughput_per_s;
    double of_share;     /* its share of the throughput over its share of the items; NAN unknown */
    double cpus;         /* that it may use, */
    double cpu_ratio;    /* the share of them that its items used, */
    double foreign_cpus; /* and what other work used */
    double latency_p99_s;
};

/* From sums over its windows to means, and each part's `of_share`. */
void knee_fleet_part_finish(struct knee_fleet_part *parts, size_t count);

/* The slowest, if it is a slow one; NULL: none is. */
const struct knee_fleet_part *knee_fleet_part_slow(const struct knee_fleet_part *parts,
                                                   size_t count);

#endif
