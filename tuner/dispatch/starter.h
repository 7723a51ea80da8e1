/* SPDX-License-Identifier: MIT */
/* Starts the items of a run, if not on this host alone: a run asks it for a host before
 * each attempt. All calls but cancel() come from the slots' threads. */
#ifndef KNEE_TUNER_DISPATCH_STARTER_H
#define KNEE_TUNER_DISPATCH_STARTER_H

#include "workloads/command/actor.h"

#include <stddef.h>
#include <stdint.h>

/* The error of an attempt whose host was lost: it is to run again. */
#define KNEE_STARTER_LOST EHOSTDOWN

struct knee_starter {
    void *context;
    /* The host for the next attempt in slot `index`; its name lives as long as the starter. */
    const char *(*place)(void *context, uint32_t index);
    /* Runs it there, as knee_actor_run_given() does; `own` is this host's slot, `level` the {n}.
     * `line` gets the command line. */
    void (*run)(void *context, uint32_t index, struct knee_actor_slot *own, uint32_t level,
                const struct knee_actor_attempt *attempt, struct knee_actor_outcome *outcome,
                char *line, size_t line_bytes);
    /* As knee_actor_signal() and knee_actor_cancel(), wherever it runs. */
    void (*signal)(void *context, uint32_t index, int signal_number);
    void (*cancel)(void *context);
};

#endif
