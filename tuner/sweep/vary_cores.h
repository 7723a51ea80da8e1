/* SPDX-License-Identifier: MIT */
/* --vary cores: the same work on 1, 2, 4 ... of the allowed cores, then on all hardware threads;
 * each count is a workload of its own in the plan, the journal and the result. */
#ifndef KNEE_TUNER_SWEEP_VARY_CORES_H
#define KNEE_TUNER_SWEEP_VARY_CORES_H

#include "core/base/err.h"
#include "tuner/sweep/sweep.h"

#define KNEE_VARY_CORES_MAX 16 /* counts */

/* Can it go with the other options? */
int knee_vary_cores_check(const struct knee_sweep_options *options, struct knee_err *err);

/* How many PUs to use, ascending, for that many allowed cores and PUs: 1, 2, 4 ..., all cores, all
 * PUs. Returns how many there are. Pure. */
size_t knee_vary_cores_counts(uint32_t counts[KNEE_VARY_CORES_MAX], uint32_t cores, uint32_t pus);

/* Puts a workload for each count in the place of each that was planned. */
int knee_vary_cores_expand(struct knee_sweep *sweep, struct knee_err *err);

/* The calling thread, and what it starts, uses the workload's PUs alone; knee_vary_cores_release()
 * gives it all of them again. Both do nothing for a workload that uses all. */
int knee_vary_cores_bind(const struct knee_sweep *sweep,
                         const struct knee_sweep_plan_workload *planned, struct knee_err *err);
void knee_vary_cores_release(const struct knee_sweep *sweep,
                             const struct knee_sweep_plan_workload *planned);

#endif
