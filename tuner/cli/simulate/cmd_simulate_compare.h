/* SPDX-License-Identifier: MIT */
/* `knee simulate --compare`. Private to tuner/cli/cmd_simulate*.c. */
#ifndef KNEE_TUNER_CLI_SIMULATE_CMD_SIMULATE_COMPARE_H
#define KNEE_TUNER_CLI_SIMULATE_CMD_SIMULATE_COMPARE_H

#include "core/base/err.h"
#include "tuner/options/command.h"
#include "tuner/options/simulate_options.h"
#include "tuner/simulate/simulate.h"

/* Compares the first curve of `options`, base, with the second, new. -1 with KNEE_USAGE unless
 * there are two. */
int knee_cmd_simulate_compare(const struct knee_simulate_options *options,
                              const struct knee_simulate_params *params,
                              const struct knee_streams *io, struct knee_err *err);

#endif
