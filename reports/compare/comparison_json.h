/* SPDX-License-Identifier: MIT */
/* Comparisons as JSON: what `knee compare --json` prints, and compare.json. */
#ifndef KNEE_REPORTS_COMPARE_COMPARISON_JSON_H
#define KNEE_REPORTS_COMPARE_COMPARISON_JSON_H

#include "core/base/err.h"
#include "tuner/compare/comparison.h"

#include <stddef.h>
#include <stdio.h>

/* `verdict` is the worst of the workloads'. Unknown values are null. -1 with `err` filled. */
int knee_comparison_json(const struct knee_comparison *comparisons, size_t count, FILE *out,
                         struct knee_err *err);

#endif
