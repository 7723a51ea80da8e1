/* SPDX-License-Identifier: MIT */
/* The limit, and the user's command, for PowerShell 7. */
#ifndef KNEE_REPORTS_SCRIPTS_SNIPPET_POWERSHELL_H
#define KNEE_REPORTS_SCRIPTS_SNIPPET_POWERSHELL_H

#include "reports/scripts/snippets.h"

#include <stdio.h>

/* -1 out of memory; errors of writing stay in `out`. */
int knee_snippet_powershell_write(const struct knee_snippet *snippet, FILE *out);

#endif
