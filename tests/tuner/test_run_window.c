/* SPDX-License-Identifier: MIT */
/* Credit by overlap: items in step, items that cross an edge, items that still run. */
#include "tests/support/test.h"
#include "tuner/run/run_live.h"
#include "tuner/run/run_window.h"

#include <math.h>
#include <string.h>

/* `slots` slots run items of 1 s without a pause, all in step; a window of any place and length
 * sees their speed. */
static void items_in_step_give_their_speed_in_any_window(void **state)
{
    (void)state;
    for (int place = 0; place < 8; place++)
        for (int length = 0; length < 11; length++) {
            double start_s = 3 + .13 * place, length_s = .3 + .21 * length;
            struct knee_run_window window;
            struct knee_run_lengths lengths = {0};
            double end_s = start_s + length_s, work = 0;
            const int slots = 4;
            knee_run_lengths_add(&lengths, 1);
            knee_run_window_begin(&window, start_s);
            for (int second = 0; second < end_s; second++) {
                double begin = second;
                for (int i = 0; i < slots; i++)
                    if (begin + 1 > end_s)
                        work += knee_run_window_share(&window, begin, end_s, 1, &lengths);
                    else if (begin + 1 > start_s)
                        knee_run_window_add(&window, begin, begin + 1, 1, false);
            }
            assert_close((work + window.work) / length_s, slots, 1e-9);
        }
}

static void failed_items_and_weights_count_as_they_should(void **state)
{
    (void)state;
    struct knee_run_window window;
    knee_run_window_begin(&window, 10);
    knee_run_window_add(&window, 10, 11, 2.5, false);
    knee_run_window_add(&window, 9, 11, 1, false); /* half of it is inside */
    knee_run_window_add(&window, 10, 11, 1, true);
    assert_close(window.work, 3, 1e-9);
    assert_int_equal(window.ended, 3);
}

static void what_still_runs_is_expected_by_the_spread(void **state)
{
    (void)state;
    struct knee_run_lengths alike = {0}, wide = {0}, none = {0};
    for (int i = 0; i < 400; i++) {
        knee_run_lengths_add(&alike, 2);
        knee_run_lengths_add(&wide, i % 10 == 0 ? 20 : .01);
    }
    assert_close(knee_run_lengths_expect_s(&alike, .5), 2, 1e-6);
    assert_close(knee_run_lengths_expect_s(&alike, 3), 3, 1e-6);
    assert_true(knee_run_lengths_cv(&wide) > 1);
    assert_close(knee_run_lengths_expect_s(&wide, 5), 5 + wide.mean_s, 1e-6);
    assert_true(isnan(knee_run_lengths_expect_s(&none, 1)));
}

static void the_history_spans_the_whole_run(void **state)
{
    (void)state;
    static struct knee_run_live live;
    double items = 0, seen = 0, before_s = 0;
    for (int i = 1; i <= 5000; i++) {
        knee_run_live_add_moment(&live, i, i % 7, 4);
        items += i % 7;
        assert_true(live.history_count <= KNEE_RUN_HISTORY);
    }
    for (size_t i = 0; i < live.history_count; i++) {
        seen += live.history[i].throughput_per_s * (live.history[i].time_s - before_s);
        before_s = live.history[i].time_s;
    }
    assert_close(before_s, 5000, 1e-12);
    assert_close(seen, items, 1e-9);
}

static void the_last_lines_are_kept_and_printable(void **state)
{
    (void)state;
    static struct knee_run_live live;
    for (uint64_t i = 0; i < 100; i++)
        knee_run_live_add_line(&live, i, i % 2, "a\033[2Jb", 6);
    assert_int_equal(live.lines_count, KNEE_RUN_LINES);
    assert_int_equal(live.lines[KNEE_RUN_LINES - 1].number, 99);
    assert_null(strchr(live.lines[0].text, '\033'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_in_step_give_their_speed_in_any_window),
        cmocka_unit_test(failed_items_and_weights_count_as_they_should),
        cmocka_unit_test(what_still_runs_is_expected_by_the_spread),
        cmocka_unit_test(the_history_spans_the_whole_run),
        cmocka_unit_test(the_last_lines_are_kept_and_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
