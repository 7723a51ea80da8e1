/* SPDX-License-Identifier: MIT */
/* The answer on standard output: an overview of several workloads, or all levels of one. Building
 * the text is pure; writing it is apart, and says whether all of it arrived. */
#ifndef KNEE_REPORTS_TEXT_TEXT_H
#define KNEE_REPORTS_TEXT_TEXT_H

#include "core/base/err.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdio.h>

#define KNEE_TEXT_WIDTH 80 /* columns; a row of a table is never wrapped, and may be wider */

struct knee_text_options {
    const char *dir; /* where the files are, as to be typed: "results/latest"; NULL: nowhere */
    bool color;      /* verdicts in colour */
};

/* A new string, to be freed; NULL out of memory. */
char *knee_text_result(const struct knee_result *result, const struct knee_text_options *options);

/* Writes and flushes: 0, or -1 where the reader has gone (EPIPE) or the disk is full. */
int knee_text_write(FILE *out, const char *text, struct knee_err *err);

/* Whether to colour what goes to `out`: a terminal, no NO_COLOR, TERM neither unset nor dumb. */
bool knee_text_color(FILE *out);

/* Prints `text` behind `head`, wrapped between words at KNEE_TEXT_WIDTH; further lines begin below
 * the first word of the text. Nothing where `text` is "". */
void knee_text_wrap(FILE *out, const char *head, size_t indent, const char *text);

/* The same for the next step: a command in it gets a line of its own. */
void knee_text_next(FILE *out, const char *head, size_t indent,
                    const struct knee_workload_result *workload);

/* "resolved", "UNRESOLVED", ...: what asks for attention stands out; with colour where asked. */
void knee_text_verdict(FILE *out, enum knee_verdict verdict, int width, bool color);

/* The two forms, of text.c's making. */
void knee_text_overview(const struct knee_result *result, const struct knee_text_options *options,
                        FILE *out);
void knee_text_levels(const struct knee_workload_result *workload,
                      const struct knee_text_options *options, FILE *out);

#endif
