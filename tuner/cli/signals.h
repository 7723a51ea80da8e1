/* SPDX-License-Identifier: MIT */
/* Signals that ask the program to end: noted, so that the windows so far are written first. */
#ifndef KNEE_TUNER_CLI_SIGNALS_H
#define KNEE_TUNER_CLI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored) are noted. Returns the
 * number of the signal that came; 0 until then. A second signal ends the program as it would any
 * other. */
const volatile sig_atomic_t *knee_signals_catch(void);

/* SIGUSR1 is noted in the same way, as often as it comes: the windows so far are enough. A
 * rank that serves only gets it since launchers send it to all: `ignore`. Programs that are started
 * do not inherit this. */
void knee_signals_catch_enough(bool ignore);

#endif
