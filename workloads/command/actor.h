/* SPDX-License-Identifier: MIT */
/* workloads/command: the user's own command as a workload. The actor runs it on items, the first
 * look tries it before a sweep, items are what it is run on.
 *
 * This file: the actor. It runs each item as a process group of its own and leaves none behind,
 * whatever happens to either side. A slot belongs to one thread and runs one item at a time,
 * without allocating; it sums what its processes used, for any thread to read. */
#ifndef KNEE_WORKLOADS_COMMAND_ACTOR_H
#define KNEE_WORKLOADS_COMMAND_ACTOR_H

#include "core/base/err.h"
#include "core/engine/workload.h"
#include "workloads/command/items.h"
#include "workloads/process/process_usage.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Everything is borrowed and must outlive the actor. */
struct knee_actor_params {
    char *const *argv; /* with placeholders; at least one word */
    size_t argc;
    bool shell;                     /* runs the words, joined by blanks, with /bin/sh -c */
    const char *const *environment; /* NAME=VALUE, placeholders allowed */
    size_t environment_count;
    const struct knee_items *items; /* empty: the same command again and again */
    bool given;                     /* the caller has the items: see knee_actor_run_given() */
    const char *setup;              /* for /bin/sh -c; NULL: none. What it starts in the
                                       background lives until the actor is closed */
    const char *prepare, *cleanup;  /* likewise */
    const char *directory;          /* to run in; NULL: knee's own */
    const char *output_dir;         /* for what items print; NULL: it is dropped */
    uint64_t timeout_ns;            /* of one item; 0: none */
    uint32_t retries;
    bool fail_fast, ignore_failure, cold;
    uint64_t seed;
    const volatile sig_atomic_t *interrupted; /* ends setup and prepare; NULL: never */
};

struct knee_actor;      /* opaque */
struct knee_actor_slot; /* opaque */

/* Finds the program, starts the keeper, runs the set-up and the prepare command. */
int knee_actor_open(struct knee_actor **actor, const struct knee_actor_params *params,
                    struct knee_err *err);
/* Refuses what knee_actor_open() and the first item would: a program or a working directory that is
 * not there. Starts and writes nothing. */
int knee_actor_check(const struct knee_actor_params *params, struct knee_err *err);
/* Runs the clean-up command and ends every process that is left. `warning` gets the failure of the
 * clean-up command, or "". Safe on NULL. */
void knee_actor_close(struct knee_actor *actor, char *warning, size_t warning_bytes);

/* True if the command uses {n} and there are no items: then one run at a time, at level {n}. */
bool knee_actor_level_is_argument(const struct knee_actor *actor);
const struct knee_actor_params *knee_actor_params_of(const struct knee_actor *actor);

/* The state of the file that an item names, as the command sees it: relative to the directory that
 * it runs in. 0, or -1 with errno. */
int knee_actor_stat_item(const struct knee_actor *actor, const struct knee_item *item,
                         struct stat *info);

/* From now on windows go on through the list, and none gets the items of another: they start after
 * those that were used so far, and `skipped` more. No item may run meanwhile. */
void knee_actor_go_through(struct knee_actor *actor, size_t skipped);

/* Starts a window: its first item is the first of the block, or the next of all. A new block runs
 * the prepare command and goes on through the list. No item may run meanwhile. */
int knee_actor_begin(struct knee_actor *actor, uint32_t block, uint32_t level,
                     struct knee_err *err);

/* `index` from 0 to KNEE_ENGINE_LEVEL_MAX - 1; each is opened once at a time. NULL with errno. */
struct knee_actor_slot *knee_actor_slot_open(struct knee_actor *actor, uint32_t index);
void knee_actor_slot_close(struct knee_actor_slot *slot);

/* The end of one item. */
struct knee_actor_outcome {
    int error;  /* 0; the errno of a failed start; ETIMEDOUT; ECANCELED; EIO: see `status` */
    int status; /* of wait(2) */
    const struct knee_item *item; /* NULL: none */
    uint64_t wall_ns;
    struct rusage used;
};

/* Runs the next item, with its retries. `outcome` may be NULL. Returns 0 or the outcome's error;
 * with ignore_failure only if nothing could be started. */
int knee_actor_run(struct knee_actor_slot *slot, struct knee_actor_outcome *outcome);
/* Runs the item at `position` of the list instead, once. */
int knee_actor_run_at(struct knee_actor_slot *slot, size_t position,
                      struct knee_actor_outcome *outcome);

/* One attempt at an item that the caller has. */
struct knee_actor_attempt {
    struct knee_item item;
    int out_fd, err_fd;  /* where it prints */
    uint64_t timeout_ns; /* 0: none */
};
/* Runs it once. `outcome` and the return value are as above, but a failure is not noted, and an
 * exit code above 0 is one in spite of ignore_failure. */
int knee_actor_run_given(struct knee_actor_slot *slot, const struct knee_actor_attempt *attempt,
                         struct knee_actor_outcome *outcome);
/* The command line of the slot's last attempt, in one line; cut at `text_bytes`. */
void knee_actor_line(const struct knee_actor_slot *slot, char *text, size_t text_bytes);
/* Sets {n} from now on. From any thread. */
void knee_actor_set_level(struct knee_actor *actor, uint32_t level);
/* Sends a signal to everything that runs in slot `index`; does nothing if it is empty. */
void knee_actor_signal(struct knee_actor *actor, uint32_t index, int signal_number);

/* Ends what runs and starts nothing more. From any thread; takes some seconds at most. */
void knee_actor_cancel(struct knee_actor *actor);

/* Cumulative sums over all slots, including what still runs. */
void knee_actor_probe(struct knee_actor *actor, struct knee_workload_probe *probe);
/* Adds what the process in slot `index` is doing right now; nothing if there is none. */
void knee_actor_look(struct knee_actor *actor, uint32_t index, struct knee_process_usage *live);

/* The first failure: how it went, on which item, and the last line of its standard error; "" if
 * nothing has failed. */
void knee_actor_failure(struct knee_actor *actor, char *text, size_t text_bytes);
bool knee_actor_must_stop(struct knee_actor *actor); /* a failure with fail_fast */

/* "exit code 1", "was ended by signal 9 (Killed)", "ran longer than its timeout" and so on. */
const char *knee_actor_outcome_text(int error, int status, char *text, size_t text_bytes);

#endif
