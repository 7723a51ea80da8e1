/* SPDX-License-Identifier: MIT */
/* The process actor: runs a command on items, one process group each, and leaves none behind,
 * whatever happens to either side.
 *
 * Slots are threads' own: a slot runs one item at a time, and nothing is allocated while it does.
 * What its processes used is summed there, to be read from any thread. */
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

/* All is borrowed and must outlive the actor. */
struct knee_actor_params {
    char *const *argv; /* with placeholders; at least one word */
    size_t argc;
    bool shell;                     /* the words, joined by blanks, are for /bin/sh -c */
    const char *const *environment; /* NAME=VALUE, placeholders allowed */
    size_t environment_count;
    const struct knee_items *items; /* empty: the same command again and again */
    bool given;        /* items come one by one, to knee_actor_run_given(); `items` is empty */
    const char *setup; /* for /bin/sh -c; NULL: none */
    const char *prepare, *cleanup;
    const char *directory;  /* to run in; NULL: ours */
    const char *output_dir; /* where what items print is kept; NULL: thrown away */
    uint64_t timeout_ns;    /* of one item; 0: none */
    uint32_t retries;
    bool fail_fast, ignore_failure, cold;
    uint64_t seed;
    const volatile sig_atomic_t *interrupted; /* ends setup and prepare; NULL: nothing does */
};

struct knee_actor;      /* opaque */
struct knee_actor_slot; /* opaque */

/* Finds the program, starts the keeper, runs the set-up and the prepare command. */
int knee_actor_open(struct knee_actor **actor, const struct knee_actor_params *params,
                    struct knee_err *err);
/* Runs the clean-up command and ends every process that is left; what fails in it goes into
 * `warning` ("" else). Safe on NULL. */
void knee_actor_close(struct knee_actor *actor, char *warning, size_t warning_bytes);

/* {n} is the level, and there is no item: one run at a time, whose width is an argument. */
bool knee_actor_level_is_argument(const struct knee_actor *actor);
const struct knee_actor_params *knee_actor_params_of(const struct knee_actor *actor);

/* The next item is the first of the block; in a new block the list goes on, after the prepare
 * command, which must not run beside items. */
int knee_actor_begin(struct knee_actor *actor, uint32_t block, uint32_t level,
                     struct knee_err *err);

/* `index` from 0 to KNEE_ENGINE_LEVEL_MAX - 1; each is opened once at a time. NULL with errno. */
struct knee_actor_slot *knee_actor_slot_open(struct knee_actor *actor, uint32_t index);
void knee_actor_slot_close(struct knee_actor_slot *slot);

/* How one item went. */
struct knee_actor_outcome {
    int error;  /* 0; errno of a start that failed; ETIMEDOUT; ECANCELED; EIO: see `status` */
    int status; /* of wait(2) */
    const struct knee_item *item; /* NULL: none */
    uint64_t wall_ns;
    struct rusage used;
};

/* Runs the next item, again after a failure as often as is allowed. `outcome` may be NULL. 0, or
 * its error: with ignore_failure only where nothing could be started. */
int knee_actor_run(struct knee_actor_slot *slot, struct knee_actor_outcome *outcome);
/* The one at `position` of the list instead, once. */
int knee_actor_run_at(struct knee_actor_slot *slot, size_t position,
                      struct knee_actor_outcome *outcome);

/* One attempt at an item that the caller has. */
struct knee_actor_attempt {
    struct knee_item item;
    int out_fd, err_fd;  /* where it prints */
    uint64_t timeout_ns; /* 0: none */
};
/* Runs it once. `outcome` and the return value are as above; a failure is not noted, and an exit
 * code of 1 or more is one whatever ignore_failure says. */
int knee_actor_run_given(struct knee_actor_slot *slot, const struct knee_actor_attempt *attempt,
                         struct knee_actor_outcome *outcome);
/* The command line of the slot's last attempt, in one line; cut at `text_bytes`. */
void knee_actor_line(const struct knee_actor_slot *slot, char *text, size_t text_bytes);
/* What {n} is from now on. From any thread. */
void knee_actor_set_level(struct knee_actor *actor, uint32_t level);
/* Sends a signal to all of what runs in slot `index`; nothing happens when it is empty. */
void knee_actor_signal(struct knee_actor *actor, uint32_t index, int signal_number);

/* Ends what runs and lets nothing more be started. From any thread; takes some seconds at most. */
void knee_actor_cancel(struct knee_actor *actor);

/* Cumulative sums over all slots, what still runs included. */
void knee_actor_probe(struct knee_actor *actor, struct knee_workload_probe *probe);
/* What the process in slot `index` is doing right now; nothing is added where there is none. */
void knee_actor_look(struct knee_actor *actor, uint32_t index, struct knee_process_usage *live);

/* The first failure that was seen: how, on which item, and the last line of its standard error.
 * "" where there was none. */
void knee_actor_failure(struct knee_actor *actor, char *text, size_t text_bytes);
bool knee_actor_must_stop(struct knee_actor *actor); /* a failure with fail_fast */

/* "exit code 1", "killed by signal 9", "ran longer than the --timeout", "No such file ..." */
const char *knee_actor_outcome_text(int error, int status, char *text, size_t text_bytes);

/* The workload whose items these are; knee_workload_setup.custom is the actor. */
extern const struct knee_workload knee_workload_command;

#endif
