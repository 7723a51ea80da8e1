/* SPDX-License-Identifier: MIT */
/* What a slot runs next: a retry that is due, or the next item of the list that an earlier run has
 * not done. With the lock. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_TAKE_H
#define KNEE_TUNER_DISPATCH_DISPATCH_TAKE_H

#include "tuner/dispatch/dispatch_state.h"

bool knee_dispatch_may_start(const struct knee_dispatch *run, double now_s);
/* The slot's next item, with its start; false when it has nothing to do. */
bool knee_dispatch_take(struct knee_dispatch *run, struct knee_dispatch_slot *slot);

#endif
