/* SPDX-License-Identifier: MIT */
/* The class of work, from the shares of an item's time at level 1. Pure. */
#ifndef KNEE_TUNER_LEVELS_CLASSIFY_H
#define KNEE_TUNER_LEVELS_CLASSIFY_H

#include "core/engine/workload.h"

#include <stdbool.h>
#include <stdint.h>

/* Shares of an item's time. */
struct knee_classify_shares {
    double cpu_ratio;  /* above 1 if one item uses several CPUs */
    double disk_ratio; /* waiting for a disk */
    double wait_ratio; /* waiting for the network or for anything else */
};

/* cpu from 80 % of CPU time on, mixed from 50 %, below that io or net, whichever is waited for
 * longer. *borderline (may be NULL): within 5 points of another class. */
enum knee_class knee_classify(const struct knee_classify_shares *shares, bool *borderline);

/* Items that keep `cpus` CPUs full when they wait for nothing shared: CPUs over the share that one
 * uses (the asymptotic bound N* of closed networks; Denning and Buzen, ACM Computing Surveys 10(3),
 * 1978). At least 1, at most `level_max`. */
uint32_t knee_classify_knee(const struct knee_classify_shares *shares, double cpus,
                            uint32_t level_max);

/* "high" below a CV of 0.2, "medium" below 0.5, "low"; "" unknown. */
const char *knee_classify_consistency(double cv);

#endif
