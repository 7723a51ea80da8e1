/* SPDX-License-Identifier: MIT */
/* Each host's part of the limit: nothing for one host alone. */
#ifndef KNEE_REPORTS_HTML_HTML_HOSTS_H
#define KNEE_REPORTS_HTML_HTML_HOSTS_H

#include "tuner/result/result.h"

#include <stdio.h>

void knee_html_hosts(const struct knee_workload_result *workload, FILE *out);

#endif
