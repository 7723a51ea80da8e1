/* SPDX-License-Identifier: MIT */
/* Included by every test. A failing assert longjmps, so assert only on the test's own thread. */
#ifndef KNEE_TESTS_SUPPORT_TEST_H
#define KNEE_TESTS_SUPPORT_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* |a - b| <= relative × max(|a|, |b|); NAN is only close to NAN. */
#define assert_close(a, b, relative) knee_assert_close((a), (b), (relative), __FILE__, __LINE__)

static inline void knee_assert_close(double a, double b, double relative, const char *file,
                                     int line)
{
    int close = isnan(a) || isnan(b) ? isnan(a) && isnan(b)
                                     : fabs(a - b) <= relative * fmax(fabs(a), fabs(b));
    if (!close) {
        print_error("%.17g and %.17g differ by more than %g\n", a, b, relative);
        _fail(file, line);
    }
}

#endif
