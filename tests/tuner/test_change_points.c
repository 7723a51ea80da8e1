/* SPDX-License-Identifier: MIT */
/* Change points of series whose truth is known: the share found, and the false alarms. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/base/random.h"
#include "tuner/compare/change_points.h"

#include <math.h>

#define TRIALS 200

/* Noise as of runs on different days: 4 % each. */
static size_t find(uint64_t seed, size_t count, size_t at, double step, size_t *points)
{
    struct knee_random random = knee_random_seed(seed, 5);
    double values[KNEE_CHANGE_POINTS_VALUES_MAX];
    size_t points_count = 0;
    struct knee_err err = {0};
    for (size_t i = 0; i < count; i++)
        values[i] = 7 + .04 * knee_random_normal(&random) + (i >= at ? step : 0);
    const struct knee_change_points_params params = {KNEE_CHANGE_POINTS_RISK, log(1.05), seed};
    assert_int_equal(knee_change_points_find(values, count, &params, points, &points_count, &err),
                     0);
    return points_count;
}

static void a_quiet_history_has_no_change(void **state)
{
    static const size_t COUNTS[] = {6, 10, 20, 40};
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(COUNTS); i++) {
        size_t alarms = 0, points[KNEE_CHANGE_POINTS_VALUES_MAX];
        for (uint64_t seed = 1; seed <= TRIALS; seed++)
            alarms += find(seed, COUNTS[i], COUNTS[i], 0, points) > 0;
        print_message("%zu results: %zu false alarms of %d\n", COUNTS[i], alarms, TRIALS);
        assert_in_range(alarms, 0, TRIALS / 50);
    }
}

static void a_step_is_found_close_to_its_place(void **state)
{
    static const struct {
        size_t count, at;
        double step;
        size_t found_min;
    } CASES[] = {
        {20, 10, -.10, 160}, {20, 16, -.15, 160}, {30, 27, -.20, 160},
        {12, 6, -.20, 160},  {20, 10, .10, 160},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        size_t found = 0, points[KNEE_CHANGE_POINTS_VALUES_MAX];
        for (uint64_t seed = 1; seed <= TRIALS; seed++) {
            size_t count = find(seed, CASES[i].count, CASES[i].at, CASES[i].step, points);
            for (size_t j = 0; j < count; j++)
                if (points[j] + 2 >= CASES[i].at && points[j] <= CASES[i].at + 2) {
                    found++;
                    break;
                }
        }
        print_message("%+.0f %% at %zu of %zu: found %zu of %d\n", 100 * CASES[i].step, CASES[i].at,
                      CASES[i].count, found, TRIALS);
        assert_in_range(found, CASES[i].found_min, TRIALS);
    }
}

static void a_change_and_its_way_back_are_two(void **state)
{
    (void)state;
    double values[30];
    size_t points[30], count = 0;
    struct knee_err err = {0};
    for (size_t i = 0; i < 30; i++)
        values[i] = (i >= 10 && i < 20 ? -.3 : 0) + .01 * (double)(i * 7 % 5);
    const struct knee_change_points_params params = {KNEE_CHANGE_POINTS_RISK, log(1.05), 1};
    assert_int_equal(knee_change_points_find(values, 30, &params, points, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_int_equal(points[0], 10);
    assert_int_equal(points[1], 20);
}

static void a_small_change_is_not_worth_a_word(void **state)
{
    (void)state;
    double values[30];
    size_t points[30], count = 9;
    struct knee_err err = {0};
    for (size_t i = 0; i < 30; i++)
        values[i] = (i >= 15 ? -.03 : 0) + .001 * (double)(i * 7 % 5);
    const struct knee_change_points_params params = {KNEE_CHANGE_POINTS_RISK, log(1.05), 1};
    assert_int_equal(knee_change_points_find(values, 30, &params, points, &count, &err), 0);
    assert_int_equal(count, 0);
}

static void equal_values_and_short_series_have_none(void **state)
{
    (void)state;
    double values[40] = {0};
    size_t points[40], count = 9;
    struct knee_err err = {0};
    const struct knee_change_points_params params = {KNEE_CHANGE_POINTS_RISK, log(1.05), 1};
    for (size_t n = 0; n <= 40; n += 5) {
        assert_int_equal(knee_change_points_find(values, n, &params, points, &count, &err), 0);
        assert_int_equal(count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_history_has_no_change),
        cmocka_unit_test(a_step_is_found_close_to_its_place),
        cmocka_unit_test(a_change_and_its_way_back_are_two),
        cmocka_unit_test(a_small_change_is_not_worth_a_word),
        cmocka_unit_test(equal_values_and_short_series_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
