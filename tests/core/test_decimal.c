/* SPDX-License-Identifier: MIT */
/* core/base/decimal: six digits read back as the very double that the text reads as. */
#include "core/base/decimal.h"

#include "core/base/array.h"
#include "core/base/random.h"
#include "core/text/strings.h"
#include "tests/support/test.h"

#include <float.h>
#include <stdlib.h>

static double text_value(double value)
{
    char text[KNEE_STRING_NUMBER_BYTES];
    return strtod(knee_strings_number(text, value, KNEE_DECIMAL_DIGITS), NULL);
}

static void check(double value)
{
    double back = knee_decimal_value(knee_decimal_of(value)), expected = text_value(value);
    if (!(back == expected))
        fail_msg("%.17g: %.17g, not %.17g", value, back, expected);
}

/* Numbers of six digits, and numbers of more, over more than the range that tables have. */
static void a_number_reads_back_as_its_text_does(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(7, 0);
    for (int i = 0; i < 50000; i++) {
        double digits = floor(1e6 * knee_random_uniform(&random));
        double value = digits * pow(10, floor(60 * knee_random_uniform(&random)) - 35);
        if (value < 2e9 || value > 1e16) /* between them whole numbers have more digits */
            check(text_value(value));
        if (value < 2e9)
            check(value * (1 + knee_random_uniform(&random)) / 2);
        check(-1e-30 * value);
    }
}

static void borders_hold(void **state)
{
    (void)state;
    static const double values[] = {
        0,         1,         10,          999999,      999999.4999, 999999.5, 999999.7,
        1000000,   1000000.4, 1000000.5,   13246464,    2147483646,  1e22,     123456e22,
        123456e23, 1e-22,     1.23456e-17, 1.23456e-18, DBL_EPSILON, DBL_MIN,  4.94066e-324,
    };
    for (size_t i = 0; i < KNEE_COUNT(values); i++)
        check(values[i]);
}

static void what_is_not_a_number_is_unknown(void **state)
{
    (void)state;
    static const double values[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < KNEE_COUNT(values); i++)
        assert_true(isnan(knee_decimal_value(knee_decimal_of(values[i]))));
    assert_true(isnan(knee_decimal_value(KNEE_DECIMAL_UNKNOWN)));
    assert_true(knee_decimal_value((struct knee_decimal){0}) == 0); /* so is a zeroed one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_reads_back_as_its_text_does),
        cmocka_unit_test(borders_hold),
        cmocka_unit_test(what_is_not_a_number_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
