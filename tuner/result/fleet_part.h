/* SPDX-License-Identifier: MIT */
/* What one of several hosts had of a level: the means of its windows there, and whether it is slow.
 * Pure.
 *
 * In each window that several hosts take part in, a host's part is compared with theirs: its share
 * of the throughput over its share of the items. The mean over the windows is known to within
 * Student's t of their spread (95 % for all hosts together, by Bonferroni), so a host is called
 * slow only if chance does not explain it. */
#ifndef KNEE_TUNER_RESULT_FLEET_PART_H
#define KNEE_TUNER_RESULT_FLEET_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A host with less than this of its share of the throughput is slow. */
#define KNEE_FLEET_PART_SLOW_RATIO .8
#define KNEE_FLEET_PART_CONFIDENCE_RATIO .95

struct knee_fleet_part {
    char name[64];
    uint32_t rank;
    uint32_t windows;
    double share; /* items at once */
    double throughput_per_s;
    double of_share; /* its share of the throughput over its share of the items; NAN unknown */
    /* Its bounds; NAN: fewer than 2 windows in which others took part, too. */
    double of_share_low, of_share_high;
    double cpus;         /* that it may use, */
    double cpu_ratio;    /* the share of them that its items used, */
    double foreign_cpus; /* and what other work used */
    double latency_p99_s;
    uint32_t compared; /* windows with others, and what it had of its share in them: */
    double compared_sum, compared_squares;
};

/* One host's part of a window. */
struct knee_fleet_part_row {
    uint32_t rank;
    double share, throughput_per_s;
};

/* Compares the hosts that took part in one window. `parts` by rank. */
void knee_fleet_part_compare(struct knee_fleet_part *parts, const struct knee_fleet_part_row *rows,
                             size_t count);

/* From sums over its windows to means, and each part's `of_share` with its bounds. */
void knee_fleet_part_finish(struct knee_fleet_part *parts, size_t count);

/* Is it slow beyond chance? */
bool knee_fleet_part_is_slow(const struct knee_fleet_part *part);

/* The slowest of those that are slow; NULL: none is. */
const struct knee_fleet_part *knee_fleet_part_slow(const struct knee_fleet_part *parts,
                                                   size_t count);

/* Could each host be compared with the others? */
bool knee_fleet_part_all_compared(const struct knee_fleet_part *parts, size_t count);

#endif
