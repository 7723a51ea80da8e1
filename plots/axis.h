/* SPDX-License-Identifier: MIT */
/* A logarithmic axis of levels: where a level lies, which levels get their number, and round steps
 * for the linear axis beside it. Pure. */
#ifndef KNEE_PLOTS_AXIS_H
#define KNEE_PLOTS_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From `low` to `high`, `width_px` wide. */
struct knee_axis {
    double low, high, width_px;
};

/* From level `first` to level `last`, with a margin that keeps dots off the frame. A single level
 * gets a range around itself. */
struct knee_axis knee_axis_make(uint32_t first, uint32_t last, double width_px);

/* Distance from the left end; `level` > 0. */
double knee_axis_px(const struct knee_axis *axis, double level);

/* Chooses the levels that show their number: as many as fit without touching. Those of `wanted`
 * (may be NULL) come first, in its order, then the two ends, powers of two, and the rest. `levels`
 * ascend; `digit_px` is the width of a digit; `numbered` has `count` elements. */
void knee_axis_number(const struct knee_axis *axis, double digit_px, const uint32_t *levels,
                      size_t count, const uint32_t *wanted, size_t wanted_count, bool *numbered);

/* The weight of level i in that order: 0 is a wanted one, 3 one of the rest. */
int knee_axis_weight(const uint32_t *levels, size_t count, size_t i, const uint32_t *wanted,
                     size_t wanted_count);

/* A round step that divides 0..high into up to five parts, fewer on an axis of few pixels. */
double knee_axis_step(double high, double length_px);

#endif
