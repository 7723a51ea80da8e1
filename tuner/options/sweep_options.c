/* SPDX-License-Identifier: MIT */
#include "tuner/options/sweep_options.h"

#include <stddef.h>

const struct knee_option_use knee_sweep_options_uses[] = {
    {&knee_levels_options_part, offsetof(struct knee_sweep_options, levels), NULL},
    {&knee_measuring_options_part, offsetof(struct knee_sweep_options, measuring), NULL},
    {&knee_work_options_part, offsetof(struct knee_sweep_options, work), NULL},
    {&knee_command_options_part, offsetof(struct knee_sweep_options, command), NULL},
    {&knee_target_options_part, offsetof(struct knee_sweep_options, target), NULL},
    {&knee_host_options_part, offsetof(struct knee_sweep_options, host), NULL},
    {&knee_output_options_part, offsetof(struct knee_sweep_options, output), NULL},
    {&knee_expect_options_part, offsetof(struct knee_sweep_options, expect), NULL},
    {&knee_fleet_options_part, offsetof(struct knee_sweep_options, fleet), NULL},
    {NULL, 0, NULL},
};
