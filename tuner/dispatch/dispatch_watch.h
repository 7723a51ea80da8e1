/* SPDX-License-Identifier: MIT */
/* What the controller of a run looks at: the host, the running items, the limit file. Without the
 * lock. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_WATCH_H
#define KNEE_TUNER_DISPATCH_DISPATCH_WATCH_H

#include "tuner/dispatch/dispatch_state.h"

void knee_dispatch_watch_open(struct knee_dispatch *run);
/* The first look at what others use, when the first items run: it takes a millisecond. */
void knee_dispatch_watch_begin(struct knee_dispatch *run);
void knee_dispatch_watch(struct knee_dispatch *run, double now_s);
/* The number that the limit file holds; 0: none. */
uint32_t knee_dispatch_watch_file(const struct knee_dispatch *run);
/* With the lock. A number stays the limit until the file holds none (0). */
void knee_dispatch_watch_obey(struct knee_dispatch *run, uint32_t limit, double now_s);
void knee_dispatch_watch_close(struct knee_dispatch *run);

#endif
