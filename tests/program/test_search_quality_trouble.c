/* SPDX-License-Identifier: MIT */
/* What single machines do, and no noise word does: see tests/support/hard_curves.h. The bars that
 * the strategy curve is held to on such machines. */
#include "core/base/array.h"
#include "tests/support/test.h"
#include "tests/support/trials.h"

#define MODES_CURVES 6

/* Of this few, one more may be wrong. */
static void curve_on_troubled_machines(void **state)
{
    (void)state;
    test_bear_trouble("curve", TEST_FEW_CURVES, .05);
}

/* The device changes its speed every few windows, for all levels alike. */
static void curve_on_a_device_of_two_states(void **state)
{
    (void)state;
    struct knee_simulate_summary summary =
        test_hard_sum(TEST_HARD_STATES, "curve", MODES_CURVES, "two states");
    assert_true(summary.right_ratio >= .93);
    assert_true(summary.median_windows <= 60);
    assert_true(summary.false_ratio <= .05);
}

/* A third of the windows at .7 is hard to see in the few windows that a search takes. */
static void curve_on_levels_with_slower_modes(void **state)
{
    (void)state;
    static const enum test_hard HARD[] = {TEST_HARD_MODES_ABOVE, TEST_HARD_MODES_BELOW};
    for (size_t h = 0; h < KNEE_COUNT(HARD); h++) {
        struct knee_simulate_summary summary =
            test_hard_sum(HARD[h], "curve", MODES_CURVES, test_hard_name(HARD[h]));
        assert_true(summary.false_ratio <= .12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curve_on_troubled_machines),
        cmocka_unit_test(curve_on_levels_with_slower_modes),
        cmocka_unit_test(curve_on_a_device_of_two_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
