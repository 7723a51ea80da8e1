/* SPDX-License-Identifier: MIT */
/* A result as a JUnit report, for CI systems that show one: a test case for each workload and each
 * thing that was expected of it. What the evidence excludes is a failure; what it leaves open is
 * skipped, with the reason. Without expectations, a workload's case passes once it was measured. */
#ifndef KNEE_REPORTS_CI_JUNIT_H
#define KNEE_REPORTS_CI_JUNIT_H

#include "tuner/result/expectation.h"
#include "tuner/result/result.h"

#include <stdio.h>

/* Errors of `out` stay in it (ferror). */
void knee_junit(const struct knee_result *result, const struct knee_expectation *expectation,
                FILE *out);

#endif
