/* SPDX-License-Identifier: MIT */
/* What a script's author should know about a limit that was read from a result. */
#ifndef KNEE_TUNER_CLI_LIMIT_WORDS_H
#define KNEE_TUNER_CLI_LIMIT_WORDS_H

#include "tuner/store/result_limit.h"

#include <stdbool.h>
#include <stdio.h>

/* One line of warning on `log` if no level meets the SLO, or if the limit was not measured; `name`
 * is the workload's. False: there is nothing to warn of. */
bool knee_limit_words_warn(FILE *log, const struct knee_result_limit *limit, const char *name);

/* Where the limit comes from: "was measured", "was the rule of thumb: no window could be used". */
const char *knee_limit_words_source(const struct knee_result_limit *limit);

#endif
