/* SPDX-License-Identifier: MIT */
/* workloads/parts: computing, pacing and files, shared by the built-in workloads.
 *
 * This file: computing. One serial chain mixes integer and floating-point steps in registers alone,
 * so that its time depends only on the core's speed. An item is a fixed number of rounds,
 * calibrated once in setup: a core that is shared or slowed shows as fewer items, not as smaller
 * ones. Thread safe, no state. */
#ifndef KNEE_WORKLOADS_PARTS_BURN_H
#define KNEE_WORKLOADS_PARTS_BURN_H

#include <stdint.h>

/* Computes `rounds` rounds from `seed`. The result depends on every round: the caller must use it
 * (feed it back as the next seed), so that no compiler removes the work. */
uint64_t knee_burn(uint64_t rounds, uint64_t seed);

/* Rounds per nanosecond of CPU time on a core of this machine: the median of short runs by the
 * thread's CPU clock, after a warm-up, so that a busy machine does not distort it. Takes about
 * 5 ms. Two calls differ by some per cent. */
double knee_burn_rounds_per_ns(void);

/* The rounds that take `ns`, at least 1. With `rounds_per_ns` 0 it is measured now. */
uint64_t knee_burn_rounds(uint64_t ns, double rounds_per_ns);

#endif
