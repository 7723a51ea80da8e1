/* SPDX-License-Identifier: MIT */
/* Items that fail: because of the level, or because of the time? Pure.
 *
 * A server that refuses more than 40 connections fails at every level above, whenever asked. An
 * outage or a used-up quota fails at all levels alike, for a stretch of windows. So a level fails
 * by itself only if it failed twice and a lower level did not in between: one stretch of trouble
 * cannot do that. And it must have failed in most of its windows. Any other window that fails more
 * often than level 1 by KNEE_ERRORS_RATIO was hit by the time. */
#ifndef KNEE_TUNER_FIT_FAILING_H
#define KNEE_TUNER_FIT_FAILING_H

#include "core/engine/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A level fails too often if its failed ratio exceeds level 1's by this: ten points are seen in one
 * window of a hundred items, and no one would want such a limit for the speed's sake. */
#define KNEE_ERRORS_RATIO .10

/* What became of the items of one window. */
struct knee_failing_window {
    uint32_t level_index; /* of its level; UINT32_MAX: skip the window */
    bool hit;             /* out: fails because of the time */
    double ratio;         /* failed items of all items; NAN: there were none */
    double lost;          /* the caller's: log of the throughput that this cost it */
};

struct knee_failing_level {
    double ratio; /* of the windows that were not hit; 0 if there are none */
    bool itself;  /* fails by itself */
    bool suspect; /* failed in every window so far, but perhaps because of the time */
};

/* `windows` in the order of measuring, `levels` in ascending order. Returns how many were hit. */
size_t knee_failing_find(struct knee_failing_window *windows, size_t windows_count,
                         struct knee_failing_level *levels, size_t levels_count);

/* The failed items of all items of a window; NAN if there were none. */
double knee_failing_ratio(const struct knee_window *window);

#endif
