/* SPDX-License-Identifier: MIT */
/* The parameters of a sweep's workloads: what --param makes of them. */
#ifndef KNEE_TUNER_SWEEP_PLAN_PARAMETERS_H
#define KNEE_TUNER_SWEEP_PLAN_PARAMETERS_H

#include "core/base/err.h"
#include "core/engine/workload.h"
#include "tuner/options/work_options.h"
#include "tuner/store/sweep_plan.h"

#include <stddef.h>

/* Does each --param name a parameter of one of the chosen workloads? -1 with a usage error. */
int knee_plan_parameters_check(const struct knee_work_options *options,
                               const struct knee_workload *const *chosen, size_t count,
                               struct knee_err *err);

/* The parameters of `planned`: the workload's, with those of --param. -1 if a value is wrong. */
int knee_plan_parameters_set(struct knee_sweep_plan_workload *planned,
                             const struct knee_workload *workload,
                             const struct knee_work_options *options, struct knee_err *err);

/* What the workload is set up with, by name: a parameter that the plan of an older knee does not
 * have keeps its default. -1 if the plan has one that this knee's workload has not, or a value that
 * it does not take. */
int knee_plan_parameters_values(const struct knee_sweep_plan_workload *planned,
                                const struct knee_workload *workload,
                                double values[KNEE_PARAMETERS_MAX], struct knee_err *err);

/* Has this knee the built-in workloads of an earlier plan, with these parameters? -1: no. */
int knee_plan_parameters_known(const struct knee_sweep_plan *plan, struct knee_err *err);

#endif
