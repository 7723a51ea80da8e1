/* SPDX-License-Identifier: MIT */
/* A subcommand: one const struct in tuner/cmd_NAME.c and one line in tuner/cli/commands.c. A
 * command that has no file yet does not exist: no help names it, and naming it is a usage error.
 *
 *     static int run(const struct knee_options *options, const struct knee_streams *io,
 *                    struct knee_err *err);
 *     const struct knee_command knee_cmd_topology = {
 *         .name = "topology", .bit = KNEE_FOR_TOPOLOGY, .run = run, ...
 *     };
 *
 * Its options are lines of tuner/options/options_table.c that name its bit. */
#ifndef KNEE_TUNER_OPTIONS_COMMAND_H
#define KNEE_TUNER_OPTIONS_COMMAND_H

#include "core/base/err.h"
#include "tuner/options/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where a command writes. Nothing else is printed, so that tests can catch it. main() checks `out`
 * when the command is done: it need not look at each fprintf. SIGPIPE is ignored in this process (a
 * reader that leaves is an error of the write): a child that is spawned gets it back as default. */
struct knee_streams {
    FILE *out; /* results */
    FILE *log; /* progress and warnings ("knee: warning: ..."); errors go through knee_err */
};

struct knee_command {
    const char *name;
    uint32_t bit;         /* enum knee_for: its options */
    const char *operands; /* in the usage line, behind [OPTIONS]: "[WORKLOAD...]", "" for none */
    size_t operands_min, operands_max;
    bool takes_command;          /* `--` begins a command of the user's */
    const char *operands_option; /* operands are values of this option, a list; NULL: `words` */
    const char *summary;         /* one line for `knee --help` */
    const char *need;    /* the need that leads to it, for a bare `knee`, at most 50 characters */
    const char *example; /* what to type then */
    /* Further text of `knee NAME --help`: paragraphs, which are wrapped, empty lines between them,
     * and indented lines, which are kept as they are. NULL: none. */
    const char *details;
    /* 0; or -1 with `err` filled: main() prints `knee: MESSAGE` and exits with its code. An outcome
     * with an exit code of its own (KNEE_NOT_RESOLVED, KNEE_INTERRUPTED + signal) is such an error,
     * with its line. The options are checked one by one; what only makes sense together is for the
     * command to check, before it does anything. */
    int (*run)(const struct knee_options *options, const struct knee_streams *io,
               struct knee_err *err);
};

extern const struct knee_command *const knee_commands[]; /* as help shows them; ends with NULL */

const struct knee_command *knee_command_find(const char *name); /* NULL: unknown */

#endif
