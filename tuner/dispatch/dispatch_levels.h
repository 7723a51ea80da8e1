/* SPDX-License-Identifier: MIT */
/* What a run has seen of each limit, in windows of its own. With the lock. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_LEVELS_H
#define KNEE_TUNER_DISPATCH_DISPATCH_LEVELS_H

#include "tuner/dispatch/dispatch_state.h"

/* A window under today's limit: how long it was, and the items in it, by weight. */
void knee_dispatch_levels_add(struct knee_dispatch *run, double length_s, double work);

/* At the end: the spread of each; then the smallest level close to the best, of those that were
 * seen often enough (`last` when none was), and its throughput's ratio to another's (NAN: unknown).
 */
void knee_dispatch_levels_finish(struct knee_dispatch *run);
uint32_t knee_dispatch_levels_best(const struct knee_dispatch *run, uint32_t last);
double knee_dispatch_levels_ratio(const struct knee_dispatch *run, uint32_t level, uint32_t best);

#endif
