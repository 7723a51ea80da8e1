/* SPDX-License-Identifier: MIT */
/* "Can I believe it?": the verdict and its claim, the windows by level, the troubles looked for. */
#ifndef KNEE_REPORTS_HTML_HTML_BELIEF_H
#define KNEE_REPORTS_HTML_HTML_BELIEF_H

#include "tuner/result/result.h"

#include <stdio.h>

void knee_html_belief(const struct knee_workload_result *workload, FILE *out);

#endif
