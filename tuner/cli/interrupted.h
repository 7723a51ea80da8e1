/* SPDX-License-Identifier: MIT */
/* The words at the end of a sweep that a signal ended: how to go on, and which workloads no result
 * names because they had no turn yet. */
#ifndef KNEE_TUNER_CLI_INTERRUPTED_H
#define KNEE_TUNER_CLI_INTERRUPTED_H

#include "core/base/err.h"
#include "tuner/sweep/sweep.h"

/* Of what comes before any measuring, as reading the items, which a signal ends: if it failed and
 * the signal of that number came (0: none), that is why. Returns `status`. */
int knee_interrupted_early(int status, int signalled, struct knee_err *err);

/* After the signal of that number: -1 with KNEE_INTERRUPTED and more. `sweep` has its result. */
int knee_interrupted_say(const struct knee_sweep *sweep, int signalled, struct knee_err *err);

/* If it was enough (SIGUSR1): a warning, unless all was measured, if only in part. */
void knee_interrupted_warn(const struct knee_sweep *sweep);

#endif
