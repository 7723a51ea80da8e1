/* SPDX-License-Identifier: MIT */
/* The grid: every level equally often, and nothing else. */
#include "tests/support/fake.h"
#include "tests/support/test.h"
#include "tuner/search/strategies.h"

static uint32_t times_measured(const struct test_fake *fake, uint32_t level)
{
    uint32_t times = 0;
    for (uint32_t i = 0; i < fake->windows; i++)
        times += fake->levels[i] == level;
    return times;
}

static void every_level_is_measured_equally_often(void **state)
{
    (void)state;
    static const uint32_t grid[] = {1, 2, 3, 4, 6, 8, 11, 16, 23, 32};
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 32);
    fake.params.strategy = knee_strategy_find("grid");
    fake.params.windows_max = 0;
    struct knee_decision decision = test_fake_run(&fake);
    assert_int_equal(decision.windows, 120);
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
        assert_int_equal(times_measured(&fake, grid[i]), 12);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    assert_int_equal(decision.knee, 16);
    assert_int_equal(decision.knee_low, 12);
}

/* A dry run named the candidates alone, "and levels between them that matter". */
static void all_it_measures_is_known_before(void **state)
{
    (void)state;
    static const uint32_t grid[] = {1, 2, 3, 4, 6, 8, 11, 16, 23, 32};
    static struct test_fake fake;
    struct knee_search_block known;
    test_fake_init(&fake, test_plateau_at_13, 32);
    fake.params.strategy = knee_strategy_find("grid");
    knee_strategy_foresee(&fake.params, &known);
    assert_int_equal(known.count, sizeof grid / sizeof *grid);
    assert_memory_equal(known.levels, grid, sizeof grid);
    assert_int_equal(fake.params.strategy->blocks, 12);
    fake.params.strategy = knee_strategy_find("curve");
    knee_strategy_foresee(&fake.params, &known);
    assert_int_equal(known.count, fake.params.candidates_count);
    assert_int_equal(fake.params.strategy->blocks, 0);
}

static void fixed_levels_are_its_grid(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_plateau_at_13, 32);
    fake.params.strategy = knee_strategy_find("grid");
    fake.params.fixed_levels = true;
    test_fake_run(&fake);
    assert_int_equal(fake.windows, 6 * 12);
    assert_int_equal(times_measured(&fake, 11), 0);
}

static void growth_at_the_top_is_rising(void **state)
{
    (void)state;
    static struct test_fake fake;
    test_fake_init(&fake, test_linear, 64);
    fake.params.strategy = knee_strategy_find("grid");
    assert_int_equal(test_fake_run(&fake).verdict, KNEE_VERDICT_RISING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_is_measured_equally_often),
        cmocka_unit_test(all_it_measures_is_known_before),
        cmocka_unit_test(fixed_levels_are_its_grid),
        cmocka_unit_test(growth_at_the_top_is_rising),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
