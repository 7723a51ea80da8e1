/* SPDX-License-Identifier: MIT */
/* Whether an expectation holds, as one sentence without a full stop. */
#ifndef KNEE_REPORTS_CI_EXPECTATION_TEXT_H
#define KNEE_REPORTS_CI_EXPECTATION_TEXT_H

#include "tuner/result/expectation.h"

#define KNEE_EXPECTATION_TEXT_BYTES 256

/* "the limit is 9 to 12, expected 4 to 8". Both write KNEE_EXPECTATION_TEXT_BYTES at most. */
const char *knee_expectation_text_limit(const struct knee_expectation *expectation,
                                        const struct knee_expectation_outcome *outcome, char *text);
/* "throughput at the limit is 812 to 840/s, expected at least 900/s" */
const char *knee_expectation_text_throughput(const struct knee_expectation *expectation,
                                             const struct knee_expectation_outcome *outcome,
                                             char *text);

#endif
