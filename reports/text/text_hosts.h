/* SPDX-License-Identifier: MIT */
/* Each host's part of the limit as a table of text: nothing for one host alone. */
#ifndef KNEE_REPORTS_TEXT_TEXT_HOSTS_H
#define KNEE_REPORTS_TEXT_TEXT_HOSTS_H

#include "tuner/result/result.h"

#include <stdio.h>

void knee_text_hosts(const struct knee_workload_result *workload, FILE *out);

#endif
