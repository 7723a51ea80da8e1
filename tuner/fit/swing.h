/* SPDX-License-Identifier: MIT */
/* A server that was found to work for the items may also do something of its own later: vacuum, a
 * backup, other clients. At one level an item asks as much of it each time. So its CPU time an item
 * is compared with that in the level's earlier windows, and a clear excess is other work.
 * Pure. */
#ifndef KNEE_TUNER_FIT_SWING_H
#define KNEE_TUNER_FIT_SWING_H

#include "core/engine/measured.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_SWING_SAMPLES 96

/* What the last windows saw. Zeroed: nothing yet. */
struct knee_swing {
    struct knee_swing_sample {
        uint32_t level;
        double item_s;        /* of the servers' CPU time */
    } at[KNEE_SWING_SAMPLES]; /* a ring */
    size_t seen;              /* in all */
};

/* Notes a window. Returns how many CPUs its servers used beyond what its items ask for; 0 as long
 * as too little is known. If servers use more for good, that soon counts as the items' need. */
double knee_swing_note(struct knee_swing *swing, const struct knee_measured *window);

#endif
