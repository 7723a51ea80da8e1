/* SPDX-License-Identifier: MIT */
/* Rows and guess of a sweep in whose middle throughput fell for good. */
#include "tests/support/test.h"
#include "tuner/result/result.h"

#include <math.h>
#include <stdlib.h>

#define FALL_WINDOWS 48
#define FALL_AT 20

/* Ten places, for 10 ms an item until window FALL_AT and for 30 ms after it. 64 was only tried
 * before. */
static void make_fallen(struct knee_workload_result *result, struct knee_window *windows,
                        bool beside_other_work)
{
    static const uint32_t tried[] = {1, 2, 4, 8, 16, 64};
    *result = (struct knee_workload_result){
        .resource = KNEE_CLASS_NET, .windows = windows, .windows_count = FALL_WINDOWS, .cpus = 2};
    for (size_t i = 0; i < FALL_WINDOWS; i++) {
        uint32_t level = tried[i % (i < FALL_AT ? 6 : 5)];
        double item_s = i < FALL_AT ? .01 : .03, places = level < 10 ? level : 10;
        double throughput_per_s = places / item_s * (i % 2 ? 1.002 : .998);
        windows[i] =
            (struct knee_window){.level = level,
                                 .block = (uint32_t)(i / 6),
                                 .window_ns = 200000000,
                                 .throughput_per_s = throughput_per_s,
                                 .items = throughput_per_s * .2,
                                 .latency_mean_s = level / throughput_per_s,
                                 .share_ratio = NAN,
                                 .valid = !beside_other_work || i >= FALL_AT || level == 1};
    }
}

/* It would contradict its throughput else. */
static void a_row_is_of_what_lasts(void **state)
{
    (void)state;
    struct knee_window windows[FALL_WINDOWS];
    struct knee_workload_result result;
    make_fallen(&result, windows, false);
    assert_int_equal(knee_workload_result_levels(&result, NULL, 0, NULL), 0);
    assert_int_equal(result.earlier, FALL_AT);
    for (size_t i = 0; i + 1 < result.levels_count; i++) {
        const struct knee_level *row = &result.levels[i];
        assert_close(row->latency_mean_s * row->throughput_per_s, row->level, .01);
        assert_false(row->seen_earlier);
    }
    const struct knee_level *last = &result.levels[result.levels_count - 1];
    assert_int_equal(last->level, 64);
    assert_true(last->seen_earlier);
    assert_close(last->throughput_seen_per_s, 1000, .01);
    assert_true(isnan(knee_workload_result_seen_per_s(last)));
    free(result.levels);
}

/* 64 had been three times as fast as 16 is now, but everything had. */
static void a_guess_compares_only_what_lasts(void **state)
{
    (void)state;
    struct knee_window windows[FALL_WINDOWS];
    struct knee_workload_result result;
    double of_best = NAN;
    make_fallen(&result, windows, true);
    result.decision = (struct knee_decision){.verdict = KNEE_VERDICT_DISTURBED, .rule_of_thumb = 8};
    assert_int_equal(knee_workload_result_levels(&result, NULL, 0, NULL), 0);
    assert_int_equal(result.earlier, 0);
    assert_true(knee_workload_result_use(&result) <= 16);
    assert_true(knee_workload_result_seen_below(&result, &of_best) < 16);
    free(result.levels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_of_what_lasts),
        cmocka_unit_test(a_guess_compares_only_what_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
