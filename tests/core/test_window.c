/* SPDX-License-Identifier: MIT */
/* The reasons of a window survive being written to the journal and read again. */
#include "core/engine/window.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

static void every_set_of_reasons_is_read_back(void **state)
{
    (void)state;
    for (uint32_t set = 0; set < 2 * KNEE_WINDOW_ERRORS; set++) {
        char text[64];
        uint32_t again = 99;
        knee_window_reason_text(set, text, sizeof text);
        assert_int_equal(knee_window_reason_parse(text, &again), 0);
        assert_int_equal(again, set);
    }
}

static void reasons_are_joined_by_plus(void **state)
{
    char text[64];
    (void)state;
    assert_string_equal(knee_window_reason_text(KNEE_WINDOW_NONE, text, sizeof text), "");
    assert_string_equal(
        knee_window_reason_text(KNEE_WINDOW_FOREIGN | KNEE_WINDOW_ERRORS, text, sizeof text),
        "foreign+errors");
}

static void an_unknown_reason_is_refused(void **state)
{
    static const char *const WRONG[] = {"other",          "foreign+", "+foreign",  "foreign,steal",
                                        "foreign++steal", "foreig",   "foreigner", " foreign"};
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(WRONG); i++) {
        uint32_t set = 77;
        assert_int_equal(knee_window_reason_parse(WRONG[i], &set), -1);
        assert_int_equal(set, 77);
    }
}

static void a_small_buffer_is_not_overrun(void **state)
{
    char text[16];
    (void)state;
    memset(text, '#', sizeof text);
    knee_window_reason_text(KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL, text, 10);
    assert_int_equal(text[9], '\0');
    assert_int_equal(text[10], '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_of_reasons_is_read_back),
        cmocka_unit_test(reasons_are_joined_by_plus),
        cmocka_unit_test(an_unknown_reason_is_refused),
        cmocka_unit_test(a_small_buffer_is_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
