/* SPDX-License-Identifier: MIT */
/* The adaptive search on known curves: right picks, few windows, and no level written off for a bad
 * time. */
#include "tests/support/fake.h"
#include "tests/support/test.h"

#include <string.h>

static void known_curves_are_resolved(void **state)
{
    (void)state;
    test_known_curves_are_resolved("adaptive", 0);
}

/* A quiet plateau is cheap: the claims need few windows. */
static void quiet_plateau_takes_few_windows(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 32);
    fake.params.strategy = knee_strategy_find("adaptive");
    assert_true(test_fake_run(&fake).windows <= 40);
}

static void a_single_level_claims_nothing(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 1);
    fake.params.strategy = knee_strategy_find("adaptive");
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
    assert_int_equal(decision.why.kind, KNEE_DECISION_SINGLE);
    assert_true(isnan(decision.bound_ratio));
    assert_int_equal(decision.knee, 1);
    assert_true(decision.windows <= 4);
}

static void fixed_levels_are_all_that_is_measured(void **state)
{
    (void)state;
    static const LargestIntegralType levels[] = {1, 3, 5, 9, 30};
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 16);
    fake.params.strategy = knee_strategy_find("adaptive");
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
    fake.params.strategy = knee_strategy_find("adaptive");
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
    fake.params.strategy = knee_strategy_find("adaptive");
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
    fake.params.strategy = knee_strategy_find("adaptive");
    fake.errors_from = 8; /* a single one: the climb does not end, but the pick is below */
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.knee, 7);
}

static void stalled_level_is_left_alone(void **state)
{
    (void)state;
    static struct test_fake fake;
    const uint32_t stalled[] = {1, 2, 8, 16, 64};
    for (size_t i = 0; i < sizeof stalled / sizeof *stalled; i++) {
        uint32_t tried = 0;
        test_fake_init(&fake, test_plateau_at_13, 64);
        fake.params.strategy = knee_strategy_find("adaptive");
        fake.stalled = stalled[i];
        struct knee_decision decision = test_fake_run(&fake);
        for (uint32_t j = 0; j < fake.windows; j++)
            tried += fake.levels[j] == stalled[i];
        assert_true(tried <= 6);
        assert_int_equal(decision.knee, 13);
    }
}

static void collapse_ends_the_climb(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_pool_of_20_collapses, 512);
    fake.params.strategy = knee_strategy_find("adaptive");
    test_fake_run(&fake);
    for (uint32_t i = 0; i < fake.windows; i++)
        assert_true(fake.levels[i] <= 64); /* 32 and 64 lie below half of the best */
}

static void wide_tolerance_picks_a_smaller_level(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    fake.params.strategy = knee_strategy_find("adaptive");
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
    fake.params.strategy = knee_strategy_find("adaptive");
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
        fake.params.strategy = knee_strategy_find("adaptive");
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
    fake.params.strategy = knee_strategy_find("adaptive");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_curves_are_resolved),
        cmocka_unit_test(quiet_plateau_takes_few_windows),
        cmocka_unit_test(a_single_level_claims_nothing),
        cmocka_unit_test(fixed_levels_are_all_that_is_measured),
        cmocka_unit_test(fixed_levels_below_the_top_are_resolved),
        cmocka_unit_test(failing_levels_end_the_climb),
        cmocka_unit_test(failing_level_is_never_the_pick),
        cmocka_unit_test(stalled_level_is_left_alone),
        cmocka_unit_test(collapse_ends_the_climb),
        cmocka_unit_test(wide_tolerance_picks_a_smaller_level),
        cmocka_unit_test(no_level_comes_first_that_was_measured_last),
        cmocka_unit_test(an_interrupted_climb_goes_on_upwards),
        cmocka_unit_test(an_interrupted_climb_still_ends_where_it_collapses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
