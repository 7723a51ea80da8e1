/* SPDX-License-Identifier: MIT */
/* A run over a known curve: the controller of `knee run --limit auto` takes windows of a simulated
 * machine, and what it loses against the best level all along is counted. The same seed gives the
 * same run on every machine. */
#ifndef KNEE_TUNER_SIMULATE_SIMULATE_RUN_H
#define KNEE_TUNER_SIMULATE_SIMULATE_RUN_H

#include "core/base/err.h"
#include "tuner/simulate/curve.h"
#include "tuner/simulate/simulate.h"

#include <stdint.h>

#define KNEE_SIMULATE_RUN_WINDOWS 400 /* of 3 s: 20 minutes */

struct knee_simulate_run_params {
    struct knee_simulate_noise noise;
    struct knee_simulate_trouble trouble;
    const struct knee_curve *curve;
    const struct knee_curve *change; /* the curve from `change_ratio` of the run on; NULL: none */
    double change_ratio;             /* 0 to 1 */
    /* Spread of the items' own lengths: a window in which N items end then varies by
     * item_cv / sqrt(N) more. A window lasts until 8 have ended. */
    double item_cv;
    uint32_t start;
    uint32_t windows; /* above 0 */
};

struct knee_simulate_run_trial {
    double loss_ratio; /* mean over the windows of 1 - X(level) / max X, true values */
    uint32_t limit_last;
    uint64_t moves;
};

int knee_simulate_run_trial(struct knee_simulate_run_trial *trial,
                            const struct knee_simulate_run_params *params, uint64_t seed,
                            struct knee_err *err);

#endif
