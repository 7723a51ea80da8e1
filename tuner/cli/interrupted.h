/* SPDX-License-Identifier: MIT */
/* The words at the end of a sweep that a signal ended: how to go on, and which workloads no result
 * names because they had no turn yet. */
#ifndef KNEE_TUNER_CLI_INTERRUPTED_H
#define KNEE_TUNER_CLI_INTERRUPTED_H

#include "core/base/err.h"
#include "tuner/sweep/sweep.h"

/* After the signal of that number: -1 with KNEE_INTERRUPTED and more. `sweep` has its result. */
int knee_interrupted_say(const struct knee_sweep *sweep, int signalled, struct knee_err *err);

/* If it was enough (SIGUSR1): a warning, unless all was measured, if only in part. */
void knee_interrupted_warn(const struct knee_sweep *sweep);

#endif
