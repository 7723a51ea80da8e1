/* SPDX-License-Identifier: MIT */
/* A subcommand: one const struct in tuner/cli/cmd_NAME.c and one line in tuner/cli/commands.c. A
 * command that has no file yet does not exist: no help names it, and naming it is a usage error.
 *
 *     struct topology_options { struct knee_host_options host; ... };
 *     static const struct knee_option_use OPTIONS[] = {
 *         {&knee_host_options_part, offsetof(struct topology_options, host), "topology"}, ...
 * {NULL}}; const struct knee_command knee_cmd_topology = { .name = "topology", .options = OPTIONS,
 * .values_bytes = sizeof(struct topology_options), .run = run_topology, ... };
 *
 * In run, `arguments->values` is the filled `struct topology_options`. */
#ifndef KNEE_TUNER_OPTIONS_COMMAND_H
#define KNEE_TUNER_OPTIONS_COMMAND_H

#include "core/base/err.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct knee_arguments;

/* The streams that a command writes to. Nothing else is printed, so that tests can catch it. main()
 * checks `out` when the command is done: it need not look at each fprintf. SIGPIPE is ignored in
 * this process (a reader that leaves is an error of the write): a child that is spawned gets it
 * back as default. */
struct knee_link;

struct knee_streams {
    FILE *out; /* results */
    FILE *log; /* progress and warnings ("knee: warning: ..."); errors go through knee_err */
    struct knee_link *link; /* to the knees of other hosts; NULL: there are none */
};

struct knee_command {
    const char *name;
    const struct knee_option_use *options; /* ends with a part of NULL; may be NULL */
    size_t values_bytes;                   /* of the struct that the parts' structs lie in */
    const char *operands; /* in the usage line, after [OPTIONS]: "[WORKLOAD...]", "" for none */
    const char *other_operands; /* other usage lines, ends of lines between them; NULL: none */
    size_t operands_min, operands_max;
    bool takes_command;          /* `--` begins a command of the user's */
    const char *operands_option; /* operands are values of this option, a list; NULL: `words` */
    const char *summary;         /* one line for `knee --help` */
    const char *need;            /* for a bare `knee`: what leads here, at most 38 characters */
    const char *example;         /* what to type then, as it is: one line */
    /* Further text of `knee NAME --help`: paragraphs, which are wrapped, empty lines between them,
     * and indented lines, which are kept as they are. NULL: none. */
    const char *details;
    /* 0; or -1 with `err` filled: main() prints `knee: MESSAGE` and exits with its code. An outcome
     * with an exit code of its own (KNEE_NOT_RESOLVED, KNEE_INTERRUPTED + signal) is such an error,
     * with its line. The options are checked one by one; the command checks what only makes sense
     * together, before it does anything. */
    int (*run)(const struct knee_arguments *arguments, const struct knee_streams *io,
               struct knee_err *err);
};

/* The command of that name in a list that ends with NULL; NULL: unknown. */
const struct knee_command *knee_command_find(const struct knee_command *const *commands,
                                             const char *name);

/* The option of `command` with this long name (`name` of `length` bytes), or, if `name` is NULL,
 * with this letter; NULL: it has none. `offset` (may be NULL) gets where the part's struct lies in
 * the command's values; for --help and --version, which every command has, SIZE_MAX. */
const struct knee_option *knee_command_option(const struct knee_command *command, const char *name,
                                              size_t length, char letter, size_t *offset);

/* Options in the order in which help shows them: those of a section together. */
#define KNEE_COMMAND_OPTIONS_MAX 256
struct knee_command_list {
    const struct knee_option *at[KNEE_COMMAND_OPTIONS_MAX];
    size_t count;
};
/* Adds the options of `command` that are not in `list` yet, and lack nothing. */
void knee_command_add_options(const struct knee_command *command, struct knee_command_list *list);

#endif
