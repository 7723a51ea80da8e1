/* SPDX-License-Identifier: MIT */
/* The band of an expert chart as data that gnuplot fills rightly. For the folder's expert charts
 * alone. Errors of writing stay in `out`. */
#ifndef KNEE_PLOTS_EXPERT_BAND_H
#define KNEE_PLOTS_EXPERT_BAND_H

#include "plots/expert.h"

#include <stdio.h>

/* Rows `level,low,high` of what of the band lies above `bottom_per_s`, the lower end of the panel
 * (0: all): gnuplot fills wrong areas, even beside the panel, if corners lie below it. So the
 * places at which an edge enters the panel become corners, and lower values are raised to its end.
 */
void knee_expert_band_put(const struct knee_expert *expert, double bottom_per_s, FILE *out);

#endif
