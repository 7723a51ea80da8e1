/* SPDX-License-Identifier: MIT */
/* The answer on standard output: an overview of several workloads, or all levels of one. Building
 * the text is pure; writing it is apart, and says whether all of it arrived. */
#ifndef KNEE_REPORTS_TEXT_TEXT_H
#define KNEE_REPORTS_TEXT_TEXT_H

#include "core/base/err.h"
#include "tuner/options/command_options.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdio.h>

struct knee_text_options {
    const char *dir; /* of the files, as the user types it: "results/latest"; NULL: none */
    bool color;      /* verdicts in colour */
    const struct knee_command_options *command; /* the user's, if it was swept; may be NULL */
};

/* A new string, to be freed; NULL out of memory. */
char *knee_text_result(const struct knee_result *result, const struct knee_text_options *options);

/* The answers alone, a line for each workload: "USE 2   cpu (1 ms)   resolved". Likewise. */
char *knee_text_answers(const struct knee_result *result);

/* Writes and flushes: 0, or -1 if the reader has gone (EPIPE) or the disk is full. */
int knee_text_write(FILE *out, const char *text, struct knee_err *err);

/* Whether to colour what goes to `out`: a terminal, no NO_COLOR, TERM neither unset nor dumb. */
bool knee_text_color(FILE *out);

#endif
