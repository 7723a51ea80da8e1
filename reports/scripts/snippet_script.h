/* SPDX-License-Identifier: MIT */
/* Shell scripts that run the user's command on items at the limit. */
#ifndef KNEE_REPORTS_SCRIPTS_SNIPPET_SCRIPT_H
#define KNEE_REPORTS_SCRIPTS_SNIPPET_SCRIPT_H

#include "reports/scripts/snippets.h"

#include <stdio.h>

/* -1 out of memory; errors of writing stay in `out`. */
int knee_snippet_script_xargs(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_script_parallel(const struct knee_snippet *snippet, FILE *out);

/* What runs the command on its items from `input` ("-a FILE", or "" for standard input) as one
 * line, if the command needs no more than a line: a new string. `limit` follows -j or -P, and
 * `level` is in place of {n}. NULL: out of memory, or it needs a script. */
char *knee_snippet_script_line(const struct knee_command_words *words, const char *program,
                               const char *input, const char *limit, uint32_t level);

#endif
