/* SPDX-License-Identifier: MIT */
/* What becomes of the run when an attempt has ended. With the lock. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_COUNT_H
#define KNEE_TUNER_DISPATCH_DISPATCH_COUNT_H

#include "tuner/dispatch/dispatch_state.h"

void knee_dispatch_count(struct knee_dispatch *run, struct knee_dispatch_slot *slot,
                         const struct knee_dispatch_end *end);

#endif
