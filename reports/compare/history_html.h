/* SPDX-License-Identifier: MIT */
/* Histories as one self-contained page. Errors of `out` stay in it (ferror). */
#ifndef KNEE_REPORTS_COMPARE_HISTORY_HTML_H
#define KNEE_REPORTS_COMPARE_HISTORY_HTML_H

#include "tuner/compare/history.h"

#include <stddef.h>
#include <stdio.h>

/* `dir` has the charts; NULL: none. */
void knee_history_html(const struct knee_history *histories, size_t count, double min_effect,
                       const char *dir, FILE *out);

#endif
