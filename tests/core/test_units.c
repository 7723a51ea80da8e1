/* SPDX-License-Identifier: MIT */
/* Quantities in help and errors can be typed again: the exact value in the largest whole unit. */
#include "core/text/units.h"

#include "core/base/array.h"
#include "core/text/parse.h"
#include "tests/support/test.h"

static void a_duration_has_the_largest_whole_unit(void **state)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } CASES[] = {
        {0, "0"},
        {1, "1ns"},
        {1500, "1500ns"},
        {1000000, "1ms"},
        {1500000, "1500us"},
        {60000000000, "1m"},
        {90000000000, "90s"},
        {7200000000000, "2h"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char text[KNEE_UNITS_BYTES];
        uint64_t again = 0;
        assert_string_equal(knee_units_duration(CASES[i].ns, text, sizeof text), CASES[i].text);
        if (CASES[i].ns > 0) {
            assert_int_equal(knee_parse_duration("--time", text, 0, UINT64_MAX, &again, NULL), 0);
            assert_int_equal(again, CASES[i].ns);
        }
    }
}

static void a_size_has_the_largest_whole_unit(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } CASES[] = {
        {1000, "1000"}, {1024, "1K"},    {1536, "1536"},
        {65536, "64K"}, {3145728, "3M"}, {1u << 30, "1G"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char text[KNEE_UNITS_BYTES];
        uint64_t again = 0;
        assert_string_equal(knee_units_size(CASES[i].bytes, text, sizeof text), CASES[i].text);
        assert_int_equal(knee_parse_size("--size", text, 0, UINT64_MAX, &again, NULL), 0);
        assert_int_equal(again, CASES[i].bytes);
    }
}

static void ratios_and_numbers_drop_empty_digits(void **state)
{
    char text[KNEE_UNITS_BYTES];
    (void)state;
    assert_string_equal(knee_units_ratio(.02, text, sizeof text), "2%");
    assert_string_equal(knee_units_ratio(.005, text, sizeof text), "0.5%");
    assert_string_equal(knee_units_ratio(1, text, sizeof text), "100%");
    assert_string_equal(knee_units_number(16, text, sizeof text), "16");
    assert_string_equal(knee_units_number(.25, text, sizeof text), "0.25");
    assert_string_equal(knee_units_number(-3, text, sizeof text), "-3");
}

static void a_parameter_is_written_in_its_own_unit(void **state)
{
    static const struct {
        enum knee_parameter_unit unit;
        double value;
        const char *typed, *title;
    } CASES[] = {
        {KNEE_PARAMETER_TIME, 1e6, "1ms", "1 ms"},
        {KNEE_PARAMETER_TIME, 1.5e6, "1500us", "1.5 ms"},
        {KNEE_PARAMETER_TIME, 0, "0ns", "0ns"},
        {KNEE_PARAMETER_SIZE, 4096, "4K", "4 KiB"},
        {KNEE_PARAMETER_SIZE, 100, "100", "100 B"},
        {KNEE_PARAMETER_RATIO, .3, "30%", "30 %"},
        {KNEE_PARAMETER_NUMBER, 16, "16", "16"},
        {KNEE_PARAMETER_WORD, 0, "random", "random"},
        {KNEE_PARAMETER_WORD, 1, "sequential", "sequential"},
        {KNEE_PARAMETER_WORD, 2, "replace", "replace"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_parameter parameter = {.unit = CASES[i].unit,
                                           .words = "random|sequential|replace"};
        char text[KNEE_UNITS_BYTES];
        assert_string_equal(knee_units_parameter(&parameter, CASES[i].value, text, sizeof text),
                            CASES[i].typed);
        assert_string_equal(
            knee_units_parameter_title(&parameter, CASES[i].value, text, sizeof text),
            CASES[i].title);
    }
}

static void a_small_buffer_is_not_overrun(void **state)
{
    char text[4] = "###";
    (void)state;
    assert_string_equal(knee_units_duration(1500000, text, 3), "15");
    assert_int_equal(text[3], '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duration_has_the_largest_whole_unit),
        cmocka_unit_test(a_size_has_the_largest_whole_unit),
        cmocka_unit_test(ratios_and_numbers_drop_empty_digits),
        cmocka_unit_test(a_parameter_is_written_in_its_own_unit),
        cmocka_unit_test(a_small_buffer_is_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
