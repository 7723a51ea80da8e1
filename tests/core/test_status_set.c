/* SPDX-License-Identifier: MIT */
/* core/text/status_set: lists of HTTP status codes. */
#include "core/text/status_set.h"

#include "tests/support/test.h"

static void lists_and_ranges_are_read(void **state)
{
    struct knee_status_set set = {{0}};
    (void)state;
    assert_int_equal(knee_status_set_parse(&set, "200-299,304,599,100"), 0);
    assert_true(knee_status_set_has(&set, 200) && knee_status_set_has(&set, 299));
    assert_true(knee_status_set_has(&set, 304) && knee_status_set_has(&set, 599));
    assert_true(knee_status_set_has(&set, 100));
    assert_false(knee_status_set_has(&set, 300) || knee_status_set_has(&set, 199));
    assert_false(knee_status_set_has(&set, 0) || knee_status_set_has(&set, 664));
}

static void anything_else_is_refused(void **state)
{
    static const char *const cases[] = {"",     "2xx",    "200-",       "299-200", "200,",
                                        "600",  "99",     "2000",       "-200",    "200 - 299",
                                        ",200", "200-20", "200-300-400"};
    struct knee_status_set set = {{7}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(knee_status_set_parse(&set, cases[i]), -1);
    assert_int_equal(set.bits[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_ranges_are_read),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests_name("status_set", tests, NULL, NULL);
}
