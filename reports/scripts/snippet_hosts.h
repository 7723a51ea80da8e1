/* SPDX-License-Identifier: MIT */
/* The limit for work that runs on several hosts. Each snippet says whether its number is a total or
 * that of each host: that is where such numbers go wrong. What fails stays in `out`; -1 out of
 * memory. */
#ifndef KNEE_REPORTS_SCRIPTS_SNIPPET_HOSTS_H
#define KNEE_REPORTS_SCRIPTS_SNIPPET_HOSTS_H

#include "reports/scripts/snippets.h"

#include <stdio.h>

int knee_snippet_hosts_slurm(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_hosts_kubernetes(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_hosts_parallel_ssh(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_hosts_mpirun(const struct knee_snippet *snippet, FILE *out);
int knee_snippet_hosts_srun(const struct knee_snippet *snippet, FILE *out);

#endif
