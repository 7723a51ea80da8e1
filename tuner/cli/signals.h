/* SPDX-License-Identifier: MIT */
/* Signals that ask the program to end: noted, so that the windows so far are written first. */
#ifndef KNEE_TUNER_CLI_SIGNALS_H
#define KNEE_TUNER_CLI_SIGNALS_H

#include <signal.h>

/* From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored) are noted. Returns the
 * number of the signal that came; 0 until then. A second signal ends the program as it would any
 * other. */
const volatile sig_atomic_t *knee_signals_catch(void);

#endif
