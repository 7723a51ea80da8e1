/* SPDX-License-Identifier: MIT */
/* The loop of a search: budgets and caps hold, invalid windows are measured again, and an error
 * keeps the windows so far. */
#include "tests/support/fake.h"
#include "tests/support/test.h"
#include "tuner/search/search.h"

#include <string.h>

static void every_budget_gives_a_decision(void **state)
{
    (void)state;
    double (*const curves[])(double) = {test_plateau_at_13, test_linear, test_flat, test_falling};
    static struct test_fake fake;
    for (size_t c = 0; c < sizeof curves / sizeof *curves; c++) {
        for (uint32_t budget = 1; budget < 60; budget++) {
            test_fake_init(&fake, curves[c], 64);
            fake.budget = budget;
            fake.cv_ratio = .03;
            struct knee_decision decision = test_fake_run(&fake);
            assert_true(decision.windows <= budget);
            /* Of levels that no one has seen nothing is claimed. */
            if (budget < 4) {
                assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
                assert_int_equal(decision.knee_high, 64);
            }
            assert_true(decision.knee >= 1 && decision.knee <= 64);
        }
    }
}

static void cap_on_windows_holds(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    fake.cv_ratio = .1;
    fake.params.windows_max = 50;
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.windows, 50);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
}

static void no_window_at_all_is_unresolved(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    fake.params.rule_of_thumb = 5;
    assert_int_equal(knee_search_decide(&fake.params, &record, &decision, &err), 0);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
    assert_int_equal(decision.knee, 0);
    assert_int_equal(decision.limit, 5);
    test_decision_is_well_formed(&decision);
}

static void error_of_the_source_keeps_what_was_measured(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    fake.fail_at = 11;
    struct knee_search_source source = test_fake_source(&fake);
    struct knee_search_record record = {0};
    struct knee_decision decision = {.knee = 77};
    struct knee_err err;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), -1);
    assert_int_equal(record.count, 10);
    assert_int_equal(decision.knee, 77);
    assert_int_equal(knee_search_decide(&fake.params, &record, &decision, &err), 0);
    test_decision_is_well_formed(&decision);
    knee_search_record_release(&record);
}

static void invalid_window_is_measured_again_twice(void **state)
{
    (void)state;
    static struct test_fake fake;
    uint32_t at_8 = 0;
    test_fake_init(&fake, test_plateau_at_6, 16);
    fake.spoilt = 8;
    struct knee_decision decision = test_fake_run(&fake);
    for (uint32_t i = 0; i < 7; i++)
        at_8 += fake.levels[i] == 8;
    assert_int_equal(at_8, 3); /* block 0: 1 2 4 8 16, then 8 8 */
    assert_int_equal(fake.levels[5], 8);
    assert_int_equal(fake.levels[6], 8);
    assert_int_equal(decision.knee, 6);
}

static void invalid_windows_take_no_part(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 64);
    fake.spoilt_ratio = .1;
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    assert_int_equal(decision.knee, 6);
}

static void many_invalid_windows_disturb(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 64);
    fake.spoilt_ratio = .4;
    fake.params.rule_of_thumb = 3;
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_DISTURBED);
    assert_int_equal(decision.limit, 3);
    assert_int_equal(decision.knee, 6);
}

static void all_invalid_ends(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_6, 64);
    fake.spoilt_ratio = 1;
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.verdict, KNEE_VERDICT_DISTURBED);
    assert_int_equal(decision.knee, 0);
}

static int invalidate_16(void *context, struct knee_window *windows, size_t count,
                         const struct knee_points *points, struct knee_err *err)
{
    (void)context, (void)points, (void)err;
    for (size_t i = 0; i < count; i++)
        windows[i].valid = windows[i].level != 16;
    return 0;
}

static void block_end_may_judge_windows(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 16);
    struct knee_search_source source = test_fake_source(&fake);
    source.block_end = invalidate_16;
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
    assert_true(decision.knee < 16);
    assert_true(decision.peak < 16);
    knee_search_record_release(&record);
}

static void resumed_search_goes_on_where_it_was(void **state)
{
    (void)state;
    static struct test_fake fake;
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    for (uint32_t first = 1; first < 20; first++) {
        test_fake_init(&fake, test_plateau_at_13, 64);
        struct knee_search_source source = test_fake_source(&fake);
        fake.budget = first;
        assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
        /* It may be done before. */
        assert_true(record.count == first ||
                    (record.count < first && decision.verdict == KNEE_VERDICT_RESOLVED));
        fake.budget = 0;
        assert_int_equal(knee_search_run(&fake.params, &source, &record, &decision, &err), 0);
        assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
        assert_in_range(decision.knee, 13, 14);
        assert_int_equal(record.count, fake.windows);
        for (size_t i = 1; i < record.count; i++)
            assert_true(record.windows[i].block >= record.windows[i - 1].block);
        knee_search_record_release(&record);
    }
}

static void resumed_resolved_search_measures_nothing(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 64);
    struct knee_search_source source = test_fake_source(&fake);
    struct knee_search_record record = {0};
    struct knee_decision first, again;
    struct knee_err err;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &first, &err), 0);
    size_t count = record.count;
    assert_int_equal(knee_search_run(&fake.params, &source, &record, &again, &err), 0);
    assert_int_equal(record.count, count);
    assert_int_equal(first.why.kind, again.why.kind);
    assert_true(first.why.bound_ratio == again.why.bound_ratio);
    knee_search_record_release(&record);
}

static void same_seed_gives_the_same_order(void **state)
{
    (void)state;
    static struct test_fake one, two;
    test_fake_init(&one, test_plateau_at_13, 64);
    test_fake_init(&two, test_plateau_at_13, 64);
    test_fake_run(&one);
    test_fake_run(&two);
    assert_int_equal(one.windows, two.windows);
    assert_memory_equal(one.levels, two.levels, one.windows * sizeof *one.levels);
    test_fake_init(&two, test_plateau_at_13, 64);
    two.params.seed = 2;
    test_fake_run(&two);
    assert_memory_not_equal(one.levels, two.levels, one.windows * sizeof *one.levels);
}

static void strategies_are_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; knee_strategies[i]; i++)
        assert_ptr_equal(knee_strategy_find(knee_strategies[i]->name), knee_strategies[i]);
    assert_null(knee_strategy_find("guess"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_budget_gives_a_decision),
        cmocka_unit_test(cap_on_windows_holds),
        cmocka_unit_test(no_window_at_all_is_unresolved),
        cmocka_unit_test(error_of_the_source_keeps_what_was_measured),
        cmocka_unit_test(invalid_window_is_measured_again_twice),
        cmocka_unit_test(invalid_windows_take_no_part),
        cmocka_unit_test(many_invalid_windows_disturb),
        cmocka_unit_test(all_invalid_ends),
        cmocka_unit_test(block_end_may_judge_windows),
        cmocka_unit_test(resumed_search_goes_on_where_it_was),
        cmocka_unit_test(resumed_resolved_search_measures_nothing),
        cmocka_unit_test(same_seed_gives_the_same_order),
        cmocka_unit_test(strategies_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
