/* SPDX-License-Identifier: MIT */
/* A run's throughput over time: attempts count by overlap, and memory stays fixed. */
#include "tuner/run/run_timeline.h"

#include "tests/support/test.h"

#include <math.h>

static void an_item_counts_where_it_ran(void **state)
{
    (void)state;
    struct knee_run_timeline timeline = {0};
    struct knee_run_timeline_point points[KNEE_RUN_TIMELINE_SHOWN];
    knee_run_timeline_add(&timeline, 0., .2, true);
    knee_run_timeline_add(&timeline, .1, .2, false);
    assert_int_equal(knee_run_timeline_points(&timeline, points), 4);
    for (size_t i = 0; i < 4; i++)
        assert_float_equal(points[i].throughput_per_s, 5., 1e-9);
    assert_float_equal(points[0].running, 1., 1e-9);
    assert_float_equal(points[3].running, 2., 1e-9);
}

static void a_long_run_keeps_every_item(void **state)
{
    (void)state;
    struct knee_run_timeline timeline = {0};
    struct knee_run_timeline_point points[KNEE_RUN_TIMELINE_SHOWN];
    double items = 0.;
    for (int i = 0; i < 100000; i++)
        knee_run_timeline_add(&timeline, i * .01, i * .01 + .04, true);
    size_t count = knee_run_timeline_points(&timeline, points);
    assert_in_range(count, 40, KNEE_RUN_TIMELINE_SHOWN);
    for (size_t i = 0; i < count; i++)
        items += points[i].throughput_per_s * (points[i].to_s - points[i].from_s);
    assert_float_equal(items, 100000., 1e-3);
    assert_float_equal(points[count - 1].to_s, 1000.03, 1e-6);
    assert_float_equal(points[count / 2].throughput_per_s, 100., 1e-3);
    assert_float_equal(points[count / 2].running, 4., 1e-3);
}

static void senseless_times_are_left_out(void **state)
{
    (void)state;
    struct knee_run_timeline timeline = {0};
    struct knee_run_timeline_point points[KNEE_RUN_TIMELINE_SHOWN];
    knee_run_timeline_add(&timeline, 2., 1., true);
    knee_run_timeline_add(&timeline, -1., 1., true);
    knee_run_timeline_add(&timeline, NAN, 1., true);
    assert_int_equal(knee_run_timeline_points(&timeline, points), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_counts_where_it_ran),
        cmocka_unit_test(a_long_run_keeps_every_item),
        cmocka_unit_test(senseless_times_are_left_out),
    };
    return cmocka_run_group_tests_name("run_timeline", tests, NULL, NULL);
}
