/* SPDX-License-Identifier: MIT */
/* Quantities as people read them: two or three digits that matter, never a misleading one, and a
 * proven bound is never rounded up. */
#include "core/text/human.h"

#include "core/base/array.h"
#include "tests/support/test.h"

struct human_case {
    double value;
    const char *text;
};

static void check(const char *(*write)(char *, double), const struct human_case *cases,
                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[KNEE_HUMAN_BYTES];
        assert_string_equal(write(text, cases[i].value), cases[i].text);
    }
}

static void counts_have_thousands_separated(void **state)
{
    static const struct human_case CASES[] = {
        {0, "0"},          {7, "7"},          {999, "999"},           {1000, "1,000"},
        {40000, "40,000"}, {-1234, "-1,234"}, {1234567, "1,234,567"}, {-.2, "0"},
        {2e15, "many"},    {NAN, "-"},
    };
    (void)state;
    check(knee_human_count, CASES, KNEE_COUNT(CASES));
}

static void rates_keep_three_digits(void **state)
{
    static const struct human_case CASES[] = {
        {92400, "92,400"}, {100, "100"},   {99.96, "100"},    {41.7, "41.7"},
        {9.994, "9.99"},   {.25, "0.250"}, {.0012, "0.0012"}, {0, "0"},
    };
    (void)state;
    check(knee_human_rate, CASES, KNEE_COUNT(CASES));
}

static void latencies_change_their_unit_after_rounding(void **state)
{
    static const struct human_case CASES[] = {
        {1.2e-3, "1.2 ms"},    {.164, "164 ms"},   {850e-6, "850 us"}, {.99949, "999 ms"},
        {.9996, "1.0 s"},      {9.96e-3, "10 ms"}, {30e-9, "30 ns"},   {1.5, "1.5 s"},
        {.99996e-3, "1.0 ms"}, {NAN, "-"},
    };
    (void)state;
    check(knee_human_latency, CASES, KNEE_COUNT(CASES));
}

static void durations_have_two_parts_at_most(void **state)
{
    static const struct human_case CASES[] = {
        {.25, "250 ms"},         {5.5, "5.5 s"},  {12.4, "12 s"},
        {59.4, "59 s"},          {59.6, "1 min"}, {221, "3 min 41 s"},
        {3599.4, "59 min 59 s"}, {3599.6, "1 h"}, {7500, "2 h 5 min"},
        {86400, "24 h"},         {-1, "-"},       {NAN, "-"},
    };
    (void)state;
    check(knee_human_duration, CASES, KNEE_COUNT(CASES));
}

static void sizes_have_binary_units(void **state)
{
    static const struct human_case CASES[] = {
        {512, "512 B"},       {1023.6, "1.0 KiB"},           {4096, "4 KiB"},
        {33554432, "32 MiB"}, {3.1 * 1073741824, "3.1 GiB"}, {NAN, "-"},
    };
    (void)state;
    check(knee_human_size, CASES, KNEE_COUNT(CASES));
}

static void ratios_are_percent(void **state)
{
    static const struct human_case PERCENTS[] = {
        {.98, "98 %"}, {1, "100 %"}, {-.001, "0 %"}, {NAN, "-"}};
    static const struct human_case TENTHS[] = {
        {.007, "0.7 %"}, {.05, "5 %"}, {.0996, "10 %"}, {.153, "15 %"}, {NAN, "-"}};
    (void)state;
    check(knee_human_percent, PERCENTS, KNEE_COUNT(PERCENTS));
    check(knee_human_tenths, TENTHS, KNEE_COUNT(TENTHS));
}

static void a_bound_is_never_rounded_up(void **state)
{
    static const struct human_case CASES[] = {
        {.976, "97.6 %"}, {.97699, "97.6 %"}, {.98, "98 %"}, {.9999, "99.9 %"}, {NAN, "-"}};
    (void)state;
    check(knee_human_bound, CASES, KNEE_COUNT(CASES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_have_thousands_separated),
        cmocka_unit_test(rates_keep_three_digits),
        cmocka_unit_test(latencies_change_their_unit_after_rounding),
        cmocka_unit_test(durations_have_two_parts_at_most),
        cmocka_unit_test(sizes_have_binary_units),
        cmocka_unit_test(ratios_are_percent),
        cmocka_unit_test(a_bound_is_never_rounded_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
