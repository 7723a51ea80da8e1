/* SPDX-License-Identifier: MIT */
/* --expect-..., --openmetrics and --junit of a command that has a result. */
#ifndef KNEE_TUNER_CLI_EXPECT_H
#define KNEE_TUNER_CLI_EXPECT_H

#include "core/base/err.h"
#include "tuner/options/expect_options.h"
#include "tuner/result/result.h"

#include <stdio.h>

/* Before anything is measured: expectations are of one workload. -1 with KNEE_USAGE. */
int knee_expect_check(const struct knee_expect_options *options, size_t workloads,
                      struct knee_err *err);

/* Writes the files, and judges. What is left open gets a line in `log`. -1 with KNEE_WORSE if an
 * expectation is proven not to hold. */
int knee_expect_judge(const struct knee_expect_options *options, const struct knee_result *result,
                      FILE *log, struct knee_err *err);

#endif
