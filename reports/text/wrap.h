/* SPDX-License-Identifier: MIT */
/* reports/text is the answer on standard output. text.c wires it: text_levels shows one workload,
 * text_overview several. This is what both are made of: lines of at most 80 columns. */
#ifndef KNEE_REPORTS_TEXT_WRAP_H
#define KNEE_REPORTS_TEXT_WRAP_H

#include "tuner/result/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KNEE_WRAP_WIDTH 80 /* columns; a row of a table is never wrapped, and may be wider */

/* Prints `text` after `head`, wrapped between words; further lines begin below the first word of
 * the text. A number keeps its unit. Nothing if `text` is "". */
void knee_wrap_text(FILE *out, const char *head, size_t indent, const char *text);

/* The same, when the cursor is at column `indent` already: no head is printed, and "" is a line
 * feed. */
void knee_wrap_rest(FILE *out, size_t indent, const char *text);

/* The workload's next step, if it has one: advice, and a command to copy on a line of its own. */
void knee_wrap_next(FILE *out, const char *head, size_t indent,
                    const struct knee_workload_result *workload);

/* "resolved", "UNRESOLVED", ...: in capitals if it needs attention, coloured if asked. Padded to
 * `width`. */
void knee_wrap_verdict(FILE *out, const struct knee_workload_result *workload, int width,
                       bool color);

#endif
