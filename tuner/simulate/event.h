/* SPDX-License-Identifier: MIT */
/* What happens once to a simulated machine, to all levels alike: `stall:from=3,for=2,factor=0.1`.
 * Windows are counted from 0 in the order in which they are measured. Pure. */
#ifndef KNEE_TUNER_SIMULATE_EVENT_H
#define KNEE_TUNER_SIMULATE_EVENT_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum knee_event_kind {
    KNEE_EVENT_STALL, /* all levels run at `factor` of their speed */
    KNEE_EVENT_FAIL,  /* the share `factor` of all items fails */
};

struct knee_event {
    enum knee_event_kind kind;
    uint64_t from, windows; /* it hits this many windows from this one on */
    double factor;          /* stall: above 0; fail: 0 to 1 */
};

/* Reads `KIND:from=W,for=W[,factor=X]` with the fields in any order. Without a factor a stall runs
 * at a tenth of the speed and half of the items fail. `what` is for the error. */
int knee_event_parse(struct knee_event *event, const char *what, const char *text,
                     struct knee_err *err);

bool knee_event_hits(const struct knee_event *event, uint64_t window);

#endif
