/* SPDX-License-Identifier: MIT */
/* The slots of a run: each is a thread that runs one item at a time and says how it went. With the
 * lock, unless it says otherwise. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_SLOT_H
#define KNEE_TUNER_DISPATCH_DISPATCH_SLOT_H

#include "tuner/dispatch/dispatch_state.h"

void knee_dispatch_wake(struct knee_dispatch *run); /* slots for what may start now */
void knee_dispatch_reap(struct knee_dispatch *run); /* slots whose threads have left */
bool knee_dispatch_is_finished(const struct knee_dispatch *run);
void knee_dispatch_slots_close(struct knee_dispatch *run); /* without the lock */

#endif
