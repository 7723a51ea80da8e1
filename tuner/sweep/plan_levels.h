/* SPDX-License-Identifier: MIT */
/* Which levels a workload's sweep tries, on the machine that was read. */
#ifndef KNEE_TUNER_SWEEP_PLAN_LEVELS_H
#define KNEE_TUNER_SWEEP_PLAN_LEVELS_H

#include "tuner/sweep/sweep.h"

/* The candidates of a planned workload whose class is known; `needs` is what one item takes. */
void knee_plan_levels_set(struct knee_sweep_plan_workload *planned, uint32_t default_max_level,
                          const struct knee_machine *machine,
                          const struct knee_machine_needs *needs, const struct knee_sweep *sweep);

#endif
