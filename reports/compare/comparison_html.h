/* SPDX-License-Identifier: MIT */
/* Comparisons as one self-contained page. Errors of `out` stay in it (ferror). */
#ifndef KNEE_REPORTS_COMPARE_COMPARISON_HTML_H
#define KNEE_REPORTS_COMPARE_COMPARISON_HTML_H

#include "tuner/compare/comparison.h"

#include <stddef.h>
#include <stdio.h>

/* `dir` has the charts; NULL: none. */
void knee_comparison_html(const struct knee_comparison *comparisons, size_t count,
                          double min_effect, const char *dir, FILE *out);

#endif
