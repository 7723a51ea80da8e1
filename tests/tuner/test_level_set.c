/* SPDX-License-Identifier: MIT */
/* A set of levels stays ascending, holds each once, and says when it is full. */
#include "tuner/levels/level_set.h"

#include "core/base/random.h"
#include "tests/support/test.h"

static void levels_are_ascending_and_each_once(void **state)
{
    struct knee_level_set set = {0};
    struct knee_random random = knee_random_seed(1, 0);
    (void)state;
    for (int i = 0; i < 2000; i++) {
        uint32_t level = 1 + (uint32_t)knee_random_below(&random, 100);
        assert_true(knee_level_set_add(&set, level));
        assert_int_equal(set.at[knee_level_set_find(&set, level)], level);
    }
    assert_int_equal(set.count, 100);
    for (size_t i = 1; i < set.count; i++)
        assert_true(set.at[i] > set.at[i - 1]);
    assert_int_equal(knee_level_set_highest(&set), 100);
}

static void a_full_set_takes_no_more_but_knows_its_own(void **state)
{
    struct knee_level_set set = {0};
    (void)state;
    for (uint32_t level = 1; level <= KNEE_LEVELS_MAX; level++)
        assert_true(knee_level_set_add(&set, 2 * level));
    assert_false(knee_level_set_add(&set, 3));
    assert_true(knee_level_set_add(&set, 2));
    assert_int_equal(set.count, KNEE_LEVELS_MAX);
}

static void an_empty_set_has_nothing(void **state)
{
    const struct knee_level_set set = {0};
    (void)state;
    assert_int_equal(knee_level_set_highest(&set), 0);
    assert_true(knee_level_set_find(&set, 1) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_ascending_and_each_once),
        cmocka_unit_test(a_full_set_takes_no_more_but_knows_its_own),
        cmocka_unit_test(an_empty_set_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
