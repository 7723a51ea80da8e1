/* SPDX-License-Identifier: MIT */
/* The search by the posterior on known curves: right picks, few windows, and a table of levels that
 * agrees with the decision. */
#include "tests/support/fake.h"
#include "tests/support/test.h"
#include "tuner/result/result.h"

#include <math.h>
#include <string.h>

/* A plateau that goes on rising: 12 is fast by a hair, 13 surely. As `mixed` is on two CPUs. */
static double fast_by_a_hair_at_12(double level)
{
    static const double below[] = {0, 12.8, 25.4, 38.1, 50.3, 60, 69.3, 75.6, 82.4, 87.1, 93.1, 95};
    if (level <= 11)
        return below[(int)level];
    return level < 13 ? 97.1 : 98.1 + log(fmin(level, 90) / 13);
}

static void known_curves_are_resolved(void **state)
{
    (void)state;
    test_known_curves_are_resolved("curve", 1);
}

/* A quiet plateau is cheap: the claims need few windows. */
static void quiet_plateau_takes_few_windows(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 32);
    assert_true(test_fake_run(&fake).windows <= 40);
}

/* Two sweeps of the same work may well give 13 and 15. Then neither may say that the other is
 * impossible: a comparison would take that for a change. */
static void intervals_of_two_right_answers_overlap(void **state)
{
    (void)state;
    static struct test_fake fake;
    uint32_t low_most = 0, high_least = UINT32_MAX;
    int resolved = 0;
    for (uint64_t seed = 1; seed < 13; seed++) {
        test_fake_init(&fake, fast_by_a_hair_at_12, 128);
        fake.cv_ratio = .008;
        fake.random = knee_random_seed(seed, 0);
        struct knee_decision decision = test_fake_run(&fake);
        if (decision.verdict != KNEE_VERDICT_RESOLVED)
            continue;
        print_message("%u (%u to %u), %u windows\n", decision.knee, decision.knee_low,
                      decision.knee_high, decision.windows);
        resolved++;
        low_most = decision.knee_low > low_most ? decision.knee_low : low_most;
        high_least = decision.knee_high < high_least ? decision.knee_high : high_least;
    }
    assert_true(resolved >= 8);
    assert_true(low_most <= high_least);
}

/* Of items that take seconds, each window costs. */
static void long_windows_are_fewer(void **state)
{
    (void)state;
    static struct test_fake fake;
    uint32_t windows[2] = {0};
    for (int slow = 0; slow < 2; slow++)
        for (uint64_t seed = 1; seed < 6; seed++) {
            test_fake_init(&fake, test_plateau_at_6, 32);
            fake.window_ns = slow ? 5000000000u : 0;
            fake.cv_ratio = .005;
            fake.random = knee_random_seed(seed, 0);
            struct knee_decision decision = test_fake_run(&fake);
            assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
            assert_in_range(decision.knee, 6, 7);
            windows[slow] += decision.windows;
        }
    print_message("%u windows, %u long ones\n", windows[0], windows[1]);
    assert_true(windows[1] < .85 * windows[0]);
}

static void a_single_level_claims_nothing(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 1);
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
    assert_int_equal(decision.why.kind, KNEE_DECISION_SINGLE);
    assert_int_equal(decision.knee, 1);
    assert_true(decision.windows <= 4);
}

static void fixed_levels_are_all_that_is_measured(void **state)
{
    (void)state;
    static const LargestIntegralType levels[] = {1, 3, 5, 9, 30};
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 16);
    for (size_t i = 0; i < 5; i++)
        fake.candidates[i].level = (uint32_t)levels[i];
    fake.params.candidates_count = 5;
    fake.params.fixed_levels = true;
    struct knee_decision decision = test_fake_run(&fake);
    for (uint32_t i = 0; i < fake.windows; i++)
        assert_in_set(fake.levels[i], levels, 5);
    assert_int_equal(decision.knee, 30);
    assert_int_equal(decision.knee_low, 10);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RISING);
}

static void fixed_levels_below_the_top_are_resolved(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    fake.params.fixed_levels = true;
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    assert_int_equal(decision.knee, 16);
    assert_int_equal(decision.knee_low, 9);
    assert_int_equal(decision.knee_high, 16);
}

