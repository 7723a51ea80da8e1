/* SPDX-License-Identifier: MIT */
/* The limit of a run: windows between changes, the climb, and what caps it. The controller's, with
 * the lock. A higher limit lets items begin when the controller looks the next time. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_TUNE_H
#define KNEE_TUNER_DISPATCH_DISPATCH_TUNE_H

#include "tuner/dispatch/dispatch_state.h"

void knee_dispatch_tune_start(struct knee_dispatch *run);
void knee_dispatch_tune(struct knee_dispatch *run, double now_s);
void knee_dispatch_set_limit(struct knee_dispatch *run, uint32_t wanted,
                             struct knee_run_decision *decision, double now_s);
/* Another number of CPUs may be used than `before`. */
void knee_dispatch_tune_cpus(struct knee_dispatch *run, uint32_t before, double now_s);
/* Windows begin again only after everything has settled. */
void knee_dispatch_unsettle(struct knee_dispatch *run, double now_s);
/* Someone chose a limit: it stays so, or the climb goes on from there. */
void knee_dispatch_ask(struct knee_dispatch *run, uint32_t limit, bool stays, double now_s);

#endif
