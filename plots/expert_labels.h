/* SPDX-License-Identifier: MIT */
/* Names of points that lie anywhere in the panel: throughput over p99. */
#ifndef KNEE_PLOTS_EXPERT_LABELS_H
#define KNEE_PLOTS_EXPERT_LABELS_H

#include "plots/axis.h"
#include "plots/expert.h"

#include <stdio.h>

/* A `set label` for every level whose name finds room about its point: first the limit, then the
 * ends, powers of two and the rest. `p99` is the horizontal axis, in seconds; the vertical one is
 * linear from 0 to `top` times the highest throughput. */
void knee_expert_labels(const struct knee_expert *expert, const struct knee_axis *p99,
                        double height_px, double top, FILE *out);

#endif
