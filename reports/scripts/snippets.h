/* SPDX-License-Identifier: MIT */
/* A measured limit, ready for a script: a table of targets, one line each. Every snippet works as
 * it is, says where its number comes from, and, if it can, warns on a host with other CPUs. */
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
    const char *slo_unmet; /* no level that was measured meets these SLOs: "p99=1ms"; NULL, "" */
    bool command;
    struct knee_command_words words; /* with a command */
    const char *dir;                 /* of the result */
};

struct knee_snippet_target {
    const char *name, *summary;
    /* What fails stays in `out` (ferror); -1 out of memory. */
    int (*write)(const struct knee_snippet *snippet, FILE *out);
};

extern const struct knee_snippet_target knee_snippet_targets[]; /* ends with a name of NULL */
const struct knee_snippet_target *knee_snippet_target_find(const char *name); /* NULL: unknown */

#endif
