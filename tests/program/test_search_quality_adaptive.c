/* SPDX-License-Identifier: MIT */
/* The bars that the strategy adaptive is held to: see test_search_quality. */
#include "tests/support/test.h"
#include "tests/support/trials.h"

static struct knee_simulate_summary run_families(const char *noise)
{
    return test_trials_sum(
        &(struct test_trials){
            .noise = noise, .strategy = "adaptive", .families = TEST_ODD, .curves = TEST_CURVES},
        noise);
}

static void quiet_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("quiet");
    assert_true(summary.right_ratio >= .97);
    assert_true(summary.median_windows <= 40);
    assert_true(summary.false_ratio <= .03);
}

static void typical_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("typical");
    assert_true(summary.right_ratio >= .95);
    assert_true(summary.median_windows <= 80);
    assert_true(summary.resolved_ratio >= .75);
    assert_true(summary.false_ratio <= .03);
}

static void noisy_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("noisy");
    assert_true(summary.right_ratio >= .73);
    assert_true(summary.false_ratio <= .02);
}

/* The interval of an unresolved decision holds the truth. */
static void unresolved_intervals_hold_the_knee(void **state)
{
    (void)state;
    static struct knee_simulate_trial trials[TEST_ODD * TEST_CURVES];
    int unresolved = 0, held = 0;
    test_trials_run(trials, &(struct test_trials){.noise = "noisy",
                                                  .strategy = "adaptive",
                                                  .families = TEST_ODD,
                                                  .curves = TEST_CURVES});
    for (int i = 0; i < TEST_ODD * TEST_CURVES; i++) {
        if (trials[i].verdict != KNEE_VERDICT_UNRESOLVED)
            continue;
        unresolved++;
        held +=
            trials[i].knee_low <= trials[i].true_knee && trials[i].true_knee <= trials[i].knee_high;
    }
    assert_true(unresolved > 100);
    assert_true(held >= .95 * unresolved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_machine),
        cmocka_unit_test(typical_machine),
        cmocka_unit_test(noisy_machine),
        cmocka_unit_test(unresolved_intervals_hold_the_knee),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
