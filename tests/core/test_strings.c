/* SPDX-License-Identifier: MIT */
/* core/text/strings: numbers, names and shell words keep their bytes. */
#include "core/text/strings.h"

#include "core/text/human.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void numbers_read_back_as_the_same(void **state)
{
    (void)state;
    static const double values[] = {.1, 1 / 3., 1e300, 5e-324, 123456.789, 2.0000000000000004};
    char text[KNEE_STRING_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        assert_true(strtod(knee_strings_number(text, values[i], 0), NULL) == values[i]);
    assert_string_equal(knee_strings_number(text, .1, 0), "0.1");
    assert_string_equal(knee_strings_number(text, 1 / 3., 9), "0.333333333");
    assert_string_equal(knee_strings_number(text, 3221225472.0, 9), "3221225472");
    assert_string_equal(knee_strings_number(text, -0.0, 9), "0");
    assert_string_equal(knee_strings_number(text, 1234567.8, 6), "1234568");
    assert_string_equal(knee_strings_number(text, 123456.7, 6), "123457");
    assert_string_equal(knee_strings_number(text, NAN, 9), "");
    assert_string_equal(knee_strings_number(text, INFINITY, 0), "");
    assert_string_equal(knee_strings_ns(text, UINT64_MAX), "18446744073.709551615");
}

static void utf8_is_kept_and_the_rest_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *source, *expected;
    } cases[] = {
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"\xE9", "\xEF\xBF\xBD"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* overlong */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* cut off */
        {"a\nb\x1B[1m", "a?b?[1m"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(knee_strings_utf8(text, sizeof text, cases[i].source, false),
                            cases[i].expected);
    assert_string_equal(knee_strings_utf8(text, 3, "a\xC3\xA9", true), "a");
    assert_string_equal(knee_strings_name(text, sizeof text, "a\"b\n"), "a'b?");
}

static void clipping_counts_characters(void **state)
{
    (void)state;
    char text[32] = "caf\xC3\xA9 au lait";
    assert_int_equal(knee_strings_width(text), 12);
    knee_strings_clip(text, 12);
    assert_string_equal(text, "caf\xC3\xA9 au lait");
    knee_strings_clip(text, 8);
    assert_string_equal(text, "caf\xC3\xA9...");
    knee_strings_clip(text, 2);
    assert_string_equal(text, "..");
}

static void names_are_safe_for_files_and_variables(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(knee_strings_file_name(text, sizeof text, "../etc/x"), "_._etc_x");
    assert_string_equal(knee_strings_file_name(text, sizeof text, "-rf"), "_rf");
    assert_string_equal(knee_strings_file_name(text, sizeof text, ""), "_");
    assert_string_equal(knee_strings_variable(text, sizeof text, "a-b.c"), "A_B_C");
}

static void a_shell_gets_the_words_back(void **state)
{
    (void)state;
    static const struct {
        const char *word, *expected;
    } cases[] = {
        {"plain-1.2/x", "plain-1.2/x"}, {"", "''"},           {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},         {"$(id)", "'$(id)'"}, {"caf\xC3\xA9", "'caf\xC3\xA9'"},
        {"\xFF\\", "$'\\377\\\\'"},     {"~", "'~'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *word = strdup(cases[i].word);
        char *text = knee_strings_shell(1, &word);
        assert_string_equal(text, cases[i].expected);
        free(text);
        free(word);
    }
}

typedef const char *humane(char *text, double value);

static void quantities_read_well(void **state)
{
    (void)state;
    static const struct {
        humane *format;
        double value;
        const char *expected;
    } cases[] = {
        {knee_human_count, 40000, "40,000"},
        {knee_human_count, 1234567, "1,234,567"},
        {knee_human_count, -999, "-999"},
        {knee_human_rate, 92400, "92,400"},
        {knee_human_rate, 999.96, "1,000"},
        {knee_human_rate, 41.66, "41.7"},
        {knee_human_rate, .25, "0.250"},
        {knee_human_rate, 0, "0"},
        {knee_human_rate, NAN, "-"},
        {knee_human_latency, 1.234e-3, "1.2 ms"},
        {knee_human_latency, 164e-3, "164 ms"},
        {knee_human_latency, 9.96e-3, "10 ms"},
        {knee_human_latency, .9997, "1.0 s"},
        {knee_human_latency, 850e-6, "850 us"},
        {knee_human_latency, 42e-9, "42 ns"},
        {knee_human_latency, NAN, "-"},
        {knee_human_duration, .5, "500 ms"},
        {knee_human_duration, 5.5, "5.5 s"},
        {knee_human_duration, 59.7, "1 min"},
        {knee_human_duration, 221, "3 min 41 s"},
        {knee_human_duration, 7500, "2 h 5 min"},
        {knee_human_duration, 3599.6, "1 h"},
        {knee_human_size, 512, "512 B"},
        {knee_human_size, 33554432, "32 MiB"},
        {knee_human_size, 3328599654, "3.1 GiB"},
        {knee_human_size, 1024, "1 KiB"},
        {knee_human_percent, .9849, "98 %"},
        {knee_human_percent, 0, "0 %"},
        {knee_human_tenths, .007, "0.7 %"},
        {knee_human_tenths, .05, "5 %"},
        {knee_human_tenths, .123, "12 %"},
        {knee_human_bound, .9769, "97.6 %"},
        {knee_human_bound, .97, "97 %"},
        {knee_human_bound, NAN, "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[KNEE_HUMAN_BYTES];
        const char *got = cases[i].format(text, cases[i].value);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%.9g gave `%s` instead of `%s`", cases[i].value, got, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_as_the_same),
        cmocka_unit_test(utf8_is_kept_and_the_rest_replaced),
        cmocka_unit_test(clipping_counts_characters),
        cmocka_unit_test(names_are_safe_for_files_and_variables),
        cmocka_unit_test(a_shell_gets_the_words_back),
        cmocka_unit_test(quantities_read_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
