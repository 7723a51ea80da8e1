/* SPDX-License-Identifier: MIT */
/* The charts of a made result, drawn by gnuplot. */
#ifndef KNEE_TESTS_SUPPORT_DRAWN_H
#define KNEE_TESTS_SUPPORT_DRAWN_H

#include "core/base/err.h"
#include "tests/support/fixture_result.h"

#include <stddef.h>

/* Skips the test if gnuplot is not installed. */
void drawn_need_gnuplot(void);

/* Writes all files of a result into `dir`, its charts with them, as SVG. Returns what
 * knee_charts_make() does. */
int drawn_charts(const char *dir, const struct fixture_curve *const *curves, size_t count,
                 struct knee_err *err);

#endif
