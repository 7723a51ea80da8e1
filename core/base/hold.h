/* SPDX-License-Identifier: MIT */
/* Signals that ask the program to end (SIGINT, SIGTERM, SIGHUP), held back while something runs
 * that is to be ended properly first, as a program that draws: they stay pending, and the caller
 * looks for them. Those that are ignored stay ignored. Holds may be nested. Each call is by the
 * same thread, in a process that has no other thread by then. */
#ifndef KNEE_CORE_BASE_HOLD_H
#define KNEE_CORE_BASE_HOLD_H

#include <signal.h>

struct knee_hold {
    sigset_t held, before; /* signals; those that were blocked before */
};

void knee_hold_begin(struct knee_hold *hold);

/* The number of a signal that came meanwhile; 0: none. It stays pending. */
int knee_hold_seen(const struct knee_hold *hold);

/* Likewise, and takes all that came away: the caller acts on it. */
int knee_hold_take(struct knee_hold *hold);

/* What came and was not taken is delivered now, or by the end of the outer hold. */
void knee_hold_end(struct knee_hold *hold);

#endif
