/* SPDX-License-Identifier: MIT */
/* An expectation fails only if the evidence excludes it; what straddles a bound stays open. */
#include "tuner/result/expectation.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <math.h>

static void the_limits_interval_decides(void **state)
{
    static const struct {
        enum knee_verdict verdict;
        uint32_t low, high, expect_low, expect_high;
        enum knee_expectation_state state;
    } CASES[] = {
        {KNEE_VERDICT_RESOLVED, 6, 6, 4, 8, KNEE_EXPECTATION_HOLDS},
        {KNEE_VERDICT_RESOLVED, 4, 8, 4, 8, KNEE_EXPECTATION_HOLDS},
        {KNEE_VERDICT_RESOLVED, 9, 9, 4, 8, KNEE_EXPECTATION_FAILS},
        {KNEE_VERDICT_RESOLVED, 3, 3, 4, 8, KNEE_EXPECTATION_FAILS},
        {KNEE_VERDICT_UNRESOLVED, 7, 12, 4, 8, KNEE_EXPECTATION_OPEN},
        {KNEE_VERDICT_UNRESOLVED, 9, 12, 4, 8, KNEE_EXPECTATION_FAILS},
        {KNEE_VERDICT_RISING, 64, 64, 100, 200, KNEE_EXPECTATION_OPEN},
        {KNEE_VERDICT_RISING, 64, 64, 4, 8, KNEE_EXPECTATION_FAILS},
        {KNEE_VERDICT_DISTURBED, 9, 12, 4, 8, KNEE_EXPECTATION_OPEN},
        {KNEE_VERDICT_RESOLVED, 6, 6, 0, 0, KNEE_EXPECTATION_NONE},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        const struct knee_workload_result workload = {.decision = {.verdict = CASES[i].verdict,
                                                                   .knee = CASES[i].high,
                                                                   .limit = CASES[i].high,
                                                                   .knee_low = CASES[i].low,
                                                                   .knee_high = CASES[i].high}};
        const struct knee_expectation expectation = {.limit_low = CASES[i].expect_low,
                                                     .limit_high = CASES[i].expect_high};
        struct knee_expectation_outcome outcome = knee_expectation_judge(&expectation, &workload);
        if (outcome.limit != CASES[i].state)
            fail_msg("case %zu: state %d instead of %d", i, (int)outcome.limit,
                     (int)CASES[i].state);
        assert_int_equal(outcome.throughput, KNEE_EXPECTATION_NONE);
    }
}

static void throughput_fails_only_below_its_interval(void **state)
{
    static const struct {
        double expected;
        enum knee_expectation_state state;
    } CASES[] = {
        {790, KNEE_EXPECTATION_HOLDS},
        {800, KNEE_EXPECTATION_OPEN},
        {810, KNEE_EXPECTATION_OPEN},
        {811, KNEE_EXPECTATION_FAILS},
    };
    (void)state;
    struct knee_level row = {
        .level = 6, .throughput_ci_low_per_s = 790, .throughput_ci_high_per_s = 810};
    const struct knee_workload_result workload = {.decision = {.verdict = KNEE_VERDICT_RESOLVED,
                                                               .knee = 6,
                                                               .limit = 6,
                                                               .knee_low = 6,
                                                               .knee_high = 6},
                                                  .levels = &row,
                                                  .levels_count = 1};
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        const struct knee_expectation expectation = {.throughput_per_s = CASES[i].expected};
        assert_int_equal(knee_expectation_judge(&expectation, &workload).throughput,
                         CASES[i].state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limits_interval_decides),
        cmocka_unit_test(throughput_fails_only_below_its_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
