/* SPDX-License-Identifier: MIT */
#include "tuner/cli/exit_codes.h"

#include <stddef.h>

/* The values of enum knee_err_code. */
const struct knee_exit_code knee_exit_codes[] = {
    {"0", "done, whatever the verdict"},
    {"1", "something failed while running"},
    {"2", "wrong usage"},
    {"3", "not resolved, with --strict"},
    {"4", "a comparison, or an --expect-... option, found it worse"},
    {"5", "knee sweep: no level meets the --slo"},
    {"6", "the command failed on every item"},
    {"7", "knee run: some items failed, or it was halted"},
    {"128 + signal", "interrupted; the results so far have been written"},
    {NULL, NULL},
};
