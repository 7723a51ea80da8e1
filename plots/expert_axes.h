/* SPDX-License-Identifier: MIT */
/* The axes of the expert charts that are not of levels: their ranges, round ticks and units, as
 * variables of the script. For the folder's expert charts alone; expert.h has the rest. Errors of
 * writing stay in `out`. */
#ifndef KNEE_PLOTS_EXPERT_AXES_H
#define KNEE_PLOTS_EXPERT_AXES_H

#include "plots/axis.h"
#include "plots/expert.h"

#include <stdio.h>

#define KNEE_EXPERT_AXES_TOP 1.12 /* room on a linear axis, for the labels */

/* Throughput and speedup, with the ideal and the CPUs' bound. */
void knee_expert_axes_rates(const struct knee_expert *expert, double height_px, FILE *out);

/* Latencies in the unit that reads best, and the limit's own. Returns the axis of the p99, in
 * seconds. */
struct knee_axis knee_expert_axes_latencies(const struct knee_expert *expert, double width_px,
                                            double height_px, FILE *out);

#endif
