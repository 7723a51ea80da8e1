/* SPDX-License-Identifier: MIT */
/* core/base/err: an error is one line with a code. */
#include "tests/support/test.h"

#include "core/base/err.h"

#include <string.h>

static void code_and_message_are_kept(void **state)
{
    (void)state;
    struct knee_err err = {0};
    assert_int_equal(knee_err_set(&err, KNEE_USAGE, "%s: %d", "level", 7), -1);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_string_equal(err.message, "level: 7");
}

static void message_stays_one_line(void **state)
{
    (void)state;
    struct knee_err err = {0};
    knee_err_set(&err, KNEE_FAILED, "%s", "a\nb\tc\033[31m");
    assert_string_equal(err.message, "a?b?c?[31m");
}

static void long_message_is_cut(void **state)
{
    (void)state;
    struct knee_err err = {0};
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    knee_err_set(&err, KNEE_FAILED, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

static void no_error_struct_is_fine(void **state)
{
    (void)state;
    assert_int_equal(knee_err_set(NULL, KNEE_FAILED, "unheard"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_and_message_are_kept),
        cmocka_unit_test(message_stays_one_line),
        cmocka_unit_test(long_message_is_cut),
        cmocka_unit_test(no_error_struct_is_fine),
    };
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