static void failing_levels_end_the_climb(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_linear, 256);
    fake.errors_from = 20;
    struct knee_decision decision = test_fake_run(&fake);
    assert_true(decision.errors_stopped);
    assert_in_range(decision.knee, 17, 19);
    assert_in_range(decision.peak, 17, 19);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    for (uint32_t i = 0; i < fake.windows; i++)
        assert_true(fake.levels[i] <= 64); /* 32 and 64 fail: nothing above is tried */
}

static void failing_level_is_never_the_pick(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_linear, 8);
    fake.errors_from = 8; /* a single one: the climb does not end, but the pick is below */
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.knee, 7);
}

/* The highest of them gives no valid window, so that it is not known to fail. */
static void levels_above_failing_ones_do_not_count(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_linear, 64);
    fake.errors_from = 13;
    fake.spoilt = 64;
    struct knee_decision decision = test_fake_run(&fake);
    assert_in_range(decision.knee, 11, 12);
    assert_in_range(decision.limit, 11, 12);
}

static void stalled_level_is_left_alone(void **state)
{
    (void)state;
    static struct test_fake fake;
    const uint32_t stalled[] = {1, 2, 8, 16, 64};
    for (size_t i = 0; i < sizeof stalled / sizeof *stalled; i++) {
        uint32_t tried = 0;
        test_fake_init(&fake, test_plateau_at_13, 64);
        fake.stalled = stalled[i];
        struct knee_decision decision = test_fake_run(&fake);
        for (uint32_t j = 0; j < fake.windows; j++)
            tried += fake.levels[j] == stalled[i];
        assert_true(tried <= 6);
        assert_in_range(decision.knee, 13, 14); /* one more than the knee is as right */
    }
}

/* Beside other load, which ends with the twentieth window. Level 12 was never tried again. */
static int spoil_12_at_first(void *context, struct knee_window *windows, size_t count,
                             const struct knee_points *points, struct knee_err *err)
{
    (void)context, (void)points, (void)err;
    for (size_t i = 0; i < count && i < 20; i++)
        if (windows[i].level == 12) {
            windows[i].valid = false;
            windows[i].reasons = KNEE_WINDOW_FOREIGN;
        }
    return 0;
}

static void a_level_that_the_host_spoilt_is_tried_again(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 16);
    fake.candidates[1].level = 12;
    fake.params.candidates_count = 2;
    fake.params.fixed_levels = true;
    fake.budget = 60;
    struct knee_search_source source = test_fake_source(&fake);
    source.block_end = spoil_12_at_first;
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
    size_t later = 0;
    for (size_t i = 20; i < record.count; i++)
        later += record.windows[i].level == 12;
    assert_true(later >= 2);
    assert_int_equal(decision.limit, 12);
    knee_search_record_release(&record);
}

static void collapse_ends_the_climb(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_pool_of_20_collapses, 512);
    test_fake_run(&fake);
    for (uint32_t i = 0; i < fake.windows; i++)
        assert_true(fake.levels[i] <= 64); /* 32 and 64 lie below half of the best */
}

static void wide_tolerance_picks_a_smaller_level(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    fake.params.tolerance_ratio = .25; /* from 9.75 on */
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    assert_in_range(decision.knee, 9, 11);
    assert_true(decision.windows <= 40);
}

static void no_level_comes_first_that_was_measured_last(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    fake.cv_ratio = .03;
    test_fake_run(&fake);
    for (uint32_t i = 1; i < fake.windows; i++)
        assert_int_not_equal(fake.levels[i], fake.levels[i - 1]);
}

/* When it stopped, the cost of the highest levels was not known. */
static void an_interrupted_climb_goes_on_upwards(void **state)
{
    (void)state;
    static struct test_fake fake;
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    for (uint32_t first = 2; first < 9; first++) {
        test_fake_init(&fake, test_plateau_at_13, 512);
        struct knee_search_source source = test_fake_source(&fake);
        fake.budget = first;
        assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
        uint32_t top = record.windows[record.count - 1].level;
        fake.budget = 0;
        assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
        for (size_t i = first; top < 512; i++) {
            assert_true(record.windows[i].level <= 2 * top);
            top = record.windows[i].level > top ? record.windows[i].level : top;
        }
        knee_search_record_release(&record);
    }
}

