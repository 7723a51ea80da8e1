/* SPDX-License-Identifier: MIT */
/* core/engine/class: each value has one name, and the name finds its value again. */
#include "core/engine/class.h"

#include "tests/support/test.h"

#include <string.h>

static void every_name_finds_its_value_again(void **state)
{
    (void)state;
    for (int i = 0; i < KNEE_CLASS_COUNT; i++) {
        enum knee_class read = (enum knee_class) !i;
        const char *text = knee_class_text((enum knee_class)i);
        assert_true(strlen(text) > 0);
        assert_int_equal(knee_class_parse(text, &read), 0);
        assert_int_equal(read, i);
    }
}

static void other_words_leave_the_value_alone(void **state)
{
    (void)state;
    static const char *const WORDS[] = {"", "CPU", "cores", "none ", NULL};
    for (size_t i = 0; i < 5; i++) {
        enum knee_class read = (enum knee_class)1;
        assert_int_equal(knee_class_parse(WORDS[i], &read), -1);
        assert_int_equal(read, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_finds_its_value_again),
        cmocka_unit_test(other_words_leave_the_value_alone),
    };
    return cmocka_run_group_tests_name("class", tests, NULL, NULL);
}
