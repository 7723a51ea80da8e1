/* SPDX-License-Identifier: MIT */
/* workloads/parts/burn: rounds take the time that they were calibrated for. */
#include "tests/support/test.h"
#include "workloads/parts/burn.h"

static void result_depends_on_every_round_and_on_the_seed(void **state)
{
    (void)state;
    uint64_t seen[40];
    size_t count = 0;
    for (uint64_t rounds = 0; rounds < 20; rounds++)
        for (uint64_t seed = 1; seed < 5; seed += 2)
            seen[count++] = knee_burn(rounds, seed);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(seen[i] != seen[j]);
    assert_true(knee_burn(1000, 1) == knee_burn(1000, 1));
    assert_true(knee_burn(1000, 0) == knee_burn(1000, 1)); /* 0 would stay 0 */
}

static void calibration_is_proportional_and_at_least_one(void **state)
{
    (void)state;
    assert_int_equal(knee_burn_rounds(0, 0), 1);
    /* Two calibrations on a busy machine: only the order of magnitude is sure. */
    double ratio = (double)knee_burn_rounds(100000000, 0) / (double)knee_burn_rounds(1000000, 0);
    assert_true(ratio > 10 && ratio < 1000);
    assert_int_equal(knee_burn_rounds(1000, .5), 500);
    assert_int_equal(knee_burn_rounds(1, .1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(result_depends_on_every_round_and_on_the_seed),
        cmocka_unit_test(calibration_is_proportional_and_at_least_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
