/* SPDX-License-Identifier: MIT */
/* core/base/random: the same numbers for a seed everywhere, with the right distributions. */
#include "core/base/random.h"
#include "core/base/stats.h"
#include "tests/support/test.h"

#include <string.h>

#define DRAWS 20000

/* The first outputs for the state 1, 2, 3, 4, by the authors' own code. */
static void generator_is_xoshiro256_starstar(void **state)
{
    (void)state;
    struct knee_random random = {.state = {1, 2, 3, 4}};
    static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_true(knee_random_next(&random) == expected[i]);
}

static void same_seed_gives_the_same_numbers(void **state)
{
    (void)state;
    struct knee_random a = knee_random_seed(7, 1), b = knee_random_seed(7, 1);
    struct knee_random other_stream = knee_random_seed(7, 2);
    struct knee_random swapped = knee_random_seed(1, 7);
    struct knee_random other_seed = knee_random_seed(8, 1);
    uint64_t first = knee_random_next(&a);
    assert_true(first == knee_random_next(&b));
    assert_true(first != knee_random_next(&other_stream));
    assert_true(first != knee_random_next(&other_seed));
    assert_true(first != knee_random_next(&swapped));
}

static void below_covers_its_range_evenly(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(1, 0);
    int counts[7] = {0};
    for (int i = 0; i < 7 * DRAWS; i++)
        counts[knee_random_below(&random, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_close(counts[i], DRAWS, .03);
    assert_true(knee_random_below(&random, 1) == 0);
    assert_true(knee_random_below(&random, 0) == 0);
}

static void normal_has_mean_0_and_sd_1(void **state)
{
    (void)state;
    static double values[DRAWS];
    struct knee_random random = knee_random_seed(2, 0);
    for (int i = 0; i < DRAWS; i++)
        values[i] = knee_random_normal(&random);
    assert_true(fabs(knee_stats_mean(values, DRAWS)) < .02);
    assert_close(knee_stats_sd(values, DRAWS), 1, .02);
    assert_close(knee_stats_quantile(values, DRAWS, .975), 1.96, .03);
}

static void uniform_stays_within_0_and_1(void **state)
{
    (void)state;
    static double values[DRAWS];
    struct knee_random random = knee_random_seed(3, 0);
    for (int i = 0; i < DRAWS; i++)
        values[i] = knee_random_uniform(&random);
    assert_close(knee_stats_mean(values, DRAWS), .5, .02);
    assert_true(knee_stats_quantile(values, DRAWS, 0) >= 0);
    assert_true(knee_stats_quantile(values, DRAWS, 1) < 1);
}

static void lognormal_has_the_mean_and_cv_asked_for(void **state)
{
    (void)state;
    static double values[DRAWS];
    struct knee_random random = knee_random_seed(4, 0);
    for (int i = 0; i < DRAWS; i++)
        values[i] = knee_random_lognormal(&random, 40, .3);
    assert_close(knee_stats_mean(values, DRAWS), 40, .01);
    assert_close(knee_stats_cv(values, DRAWS), .3, .03);
    assert_close(knee_random_lognormal(&random, 40, 0), 40, 1e-12);
}

static void shuffle_keeps_the_values_and_moves_each_anywhere(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(5, 0);
    int first[4] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint32_t levels[] = {0, 1, 2, 3};
        uint32_t seen = 0;
        knee_random_shuffle(&random, levels, 4);
        for (int j = 0; j < 4; j++)
            seen |= 1u << levels[j];
        assert_int_equal(seen, 15);
        first[levels[0]]++;
    }
    for (int i = 0; i < 4; i++)
        assert_close(first[i], DRAWS / 4., .05);
    knee_random_shuffle(&random, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generator_is_xoshiro256_starstar),
        cmocka_unit_test(same_seed_gives_the_same_numbers),
        cmocka_unit_test(below_covers_its_range_evenly),
        cmocka_unit_test(normal_has_mean_0_and_sd_1),
        cmocka_unit_test(uniform_stays_within_0_and_1),
        cmocka_unit_test(lognormal_has_the_mean_and_cv_asked_for),
        cmocka_unit_test(shuffle_keeps_the_values_and_moves_each_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
