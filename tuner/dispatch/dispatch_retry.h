/* SPDX-License-Identifier: MIT */
/* Items that wait for the pause before their next attempt: a heap, the earliest first. With the
 * lock. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_RETRY_H
#define KNEE_TUNER_DISPATCH_DISPATCH_RETRY_H

#include "tuner/dispatch/dispatch_state.h"

/* Takes over the item's text. Out of memory, the run ends with an error. */
void knee_dispatch_retry_push(struct knee_dispatch *run, const struct knee_dispatch_item *item);
struct knee_dispatch_item knee_dispatch_retry_pop(struct knee_dispatch *run); /* not when empty */

#endif
