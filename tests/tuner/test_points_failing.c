/* SPDX-License-Identifier: MIT */
/* The fit of windows in which items failed: is that the level's doing, or the time's, or chance? */
#include "core/base/array.h"
#include "tests/support/test.h"
#include "tuner/fit/points.h"

static struct knee_points fit(const struct knee_window *windows, size_t count)
{
    struct knee_points points;
    struct knee_err err;
    assert_int_equal(knee_points_fit(&points, windows, count, &err), 0);
    return points;
}

static void levels_that_fail_are_marked(void **state)
{
    (void)state;
    static const struct {
        double failed[2]; /* items of 100 at level 1 and at level 2 */
        bool errors;
    } cases[] = {{{0, 0}, false},   {{0, 9}, false},  {{0, 11}, true},
                 {{40, 45}, false}, {{40, 51}, true}, {{0, 100}, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_window windows[4] = {0};
        for (uint32_t j = 0; j < 4; j++) {
            double failed = cases[i].failed[j % 2];
            windows[j] = (struct knee_window){.level = j % 2 + 1,
                                              .block = j / 2,
                                              .items = 100 - failed,
                                              .failed_items = failed,
                                              .throughput_per_s = 100 - failed,
                                              .valid = true};
        }
        struct knee_points points = fit(windows, 4);
        assert_false(points.at[0].errors);
        assert_int_equal(points.at[1].errors, cases[i].errors);
        assert_close(points.at[1].failed_ratio, cases[i].failed[1] / 100, 1e-12);
    }
}

struct asked {
    uint32_t level;
    double items, failed;
};

static struct knee_points fit_asked(const struct asked *asked, size_t count)
{
    struct knee_window made[32] = {0};
    assert_true(count <= KNEE_COUNT(made));
    for (size_t i = 0; i < count; i++)
        made[i] = (struct knee_window){.level = asked[i].level,
                                       .window_ns = 200000000,
                                       .items = asked[i].items,
                                       .failed_items = asked[i].failed,
                                       .throughput_per_s = 5 * asked[i].items,
                                       .valid = true};
    return fit(made, count);
}

/* A service that refuses all beyond 12: what fails there is not normal, but to be looked at again.
 */
static void failing_that_the_levels_explain_is_not_normal(void **state)
{
    static const struct asked cases[] = {{1, 10, 0},     {2, 20, 0},    {4, 40, 0},
                                         {8, 79, 0},     {16, 118, 79}, {32, 117, 387},
                                         {29, 117, 332}, {26, 118, 274}};
    (void)state;
    struct knee_points points = fit_asked(cases, KNEE_COUNT(cases));
    for (size_t i = 0; i < points.count; i++) {
        assert_int_equal(points.at[i].suspect, points.at[i].level > 12);
        assert_int_equal(points.at[i].windows, points.at[i].level > 12 ? 0 : 1);
    }
    assert_int_equal(points.failed_by_time, 0);
}

/* Beside other load, too: a level at which every item fails each time is none to use. */
static void a_level_that_fails_all_is_out_beside_other_load(void **state)
{
    (void)state;
    for (int stopped = 0; stopped < 2; stopped++) {
        struct knee_window windows[6] = {0};
        for (uint32_t i = 0; i < 6; i++) {
            bool fails = i % 2;
            windows[i] = (struct knee_window){.level = fails ? 12 : 1,
                                              .block = i / 2,
                                              .window_ns = 200000000,
                                              .items = fails ? 0 : 10,
                                              .failed_items = fails ? 100 : 0,
                                              .throughput_per_s = fails ? 0 : 50,
                                              .valid = !fails};
            if (fails)
                windows[i].reasons =
                    KNEE_WINDOW_ERRORS | (stopped ? KNEE_WINDOW_STOPPED : KNEE_WINDOW_FOREIGN);
        }
        struct knee_points points = fit(windows, 6);
        assert_false(points.at[0].errors);
        assert_int_equal(points.at[1].errors, !stopped);
        assert_int_equal(points.at[1].windows, 0);
    }
}

/* An outage fails low levels, too, and higher ones not after it. */
static void failing_of_a_time_is_counted(void **state)
{
    static const struct asked cases[] = {{1, 10, 0}, {2, 20, 0},  {4, 40, 0}, {8, 79, 0},
                                         {4, 9, 31}, {2, 10, 10}, {8, 80, 0}, {1, 10, 0},
                                         {4, 41, 0}, {2, 20, 0}};
    (void)state;
    assert_int_equal(fit_asked(cases, KNEE_COUNT(cases)).failed_by_time, 2);
}

/* Items run out during a window. Its few successes were scaled up as if failing were normal, and 32
 * was the best. */
static void failing_of_all_is_never_normal(void **state)
{
    static const struct asked cases[] = {
        {1, 10, 0},   {2, 20, 0},   {4, 40, 0},  {8, 80, 0},   {16, 158, 0}, {32, 9, 502},
        {16, 0, 412}, {32, 0, 459}, {8, 0, 408}, {32, 0, 412}, {1, 0, 100},  {4, 0, 300},
        {2, 0, 250},  {16, 0, 410}, {1, 0, 90},  {8, 0, 400},  {32, 0, 800}, {2, 0, 240}};
    (void)state;
    struct knee_points points = fit_asked(cases, KNEE_COUNT(cases));
    assert_int_equal(points.at[5].level, 32);
    assert_int_equal(points.at[5].windows, 0);
    assert_int_equal(points.at[4].windows, 1);
    assert_int_equal(points.rejected, 0);
}

/* nginx with limit_req of 250/s, a request of 20 ms. At 4 a tenth to a third is refused, at 32 nine
 * of ten: that is the levels' doing, too, and refused requests are not added to the throughput. */
static void a_level_that_fails_now_and_then_is_the_first_that_does(void **state)
{
    static const struct asked cases[] = {
        {1, 10, 0},    {2, 20, 0},  {4, 38, 4},    {8, 40, 74},   {16, 49, 210}, {4, 31, 19},
        {16, 50, 214}, {8, 44, 72}, {32, 50, 534}, {23, 49, 360}, {32, 50, 546}, {16, 49, 230}};
    (void)state;
    struct knee_points points = fit_asked(cases, KNEE_COUNT(cases));
    for (size_t i = 0; i < points.count; i++) {
        assert_int_equal(points.at[i].suspect, points.at[i].level > 4);
        if (points.at[i].windows > 0)
            assert_true(points.at[i].level <= 4);
    }
}

/* A fifth of the queries takes too long, at every level: of the few in a window half may be those.
 */
static void failing_by_chance_is_not_of_a_time(void **state)
{
    static const struct asked cases[] = {{1, 6, 1}, {2, 14, 3}, {4, 30, 7}, {2, 11, 7}, {4, 29, 5},
                                         {1, 5, 3}, {4, 27, 9}, {2, 15, 2}, {1, 7, 1},  {4, 31, 8}};
    (void)state;
    assert_int_equal(fit_asked(cases, KNEE_COUNT(cases)).failed_by_time, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_that_fail_are_marked),
        cmocka_unit_test(a_level_that_fails_all_is_out_beside_other_load),
        cmocka_unit_test(failing_of_a_time_is_counted),
        cmocka_unit_test(failing_of_all_is_never_normal),
        cmocka_unit_test(failing_by_chance_is_not_of_a_time),
        cmocka_unit_test(failing_that_the_levels_explain_is_not_normal),
        cmocka_unit_test(a_level_that_fails_now_and_then_is_the_first_that_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
