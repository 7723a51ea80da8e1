/* SPDX-License-Identifier: MIT */
/* `knee compare --history DIR...`: results over time, and where they changed. */
#ifndef KNEE_TUNER_CLI_COMPARE_CMD_COMPARE_HISTORY_H
#define KNEE_TUNER_CLI_COMPARE_CMD_COMPARE_HISTORY_H

#include "core/base/err.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command.h"

/* The operands are result directories, in any order; each counts once (results/latest is another
 * name of one). One that cannot be read, or is of another machine or other parameters than the
 * newest, is left out with a warning. -1 with KNEE_WORSE if a last change was for the worse. */
int knee_cmd_compare_history(const struct knee_arguments *arguments, const struct knee_streams *io,
                             struct knee_err *err);

#endif
