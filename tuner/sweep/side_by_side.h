/* SPDX-License-Identifier: MIT */
/* Two sweeps' work measured side by side: windows of base and new follow each other at each level,
 * in random order, so that the machine's drift cancels in their ratio. */
#ifndef KNEE_TUNER_SWEEP_SIDE_BY_SIDE_H
#define KNEE_TUNER_SWEEP_SIDE_BY_SIDE_H

#include "core/base/err.h"
#include "tuner/compare/paired.h"
#include "tuner/sweep/sweep.h"

#include <stddef.h>
#include <stdint.h>

struct knee_side_by_side {
    struct knee_sweep *sides[2]; /* base and new: planned, one workload each; borrowed */
    double min_effect;
    struct knee_paired_pair *pairs; /* owned; zeroed before the first use, like the rest */
    size_t pairs_count, pairs_room;
    size_t look; /* at which they are to be judged */
};

/* Measures until the verdict is clear or the budget of the base's plan is gone. The windows go to
 * the sides' records and, if the base has one, its journal. Without --levels the levels are 1, 2, 4
 * ... up to four times the rule of thumb. -1 on an error or an interrupt: the windows so far are
 * there. */
int knee_side_by_side_measure(struct knee_side_by_side *both, struct knee_err *err);
void knee_side_by_side_release(struct knee_side_by_side *both); /* safe on a zeroed one */

#endif
