/* SPDX-License-Identifier: MIT */
/* What a script's author should know about a limit that was read from a result. */
#ifndef KNEE_TUNER_CLI_LIMIT_WORDS_H
#define KNEE_TUNER_CLI_LIMIT_WORDS_H

#include "tuner/store/result_limit.h"

#include <stdbool.h>
#include <stdio.h>

/* For the help of the commands that warn. */
#define KNEE_LIMIT_WORDS_EXIT                                                                      \
    "If no level meets the SLO, it is the level that comes closest, and the exit code is 0;\n"     \
    "so it is if the limit was not measured: a line on standard error says so.\n"

/* No level is shown to meet the SLO. */
bool knee_limit_words_misses_slo(const struct knee_result_limit *limit);

/* One line of warning on `log` if it misses the SLO, or if the limit was not measured; `name` is
 * the workload's. False: there is nothing to warn of. */
bool knee_limit_words_warn(FILE *log, const struct knee_result_limit *limit, const char *name);

/* Where the limit comes from: "was measured", "was the rule of thumb: no window could be used". */
const char *knee_limit_words_source(const struct knee_result_limit *limit);

#endif
