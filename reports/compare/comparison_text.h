/* SPDX-License-Identifier: MIT */
/* Comparisons as a table for a terminal, and as Markdown for a job's summary. Errors of `out` stay
 * in it (ferror). */
#ifndef KNEE_REPORTS_COMPARE_COMPARISON_TEXT_H
#define KNEE_REPORTS_COMPARE_COMPARISON_TEXT_H

#include "tuner/compare/comparison.h"

#include <stddef.h>
#include <stdio.h>

void knee_comparison_text(const struct knee_comparison *comparisons, size_t count, FILE *out);
void knee_comparison_markdown(const struct knee_comparison *comparisons, size_t count, FILE *out);

#endif
