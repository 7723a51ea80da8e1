/* SPDX-License-Identifier: MIT */
/* A token bucket: a disk, a network or a service that lets through a base rate, and more than that
 * as long as credit is left. What a level uses below the base rate is credit for later. So whether
 * a window is fast depends on what ran before it, and no level has a throughput of its own. What
 * lasts is the lesser of a level's own throughput and the base rate: a ceiling. Pure.
 *
 * How it is told from other trouble: levels of different speed all show the ceiling, again and
 * again, as long as nothing was saved; they are fast only after windows that saved as much as they
 * then use; and levels below the ceiling are never slower than before. A stall ends without saving,
 * a slower mode or state is followed by a faster one at any time. */
#ifndef KNEE_TUNER_FIT_CEILING_H
#define KNEE_TUNER_FIT_CEILING_H

#include "core/engine/window.h"

#include <stddef.h>

struct knee_ceiling {
    double rate_per_s; /* INFINITY: there is none */
    size_t start;      /* index of the first window that it held back */
    double fall_ratio; /* the ceiling against the fastest level's own throughput; 1: none */
};

/* `windows` in the order of time. Without memory no ceiling is found. */
void knee_ceiling_find(struct knee_ceiling *ceiling, const struct knee_window *windows,
                       size_t count);

/* What a window of this throughput lost or gained because of the ceiling, log units: 0 up to the
 * ceiling, above it what it was faster. */
double knee_ceiling_excess(double rate_per_s, double throughput_per_s);

#endif
