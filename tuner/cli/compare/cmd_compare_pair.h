/* SPDX-License-Identifier: MIT */
/* `knee compare --base LINE --new LINE`. Private to tuner/cli/cmd_compare*.c. */
#ifndef KNEE_TUNER_CLI_COMPARE_CMD_COMPARE_PAIR_H
#define KNEE_TUNER_CLI_COMPARE_CMD_COMPARE_PAIR_H

#include "core/base/err.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command.h"

/* Measures both side by side. `arguments->values` is a struct knee_compare_command. */
int knee_cmd_compare_pair(const struct knee_arguments *arguments, const struct knee_streams *io,
                          struct knee_err *err);

#endif
