/* SPDX-License-Identifier: MIT */
/* core/base/stats: statistics of arrays against values computed by hand. */
#include "core/base/stats.h"

#include "core/base/random.h"
#include "tests/support/test.h"

#include <stdlib.h>

static void mean_and_spread_of_known_values(void **state)
{
    (void)state;
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    assert_close(knee_stats_mean(values, 8), 5, 1e-15);
    assert_close(knee_stats_sd(values, 8), sqrt(32. / 7), 1e-15);
    assert_close(knee_stats_cv(values, 8), sqrt(32. / 7) / 5, 1e-15);
}

static void too_few_values_are_unknown(void **state)
{
    (void)state;
    double one[] = {3};
    assert_true(isnan(knee_stats_mean(one, 0)));
    assert_true(isnan(knee_stats_sd(one, 1)));
    assert_true(isnan(knee_stats_median(one, 0)));
    assert_true(isnan(knee_stats_mad(one, 0)));
    assert_close(knee_stats_median(one, 1), 3, 0);
    assert_close(knee_stats_mad(one, 1), 0, 0);
}

static void quantiles_interpolate_between_order_statistics(void **state)
{
    (void)state;
    static const struct {
        double quantile, expected;
    } cases[] = {{0, 1}, {.25, 1.75}, {.5, 2.5}, {.99, 3.97}, {1, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double values[] = {4, 1, 3, 2};
        assert_close(knee_stats_quantile(values, 4, cases[i].quantile), cases[i].expected, 1e-15);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double value_of(int shape, size_t i, size_t count, struct knee_random *random)
{
    switch (shape) {
    case 0:
        return knee_random_normal(random);
    case 1: /* with many ties */
        return floor(4 * knee_random_uniform(random));
    case 2:
        return (double)i;
    case 3:
        return -(double)i;
    case 4: /* up, then down */
        return (double)(i < count / 2 ? i : count - i);
    default:
        return 1;
    }
}

/* Only a part of the values is put in order, but the answer is that of sorting, to the last bit. */
static void quantiles_are_those_of_the_sorted_values(void **state)
{
    (void)state;
    static const double quantiles[] = {0, .1, .25, .5, .8, .99, 1};
    struct knee_random random = knee_random_seed(2, 0);
    for (int i = 0; i < 3000; i++) {
        double values[200], sorted[200];
        size_t count = 1 + (size_t)knee_random_below(&random, 200);
        for (size_t j = 0; j < count; j++)
            values[j] = sorted[j] = value_of(i % 6, j, count, &random);
        qsort(sorted, count, sizeof *sorted, ascending);
        double quantile = quantiles[i % 7], place = quantile * (double)(count - 1);
        size_t below = (size_t)place, above = below + 1 < count ? below + 1 : below;
        double expected = sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
        double found = knee_stats_quantile(values, count, quantile);
        if (found != expected)
            fail_msg("case %d: %.17g, not %.17g", i, found, expected);
        qsort(values, count, sizeof *values, ascending);
        assert_memory_equal(values, sorted, count * sizeof *values);
    }
}

static void median_and_mad_ignore_an_outlier(void **state)
{
    (void)state;
    double values[] = {1, 2, 3, 4, 1e9}, again[] = {1, 2, 3, 4, 1e9};
    assert_close(knee_stats_median(values, 5), 3, 0);
    assert_close(knee_stats_mad(again, 5), 1, 0);
}

/* Tables of Student's distribution. */
static void t_quantiles_match_the_tables(void **state)
{
    (void)state;
    assert_close(knee_stats_t_quantile(.975, 1), 12.7062, 1e-5);
    assert_close(knee_stats_t_quantile(.975, 10), 2.22814, 1e-5);
    assert_close(knee_stats_t_quantile(.95, 5), 2.01505, 1e-5);
    assert_close(knee_stats_t_quantile(.025, 10), -2.22814, 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_and_spread_of_known_values),
        cmocka_unit_test(too_few_values_are_unknown),
        cmocka_unit_test(quantiles_interpolate_between_order_statistics),
        cmocka_unit_test(quantiles_are_those_of_the_sorted_values),
        cmocka_unit_test(median_and_mad_ignore_an_outlier),
        cmocka_unit_test(t_quantiles_match_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
