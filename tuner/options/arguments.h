/* SPDX-License-Identifier: MIT */
/* A command line, parsed by the tables of the command's options. */
#ifndef KNEE_TUNER_OPTIONS_ARGUMENTS_H
#define KNEE_TUNER_OPTIONS_ARGUMENTS_H

#include "core/base/err.h"
#include "tuner/options/command.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_ARGUMENTS_WORDS_MAX 1024 /* operands on one command line */

/* Text is borrowed from argv. */
struct knee_arguments {
    const struct knee_command *command;
    int argc; /* the whole command line, for plan.json */
    char **argv;
    bool help, version;                          /* asked for: nothing else is to be done */
    void *values;                                /* the command's struct, owned */
    const char *words[KNEE_ARGUMENTS_WORDS_MAX]; /* operands */
    size_t words_count;
    /* The options in the order given, for whoever must know more than the values. Owned. */
    struct knee_arguments_given {
        const struct knee_option *option;
        const char *value; /* as written; NULL: a flag */
    } * given;
    size_t given_count;
};

/* Reads the arguments after `command`'s name; argv[0] is the program, argv[1] that name, and
 * `argv[argc]` need not be NULL. `commands` is the list of all, which ends with NULL: an option of
 * another command is named as such; it may be NULL. Options and operands may be mixed; `--` ends
 * the options; a repeated option replaces its value, a list grows. Stops at --help and --version.
 * -1 with KNEE_USAGE: `arguments` is then empty. To be released. */
int knee_arguments_parse(struct knee_arguments *arguments, const struct knee_command *command,
                         const struct knee_command *const *commands, int argc, char **argv,
                         struct knee_err *err);
void knee_arguments_release(struct knee_arguments *arguments); /* safe on an empty one */

/* Was the option --NAME on the command line? */
bool knee_arguments_given(const struct knee_arguments *arguments, const char *name);

#endif
