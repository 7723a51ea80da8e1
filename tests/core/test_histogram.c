/* SPDX-License-Identifier: MIT */
/* core/base/histogram: buckets are narrow enough, and quantiles and spread come out of them. */
#include "core/base/histogram.h"

#include "core/base/random.h"
#include "tests/support/test.h"

#include <stdlib.h>

static void middle_of_a_bucket_is_within_one_percent(void **state)
{
    (void)state;
    double worst = 0.0;
    /* 100 ns to an hour, in steps finer than a bucket. */
    for (uint64_t ns = 100; ns <= UINT64_C(3600000000000); ns += ns / 1100 + 1) {
        double middle = knee_histogram_value_ns(knee_histogram_index(ns));
        worst = fmax(worst, fabs(middle - (double)ns) / (double)ns);
    }
    assert_true(worst < 0.01);
    assert_true(worst > 0.001); /* the loop did look */
}

static void buckets_are_in_order_and_without_gaps(void **state)
{
    (void)state;
    size_t last = knee_histogram_index(0);
    assert_int_equal(last, 0);
    for (unsigned bit = 0; bit < KNEE_HISTOGRAM_TOP_BITS; bit++) {
        for (uint64_t sixteenth = 16; sixteenth < 32; sixteenth++) {
            size_t index = knee_histogram_index((sixteenth << bit) >> 4);
            assert_true(index >= last);
            last = index;
        }
        size_t below = knee_histogram_index((UINT64_C(1) << bit) - 1);
        assert_in_range(knee_histogram_index(UINT64_C(1) << bit) - below, bit == 0 ? 0 : 1, 1);
    }
}

static void it_fits_beside_a_worker(void **state)
{
    (void)state;
    assert_true(sizeof(struct knee_histogram) <= 16384);
}

static void what_is_too_long_falls_into_the_last_bucket(void **state)
{
    (void)state;
    assert_int_equal(knee_histogram_index(UINT64_MAX), KNEE_HISTOGRAM_BUCKETS - 1);
    assert_int_equal(knee_histogram_index(UINT64_C(1) << KNEE_HISTOGRAM_TOP_BITS),
                     KNEE_HISTOGRAM_BUCKETS - 1);
}

struct quantile_case {
    double ratio, expected_ns;
};

static void quantiles_are_nearest_ranks(void **state)
{
    (void)state;
    static const struct quantile_case cases[] = {
        {0.0, 10}, {0.01, 10}, {0.5, 50}, {0.501, 60}, {0.95, 100}, {0.99, 100}, {1.0, 100},
    };
    struct knee_histogram *one = calloc(2, sizeof *one);
    struct knee_histogram_sum *sum = calloc(1, sizeof *sum);
    assert_non_null(one);
    assert_non_null(sum);
    for (uint64_t value = 10; value <= 100; value += 10)
        knee_histogram_record(&one[value % 20 == 0], value); /* two writers, added up */
    knee_histogram_sum_add(sum, &one[0]);
    knee_histogram_sum_add(sum, &one[1]);
    assert_int_equal(sum->total, 10);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_close(knee_histogram_sum_quantile_ns(sum, cases[i].ratio), cases[i].expected_ns, 0);
    free(one);
    free(sum);
}

static void spread_of_a_lognormal_is_found_again(void **state)
{
    (void)state;
    struct knee_histogram *one = calloc(1, sizeof *one);
    struct knee_histogram_sum *sum = calloc(1, sizeof *sum);
    assert_non_null(one);
    assert_non_null(sum);
    struct knee_random random = knee_random_seed(7, 0);
    for (int i = 0; i < 200000; i++)
        knee_histogram_record(one, (uint64_t)knee_random_lognormal(&random, 1e6, 0.4));
    knee_histogram_sum_add(sum, one);
    assert_close(knee_histogram_sum_cv(sum), 0.4, 0.02);
    knee_histogram_clear(one);
    assert_int_equal(atomic_load(&one->counts[knee_histogram_index(1000000)]), 0);
    free(one);
    free(sum);
}

static void nothing_recorded_is_unknown(void **state)
{
    (void)state;
    struct knee_histogram_sum *sum = calloc(1, sizeof *sum);
    assert_non_null(sum);
    assert_true(isnan(knee_histogram_sum_quantile_ns(sum, 0.5)));
    assert_true(isnan(knee_histogram_sum_cv(sum)));
    free(sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(middle_of_a_bucket_is_within_one_percent),
        cmocka_unit_test(buckets_are_in_order_and_without_gaps),
        cmocka_unit_test(it_fits_beside_a_worker),
        cmocka_unit_test(what_is_too_long_falls_into_the_last_bucket),
        cmocka_unit_test(quantiles_are_nearest_ranks),
        cmocka_unit_test(spread_of_a_lognormal_is_found_again),
        cmocka_unit_test(nothing_recorded_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
