/* SPDX-License-Identifier: MIT */
/* Marks are written in one fixed order, and a small buffer is not overrun. */
#include "tuner/levels/marks.h"

#include "tests/support/test.h"

#include <string.h>

static void marks_are_joined_by_plus(void **state)
{
    (void)state;
    char text[KNEE_MARK_TEXT_BYTES], small[8];
    assert_string_equal(knee_mark_text(0, text, sizeof text), "");
    assert_string_equal(knee_mark_text(KNEE_MARK_RULE | KNEE_MARK_CORES, text, sizeof text),
                        "cores+rule");
    assert_string_equal(knee_mark_text((KNEE_MARK_ERRORS << 1) - 1, text, sizeof text),
                        "cores+PUs+NUMA+L3+quota+rule+current+knee+peak+limit+errors");
    knee_mark_text((KNEE_MARK_ERRORS << 1) - 1, small, sizeof small);
    assert_int_equal(strlen(small), sizeof small - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_joined_by_plus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
