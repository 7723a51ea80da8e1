/* SPDX-License-Identifier: MIT */
/* The limit in the syntax of what holds a pool: connections, threads, jobs. Errors stay in `out`.
 */
#ifndef KNEE_REPORTS_SCRIPTS_SNIPPET_POOLS_H
#define KNEE_REPORTS_SCRIPTS_SNIPPET_POOLS_H

#include "reports/scripts/snippets.h"

#include <stdio.h>

int knee_snippet_pools_gitlab(const struct knee_snippet *snippet, FILE *out);    /* YAML */
int knee_snippet_pools_hikari(const struct knee_snippet *snippet, FILE *out);    /* properties */
int knee_snippet_pools_pgbouncer(const struct knee_snippet *snippet, FILE *out); /* ini */
int knee_snippet_pools_nginx(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_pools_python(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_pools_node(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_pools_systemd(const struct knee_snippet *snippet, FILE *out); /* a unit file */

#endif
