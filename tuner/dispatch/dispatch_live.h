/* SPDX-License-Identifier: MIT */
/* What a run shows while it goes on, and what whoever looks at it wants. The controller's, without
 * the lock. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_LIVE_H
#define KNEE_TUNER_DISPATCH_DISPATCH_LIVE_H

#include "tuner/dispatch/dispatch_state.h"

void knee_dispatch_show(struct knee_dispatch *run, double now_s);

#endif
