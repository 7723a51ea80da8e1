/* SPDX-License-Identifier: MIT */
/* All that `knee sweep` takes. Others use it, too: what an old result directory was made with. */
#ifndef KNEE_TUNER_OPTIONS_SWEEP_OPTIONS_H
#define KNEE_TUNER_OPTIONS_SWEEP_OPTIONS_H

#include "tuner/options/command_options.h"
#include "tuner/options/expect_options.h"
#include "tuner/options/fleet_options.h"
#include "tuner/options/host_options.h"
#include "tuner/options/levels_options.h"
#include "tuner/options/measuring_options.h"
#include "tuner/options/option.h"
#include "tuner/options/output_options.h"
#include "tuner/options/target_options.h"
#include "tuner/options/work_options.h"

struct knee_sweep_options {
    struct knee_levels_options levels;
    struct knee_measuring_options measuring;
    struct knee_work_options work;
    struct knee_command_options command;
    struct knee_target_options target;
    struct knee_host_options host;
    struct knee_output_options output;
    struct knee_expect_options expect;
    struct knee_fleet_options fleet;
};

extern const struct knee_option_use knee_sweep_options_uses[]; /* for struct knee_command */

#endif
