/* SPDX-License-Identifier: MIT */
/* Several workloads: a row for each, its levels on one line, and the verdicts. */
#ifndef KNEE_REPORTS_TEXT_TEXT_OVERVIEW_H
#define KNEE_REPORTS_TEXT_TEXT_OVERVIEW_H

#include "reports/text/text.h"

#include <stdio.h>

void knee_text_overview(const struct knee_result *result, const struct knee_text_options *options,
                        FILE *out);

#endif
