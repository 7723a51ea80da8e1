/* SPDX-License-Identifier: MIT */
#include "tests/support/drawn.h"

#include "reports/charts/charts.h"
#include "reports/writers.h"
#include "tests/support/test.h"

#include <stdlib.h>

void drawn_need_gnuplot(void)
{
    if (system("command -v gnuplot >/dev/null 2>&1") == 0)
        return;
    print_message("gnuplot is not installed: not tested\n");
    skip();
}

int drawn_charts(const char *dir, const struct fixture_curve *const *curves, size_t count,
                 struct knee_err *err)
{
    const struct knee_picture picture = {.format = KNEE_PICTURE_SVG};
    struct knee_result result;
    fixture_result(&result, curves, count);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    int outcome = knee_charts_make(&result, dir, &picture, err);
    knee_result_release(&result);
    return outcome;
}
