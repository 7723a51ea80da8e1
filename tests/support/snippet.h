/* SPDX-License-Identifier: MIT */
/* What tests of snippets share. */
#ifndef KNEE_TESTS_SUPPORT_SNIPPET_H
#define KNEE_TESTS_SUPPORT_SNIPPET_H

#include "reports/scripts/snippets.h"

#include <stdbool.h>

/* A result whose command, title and host have quotes, blanks, dollars and line feeds. Its limit
 * is 3. */
struct knee_snippet snippet_hostile(void);
void snippet_write(const struct knee_snippet *snippet, const char *target, const char *dir,
                   const char *name);
/* The command, run in `dir`, succeeds and prints `out` alone. */
void snippet_expect(const char *dir, const char *command, const char *out);
bool snippet_has(const char *program);

#endif
