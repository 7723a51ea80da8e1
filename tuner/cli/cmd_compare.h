/* SPDX-License-Identifier: MIT */
/* The ways of `knee compare`. Private to tuner/cli/cmd_compare*.c. */
#ifndef KNEE_TUNER_CLI_CMD_COMPARE_H
#define KNEE_TUNER_CLI_CMD_COMPARE_H

#include "core/base/err.h"
#include "tuner/compare/comparison.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command.h"
#include "tuner/options/compare_options.h"
#include "tuner/options/sweep_options.h"

struct knee_cmd_compare_options {
    struct knee_sweep_options sweep; /* of a comparison side by side */
    struct knee_compare_options compare;
};

/* Says what was found: text, JSON or Markdown to `io->out`, and files to `dir` (NULL: none). 0, or
 * -1 with KNEE_WORSE if a workload got worse, with --strict also if one cannot be compared. */
int knee_cmd_compare_finish(const struct knee_cmd_compare_options *options, const char *dir,
                            const struct knee_comparison *comparisons, size_t count,
                            const struct knee_streams *io, struct knee_err *err);

/* --base and --new: measured side by side. */
int knee_cmd_compare_pair(const struct knee_arguments *arguments, const struct knee_streams *io,
                          struct knee_err *err);

#endif
