/* SPDX-License-Identifier: MIT */
/* A measured limit, ready for a script: a table of targets, one line each. Every snippet runs as it
 * is, says where its number comes from, and speaks up on a host that is another one. */
#ifndef KNEE_REPORTS_SCRIPTS_SNIPPETS_H
#define KNEE_REPORTS_SCRIPTS_SNIPPETS_H

#include "core/base/err.h"
#include "tuner/result/result.h"
#include "reports/scripts/command_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct knee_snippet {
    uint32_t limit;
    const char *workload, *title, *verdict, *date, *host; /* "" unknown; one line each */
    uint32_t cpus;                                        /* of the host it was measured on */
    enum knee_result_source source;
    bool command;
    struct knee_command_words words; /* with a command */
    const char *dir;                 /* where the result is */
};

struct knee_snippet_target {
    const char *name, *summary;
    /* What fails stays in `out` (ferror); -1 out of memory. */
    int (*write)(const struct knee_snippet *snippet, FILE *out);
};

extern const struct knee_snippet_target knee_snippet_targets[]; /* ends with a name of NULL */
const struct knee_snippet_target *knee_snippet_target_find(const char *name); /* NULL: unknown */

/* The pieces, for the files of the targets. */
void knee_snippet_comment(const struct knee_snippet *snippet, const char *lead, FILE *out);
void knee_snippet_guard_sh(const struct knee_snippet *snippet, const char *indent, const char *warn,
                           FILE *out);
int knee_snippet_powershell(const struct knee_snippet *snippet, FILE *out);

#endif
