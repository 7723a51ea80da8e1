/* SPDX-License-Identifier: MIT */
/* tuner/dispatch runs items for `knee run`: it reads them, starts them, shows their output, and
 * keeps the journal.
 *
 * This file: one run, which does each item of a list once, under a limit. A slot is a thread that
 * runs one item at a time with the process actor; a controller, the caller's thread, tunes the
 * limit, watches the host, and shows how far it is. Everything that several of them touch is under
 * one lock, which is held for microseconds, never during a system call that may wait.
 *
 * The journal says at any moment which items are done (tuner/store/run_journal.h). */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_H
#define KNEE_TUNER_DISPATCH_DISPATCH_H

#include "core/base/err.h"
#include "tuner/dispatch/item_output.h"
#include "tuner/dispatch/item_source.h"
#include "tuner/dispatch/starter.h"
#include "tuner/levels/machine.h"
#include "tuner/run/governor.h"
#include "tuner/run/run_policy.h"
#include "tuner/run/run_result.h"
#include "tuner/run/run_view.h"
#include "tuner/store/run_journal.h"
#include "workloads/command/actor.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What handlers of signals count; the run looks at them. */
struct knee_dispatch_signals {
    volatile sig_atomic_t interrupts; /* 1: nothing new starts; 2: what runs is ended */
    volatile sig_atomic_t number;     /* of the last of these */
    volatile sig_atomic_t up, down;   /* SIGUSR1, SIGUSR2 */
};

/* Borrowed, and must outlive the run. */
struct knee_dispatch_params {
    struct knee_actor *actor; /* opened with `given` */
    const char *directory;    /* for the journal and limits.csv */
    const char *command;      /* as a title */
    /* The items: a stream, or a list in memory (list is not NULL). */
    struct knee_item_source_params items; /* `arrived` is set here */
    const struct knee_item_source_item *list;
    size_t list_count;
    const struct knee_run_past *past; /* of the run that goes on; NULL: a new one */
    bool only_failed;                 /* with `past`: just what failed */
    struct knee_item_output_params output;
    const char *joblog; /* NULL: none */
    /* The limit. */
    bool automatic;
    uint32_t start;                     /* 0: from the first items */
    uint32_t min_level, max_level;      /* max_level 0: by the class of work */
    const struct knee_machine *machine; /* of all hosts together */
    uint32_t hosts;                     /* how many these are; 0: this one */
    const struct knee_starter *starter; /* NULL: items run here */
    const char *limit_file;             /* NULL: none */
    struct knee_governor_params governor;
    bool evict; /* if memory is short: end the youngest items beyond the limit, to run them again */
    /* Failures. */
    bool ignore_failure;
    uint32_t retries;
    struct knee_run_retry_on retry_on;
    struct knee_run_timeout timeout;
    struct knee_run_halt halt;
    /* Batches. */
    uint64_t batch; /* items; 0: none */
    uint64_t pause_ns;
    bool pause_memory; /* until the memory is back */
    uint64_t seed;
    struct knee_dispatch_signals *signals;
    const struct knee_run_view *view; /* NULL: nothing is shown */
};

/* Runs all of it. -1 only when it could not begin, or broke (`result` says what was done all the
 * same, once it had begun: `result->items` > 0); how the items went is in `result`, which is to be
 * released. */
int knee_dispatch_run(const struct knee_dispatch_params *params, struct knee_run_result *result,
                      struct knee_err *err);

#endif
