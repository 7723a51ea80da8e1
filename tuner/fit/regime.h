/* SPDX-License-Identifier: MIT */
/* Burst credit: a disk, a network or a virtual CPU that runs fast until its credit is used up, and
 * at its base rate from then on. Throughput steps down in time, at the levels that were faster than
 * the base rate, and stays there; levels below it go on as before. Then the later regime is the one
 * that lasts, and the earlier windows say nothing of it. Pure. */
#ifndef KNEE_TUNER_FIT_REGIME_H
#define KNEE_TUNER_FIT_REGIME_H

#include "core/engine/window.h"

#include <stddef.h>

struct knee_regime {
    size_t start;      /* index of its first window; 0: one regime all along */
    double fall_ratio; /* throughput of the levels that fell, against before */
};

/* `windows` in the order of time. A stall, after which windows are as fast as before, is not a
 * step; neither is anything if memory runs out. */
void knee_regime_find(struct knee_regime *regime, const struct knee_window *windows, size_t count);

/* The same of all windows that have a throughput, rejected ones too: for a sweep that was too
 * disturbed to have others. */
void knee_regime_find_seen(struct knee_regime *regime, const struct knee_window *windows,
                           size_t count);

#endif
