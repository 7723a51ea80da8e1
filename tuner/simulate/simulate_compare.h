/* SPDX-License-Identifier: MIT */
/* Comparisons of two known curves under chosen noise: the very judgement that `knee compare` makes.
 * Side by side, windows of base and new follow each other on one simulated machine. Stored, each
 * curve is swept by itself, and between the two sweeps the machine's speed changes by a draw from
 * KNEE_SIMULATE_COMPARE_MACHINE_SIGMA. */
#ifndef KNEE_TUNER_SIMULATE_SIMULATE_COMPARE_H
#define KNEE_TUNER_SIMULATE_SIMULATE_COMPARE_H

#include "core/base/err.h"
#include "tuner/compare/compare.h"
#include "tuner/simulate/simulate.h"

#include <stdbool.h>
#include <stdint.h>

#define KNEE_SIMULATE_COMPARE_MACHINE_SIGMA .06

struct knee_simulate_compare_params {
    const struct knee_curve *base, *fresh;
    struct knee_simulate_params sweep; /* noise; stored: strategy, cap and tolerance, too */
    double min_effect;
    bool stored;
};

struct knee_simulate_compare_trial {
    enum knee_compare_verdict verdict;
    double ratio; /* of the curve as a whole, new / base */
    bool knee_moved;
    uint32_t windows;
};

int knee_simulate_compare(struct knee_simulate_compare_trial *trial,
                          const struct knee_simulate_compare_params *params, uint64_t seed,
                          struct knee_err *err);

#endif
