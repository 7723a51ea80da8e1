/* SPDX-License-Identifier: MIT */
/* What a run shows itself on while it goes on, and what may be asked of it from there. The run
 * calls all of these from one thread, its controller's; each must return within milliseconds. */
#ifndef KNEE_TUNER_RUN_RUN_VIEW_H
#define KNEE_TUNER_RUN_RUN_VIEW_H

#include "tuner/run/run_live.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wishes of whoever looks. */
struct knee_run_wish {
    int limit_steps; /* +1 raises the limit by one, -1 lowers it */
    bool toggle_pause;
    bool stop; /* as the first Ctrl-C: nothing new starts */
};

struct knee_run_view {
    void *context;
    /* About ten times a second. Keys that were pressed become wishes (zeroed beforehand). */
    void (*show)(void *context, const struct knee_run_live *live, struct knee_run_wish *wish);
    /* Around each write of items' output to `fd` (1 or 2); both NULL or neither. Whatever draws on
     * the same terminal keeps still in between. `whole`: it ended with a line feed.
     * Called from any thread, one at a time. */
    void (*before_print)(void *context, int fd);
    void (*after_print)(void *context, int fd, bool whole);
};

#endif
