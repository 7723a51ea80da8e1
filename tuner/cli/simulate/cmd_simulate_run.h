/* SPDX-License-Identifier: MIT */
/* `knee simulate --run`. Private to tuner/cli/cmd_simulate*.c. */
#ifndef KNEE_TUNER_CLI_SIMULATE_CMD_SIMULATE_RUN_H
#define KNEE_TUNER_CLI_SIMULATE_CMD_SIMULATE_RUN_H

#include "core/base/err.h"
#include "tuner/options/command.h"
#include "tuner/options/simulate_options.h"
#include "tuner/simulate/simulate.h"

int knee_cmd_simulate_run(const struct knee_simulate_options *options,
                          const struct knee_simulate_noise *noise,
                          const struct knee_simulate_trouble *trouble,
                          const struct knee_streams *io, struct knee_err *err);

#endif