/* Beyond its pool the known curve halves at every step. */
static void an_interrupted_climb_still_ends_where_it_collapses(void **state)
{
    (void)state;
    static struct test_fake fake;
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    test_fake_init(&fake, test_pool_of_20_collapses, 512);
    struct knee_search_source source = test_fake_source(&fake);
    fake.budget = 4;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
    fake.budget = 0;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
    assert_int_equal(decision.knee, 20);
    for (size_t i = 0; i < record.count; i++)
        assert_true(record.windows[i].level <= 64);
    knee_search_record_release(&record);
}

/* The table says the same as the decision: no level is better than the pick by more than the claim
 * allows, and the levels below do not reach it. */
static void points_agree_with_the_decision(void **state)
{
    (void)state;
    static struct test_fake fake;
    static struct knee_points points;
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct knee_search_record record = {0};
        struct knee_decision decision;
        struct knee_err err;
        double best = -INFINITY;
        test_fake_init(&fake, test_usl, 128);
        fake.cv_ratio = .02;
        fake.random = knee_random_seed(seed, 0);
        struct knee_search_source source = test_fake_source(&fake);
        assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
        assert_int_equal(knee_search_points(&fake.params, &record, &points, &err), 0);
        size_t pick = knee_points_find(&points, decision.knee);
        for (size_t i = 0; i < points.count; i++)
            best = fmax(best, points.at[i].log_throughput);
        assert_true(points.at[pick].log_throughput > best + log(.97));
        for (size_t i = 0; i < points.count && 1.25 * points.at[i].level < decision.knee; i++)
            assert_true(points.at[i].log_throughput < best + log(.98));
        knee_search_record_release(&record);
    }
}

/* Items fail at every level but 1: nothing but its own few windows says how fast it is. */
static void the_interval_of_a_level_alone_holds_its_throughput(void **state)
{
    (void)state;
    static struct test_fake fake;
    static struct knee_points points;
    int covered = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct knee_search_record record = {0};
        struct knee_workload_result result = {.cpus = 2};
        struct knee_err err;
        test_fake_init(&fake, test_plateau_at_6, 16);
        fake.errors_from = 2;
        fake.cv_ratio = .02;
        fake.random = knee_random_seed(seed, 0);
        struct knee_search_source source = test_fake_source(&fake);
        assert_int_equal(knee_search_run(&fake.params, &source, &record, &result.decision, &err),
                         0);
        assert_int_equal(knee_search_points(&fake.params, &record, &points, &err), 0);
        result.windows = record.windows;
        result.windows_count = record.count;
        assert_int_equal(knee_workload_result_levels_of(&result, &points, NULL, 0, &err), 0);
        const struct knee_level *first = &result.levels[0];
        covered += first->throughput_ci_low_per_s < 100 && first->throughput_ci_high_per_s > 100;
        knee_workload_result_release(&result); /* the record's windows, too */
    }
    assert_in_range(covered, 34, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_curves_are_resolved),
        cmocka_unit_test(points_agree_with_the_decision),
        cmocka_unit_test(the_interval_of_a_level_alone_holds_its_throughput),
        cmocka_unit_test(quiet_plateau_takes_few_windows),
        cmocka_unit_test(intervals_of_two_right_answers_overlap),
        cmocka_unit_test(long_windows_are_fewer),
        cmocka_unit_test(a_single_level_claims_nothing),
        cmocka_unit_test(fixed_levels_are_all_that_is_measured),
        cmocka_unit_test(fixed_levels_below_the_top_are_resolved),
        cmocka_unit_test(failing_levels_end_the_climb),
        cmocka_unit_test(failing_level_is_never_the_pick),
        cmocka_unit_test(levels_above_failing_ones_do_not_count),
        cmocka_unit_test(stalled_level_is_left_alone),
        cmocka_unit_test(a_level_that_the_host_spoilt_is_tried_again),
        cmocka_unit_test(collapse_ends_the_climb),
        cmocka_unit_test(wide_tolerance_picks_a_smaller_level),
        cmocka_unit_test(no_level_comes_first_that_was_measured_last),
        cmocka_unit_test(an_interrupted_climb_goes_on_upwards),
        cmocka_unit_test(an_interrupted_climb_still_ends_where_it_collapses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
