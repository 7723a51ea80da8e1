/* SPDX-License-Identifier: MIT */
/* A search under an objective or SLOs measures around what they choose, not around the knee alone.
 */
#include "tests/support/fake.h"
#include "tests/support/test.h"
#include "tuner/result/choose_limit.h"
#include "tuner/search/refine_goal.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Searches `throughput` up to 128 and returns how often each level was measured. */
static void search(double (*throughput)(double level), const struct knee_goal *goal,
                   bool fixed_levels, uint32_t *windows)
{
    static struct test_fake fake;
    test_fake_init(&fake, throughput, 128);
    fake.params.goal = goal;
    fake.params.fixed_levels = fixed_levels;
    test_fake_run(&fake);
    memset(windows, 0, 129 * sizeof *windows);
    for (uint32_t i = 0; i < fake.windows; i++)
        windows[fake.levels[i]]++;
}

/* Of test_waiting: p99 <= 30 ms up to 20; efficiency 11 / (n + 10), at least 50 % up to 12; power
 * n / (n + 10)^2 is highest at 10. The limit is between the first and the last of these. */
static void levels_around_the_choice_are_measured(void **state)
{
    (void)state;
    static const struct {
        const char *objective, *slo;
        uint32_t first, last;
    } cases[] = {
        {NULL, "p99=30ms", 19, 20},       {NULL, "p99=60ms", 46, 50}, {NULL, "mean=15ms", 5, 5},
        {"efficiency", NULL, 11, 12},     {"power", NULL, 9, 12},     {"power", "p99=16ms", 5, 6},
        {"efficiency", "p99=18ms", 7, 8},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct knee_goal goal = {.min_efficiency_ratio = .5};
        uint32_t windows[129], found = 0;
        goal.objective = cases[i].objective ? knee_goal_objective_find(cases[i].objective) : NULL;
        if (cases[i].slo)
            assert_int_equal(knee_goal_add_slo(&goal, "test", cases[i].slo, NULL), 0);
        search(test_waiting, &goal, false, windows);
        for (uint32_t level = cases[i].first; level <= cases[i].last; level++)
            found += windows[level] >= KNEE_CLAIM_WINDOWS;
        if (found == 0)
            fail_msg("case %zu: nothing between %u and %u", i, cases[i].first, cases[i].last);
    }
}

static void default_goal_adds_nothing(void **state)
{
    (void)state;
    struct knee_goal goal = {.min_efficiency_ratio = .5};
    uint32_t without[129], with[129];
    search(test_waiting, NULL, false, without);
    search(test_waiting, &goal, false, with);
    assert_memory_equal(without, with, sizeof with);
}

static void fixed_levels_stay_fixed(void **state)
{
    (void)state;
    struct knee_goal goal = {.min_efficiency_ratio = .5};
    uint32_t windows[129];
    assert_int_equal(knee_goal_add_slo(&goal, "test", "p99=30ms", NULL), 0);
    search(test_waiting, &goal, true, windows);
    for (uint32_t level = 1; level <= 128; level++)
        assert_true(windows[level] == 0 || (level & (level - 1)) == 0);
    assert_true(windows[16] >= KNEE_CLAIM_WINDOWS);
}

static void slo_that_nothing_meets_ends(void **state)
{
    (void)state;
    struct knee_goal goal = {.min_efficiency_ratio = .5};
    uint32_t windows[129];
    assert_int_equal(knee_goal_add_slo(&goal, "test", "p99=1ms", NULL), 0);
    search(test_waiting, &goal, false, windows);
    assert_true(windows[1] >= KNEE_CLAIM_WINDOWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_around_the_choice_are_measured),
        cmocka_unit_test(default_goal_adds_nothing),
        cmocka_unit_test(fixed_levels_stay_fixed),
        cmocka_unit_test(slo_that_nothing_meets_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
