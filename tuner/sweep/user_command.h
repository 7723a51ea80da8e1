/* SPDX-License-Identifier: MIT */
/* The user's command of a command line, made ready to run. */
#ifndef KNEE_TUNER_SWEEP_USER_COMMAND_H
#define KNEE_TUNER_SWEEP_USER_COMMAND_H

#include "core/base/err.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command_options.h"
#include "workloads/command/actor.h"
#include "workloads/command/first_look.h"
#include "workloads/command/items.h"
#include "tuner/result/result.h"

struct knee_user_command {
    char name[64], title[KNEE_RESULT_TITLE_BYTES];
    struct knee_items items;         /* owned */
    struct knee_actor_params params; /* borrows from the options */
    struct knee_actor *actor;        /* owned; NULL until it is opened */
};

/* Names it: by --name, else its program's name; the title is its line. */
void knee_user_command_name(struct knee_user_command *command,
                            const struct knee_command_options *options);

/* -1 with KNEE_USAGE if a word has braces that look like a placeholder but are none. */
int knee_user_command_check_words(const struct knee_command_options *options, struct knee_err *err);

/* The items that an earlier sweep saved; a pipe or a device in their place is refused. */
int knee_user_command_saved_items(struct knee_items *items, const char *path, struct knee_err *err);

/* Reads the items and checks what only makes sense together; starts nothing. `options` must outlive
 * the command. `saved_items` (may be NULL) is a file of an earlier sweep to read the items from. */
int knee_user_command_read(struct knee_user_command *command,
                           const struct knee_arguments *arguments,
                           const struct knee_command_options *options, uint64_t seed,
                           const char *saved_items, struct knee_err *err);

/* What opening it would refuse, with nothing started. */
int knee_user_command_check(struct knee_user_command *command, struct knee_err *err);
/* Starts the keeper, runs the set-up and the prepare command; `interrupted` ends these. */
int knee_user_command_open(struct knee_user_command *command,
                           const volatile sig_atomic_t *interrupted, struct knee_err *err);

/* Lets the first look say on `log` (NULL: nowhere) that a run takes long, unless it has a timeout.
 */
void knee_user_command_watch(const struct knee_user_command *command,
                             struct knee_first_look_params *look, FILE *log);

/* Ends all that runs, and cleans up; safe on a zeroed one. `log` gets a line if that fails. */
void knee_user_command_close(struct knee_user_command *command, FILE *log);

/* Without a command: options that only a command has are a usage error. */
int knee_user_command_absent(const struct knee_arguments *arguments, struct knee_err *err);

#endif
