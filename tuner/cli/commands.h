/* SPDX-License-Identifier: MIT */
/* tuner/cli is where everything is put together: a file for each subcommand, the list of them, and
 * main(). It may include anything; nothing else includes it. */
#ifndef KNEE_TUNER_CLI_COMMANDS_H
#define KNEE_TUNER_CLI_COMMANDS_H

#include "core/base/err.h"
#include "tuner/options/command.h"

extern const struct knee_command *const knee_commands[]; /* as help shows them; ends with NULL */

/* Runs the command line: argv[0] is the program's name, argv[1] a command's, --help or --version.
 * All output goes to `io`. 0; or -1 with `err` filled, whose code is the exit code. */
int knee_commands_run(int argc, char **argv, const struct knee_streams *io, struct knee_err *err);

#endif
