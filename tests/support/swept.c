/* SPDX-License-Identifier: MIT */
#include "tests/support/swept.h"

#include "tests/support/test.h"
#include "tuner/options/arguments.h"
#include "tuner/options/sweep_options.h"

#define ARGUMENTS_MAX 64

const struct knee_command_options *swept_command(int argc, char *const *argv)
{
    static const struct knee_command sweep = {.name = "sweep",
                                              .options = knee_sweep_options_uses,
                                              .values_bytes = sizeof(struct knee_sweep_options),
                                              .operands_max = 4,
                                              .takes_command = true};
    static struct knee_command_options command;
    static char *line[ARGUMENTS_MAX];
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    assert_true(argc < ARGUMENTS_MAX);
    for (int i = 0; i < argc; i++)
        line[i + 1] = argv[i];
    if (knee_arguments_parse(&arguments, &sweep, NULL, argc + 1, line, &err))
        fail_msg("%s", err.message);
    command = ((const struct knee_sweep_options *)arguments.values)->command;
    knee_arguments_release(&arguments);
    return &command;
}
