/* SPDX-License-Identifier: MIT */
/* One workload: the answer, a row for each level, and the reasons. */
#ifndef KNEE_REPORTS_TEXT_TEXT_LEVELS_H
#define KNEE_REPORTS_TEXT_TEXT_LEVELS_H

#include "reports/text/text.h"

#include <stdio.h>

void knee_text_levels(const struct knee_result *result, const struct knee_workload_result *workload,
                      const struct knee_text_options *options, FILE *out);

#endif
