/* SPDX-License-Identifier: MIT */
/* What every way of `knee compare` ends with: it says what was found, and judges. */
#ifndef KNEE_TUNER_CLI_COMPARE_COMPARE_OUTPUT_H
#define KNEE_TUNER_CLI_COMPARE_COMPARE_OUTPUT_H

#include "core/base/err.h"
#include "tuner/compare/comparison.h"
#include "tuner/options/command.h"
#include "tuner/options/compare_options.h"
#include "tuner/options/sweep_options.h"

#include <stdio.h>

/* All that `knee compare` takes. */
struct knee_compare_command {
    struct knee_sweep_options sweep; /* of a comparison side by side */
    struct knee_compare_options compare;
};

/* Says what was found: text, JSON or Markdown to `io->out`, and files to `dir` (NULL: none). 0, or
 * -1 with KNEE_WORSE if a workload got worse, with --strict also if one cannot be compared. */
int knee_compare_output(const struct knee_compare_command *options, const char *dir,
                        const struct knee_comparison *comparisons, size_t count,
                        const struct knee_streams *io, struct knee_err *err);

#endif
