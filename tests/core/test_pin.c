/* SPDX-License-Identifier: MIT */
/* core/host/pin: each value has one name, and the name finds its value again. */
#include "core/host/pin.h"

#include "tests/support/test.h"

#include <string.h>

static void every_name_finds_its_value_again(void **state)
{
    (void)state;
    for (int i = 0; i < KNEE_PIN_COUNT; i++) {
        enum knee_pin read = (enum knee_pin) !i;
        const char *text = knee_pin_text((enum knee_pin)i);
        assert_true(strlen(text) > 0);
        assert_int_equal(knee_pin_parse(text, &read), 0);
        assert_int_equal(read, i);
    }
}

static void other_words_leave_the_value_alone(void **state)
{
    (void)state;
    static const char *const WORDS[] = {"", "CPU", "cores", "none ", NULL};
    for (size_t i = 0; i < 5; i++) {
        enum knee_pin read = (enum knee_pin)1;
        assert_int_equal(knee_pin_parse(WORDS[i], &read), -1);
        assert_int_equal(read, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_finds_its_value_again),
        cmocka_unit_test(other_words_leave_the_value_alone),
    };
    return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}
