/* SPDX-License-Identifier: MIT */
/* The pieces that the snippets share. Errors stay in `out`. */
#ifndef KNEE_REPORTS_SCRIPTS_SNIPPET_PARTS_H
#define KNEE_REPORTS_SCRIPTS_SNIPPET_PARTS_H

#include "reports/scripts/snippets.h"

#include <stdio.h>

/* Two comment lines, each after `lead`: the number, and where and when it was measured. */
void knee_snippet_parts_comment(const struct knee_snippet *snippet, const char *lead, FILE *out);

/* A shell line that warns, after `warn`, on a host with another number of CPUs. */
void knee_snippet_parts_guard(const struct knee_snippet *snippet, const char *indent,
                              const char *warn, FILE *out);

/* KNEE_LIMIT in a shell, with both. */
void knee_snippet_parts_variable(const struct knee_snippet *snippet, FILE *out);

#endif
