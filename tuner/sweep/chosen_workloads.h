/* SPDX-License-Identifier: MIT */
/* The workloads that a command line names. */
#ifndef KNEE_TUNER_SWEEP_CHOSEN_WORKLOADS_H
#define KNEE_TUNER_SWEEP_CHOSEN_WORKLOADS_H

#include "core/base/err.h"
#include "core/engine/workload.h"
#include "tuner/options/arguments.h"
#include "tuner/store/sweep_plan.h"

#include <stddef.h>

#define KNEE_CHOSEN_WORKLOADS_MAX KNEE_SWEEP_PLAN_WORKLOADS_MAX

/* Fills `chosen` from the operands, each once, in their order; `all` or no operand means those
 * that need not be named. An unknown name is a usage error of the command, with a suggestion. */
int knee_chosen_workloads(const struct knee_arguments *arguments,
                          const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX],
                          size_t *count, struct knee_err *err);

/* One workload by its name, with the same error of `command`. */
int knee_chosen_workload(const char *name, const char *command,
                         const struct knee_workload **workload, struct knee_err *err);

#endif
