/* SPDX-License-Identifier: MIT */
/* How often a comparison of two known curves is right, over all families of curves: no false alarm
 * for two that are the same, and no loss of 5 % or moved knee overlooked.
 *     test_compare_known                  the assertions
 *     test_compare_known table [CURVES]   the counts by case and noise */
#include "tuner/simulate/simulate_compare.h"

#include "core/base/array.h"
#include "tests/support/curves.h"
#include "tests/support/test.h"
#include "tuner/search/strategies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the new curve is, given the base's throughputs. */
enum change { SAME, SLOWER_5, SLOWER_2, FASTER_10, ONE_LEVEL };

static struct knee_curve changed(const struct knee_curve *base, enum change change)
{
    double *levels = calloc(base->level_max + 1, sizeof *levels);
    for (uint32_t n = 1; n <= base->level_max; n++) {
        double factor = change == SLOWER_5    ? .95
                        : change == SLOWER_2  ? .98
                        : change == FASTER_10 ? 1.1
                                              : 1;
        if (change == ONE_LEVEL && n == base->level_max)
            factor = .7;
        levels[n - 1] = base->throughput_per_s[n] * factor;
    }
    struct knee_curve curve = test_curve_of(levels, base->level_max);
    free(levels);
    return curve;
}

struct outcome {
    double slower, faster, same, open, moved, windows;
};

static struct outcome run_trials(enum change change, const char *noise, bool stored, int curves)
{
    struct outcome sum = {0};
    int trials = 0;
    for (int family = 0; family < TEST_FAMILIES; family++) {
        for (int i = 0; i < curves; i++, trials++) {
            struct test_curve base = test_curve_draw((enum test_family)family, 7000u + (uint64_t)i);
            struct knee_curve fresh = changed(&base.curve, change);
            struct knee_simulate_compare_params params = {
                .base = &base.curve,
                .fresh = &fresh,
                .sweep = {.noise = *knee_simulate_noise_find(noise),
                          .strategy = knee_strategy_find("adaptive"),
                          .cpus = base.cpus,
                          .windows_max = 200,
                          .tolerance_ratio = .02,
                          .confidence_ratio = .95},
                .min_effect = KNEE_COMPARE_MIN_EFFECT,
                .stored = stored};
            struct knee_simulate_compare_trial trial;
            struct knee_err err;
            if (knee_simulate_compare(&trial, &params, 90000u + (uint64_t)trials, &err) != 0)
                fail_msg("%s", err.message);
            sum.slower += trial.verdict == KNEE_COMPARE_SLOWER;
            sum.faster += trial.verdict == KNEE_COMPARE_FASTER;
            sum.same += trial.verdict == KNEE_COMPARE_SAME;
            sum.open += trial.verdict == KNEE_COMPARE_NOT_ENOUGH_EVIDENCE;
            sum.moved += trial.knee_moved;
            sum.windows += trial.windows;
            knee_curve_release(&fresh);
            test_curve_release(&base);
        }
    }
    return (struct outcome){.slower = sum.slower / trials,
                            .faster = sum.faster / trials,
                            .same = sum.same / trials,
                            .open = sum.open / trials,
                            .moved = sum.moved / trials,
                            .windows = sum.windows / trials};
}

static int print_table(int curves)
{
    static const char *const changes[] = {"same", "slower 5 %", "slower 2 %", "faster 10 %",
                                          "one level"};
    static const char *const noises[] = {"quiet", "typical", "noisy"};
    printf("%-8s %-12s %-8s %7s %7s %7s %7s %7s %8s\n", "way", "change", "noise", "slower",
           "faster", "same", "open", "knee", "windows");
    for (int stored = 0; stored < 2; stored++)
        for (size_t change = 0; change < KNEE_COUNT(changes); change++)
            for (size_t noise = 0; noise < KNEE_COUNT(noises); noise++) {
                struct outcome o = run_trials((enum change)change, noises[noise], stored, curves);
                printf("%-8s %-12s %-8s %6.1f%% %6.1f%% %6.1f%% %6.1f%% %6.1f%% %8.0f\n",
                       stored ? "stored" : "paired", changes[change], noises[noise], 100 * o.slower,
                       100 * o.faster, 100 * o.same, 100 * o.open, 100 * o.moved, o.windows);
            }
    return 0;
}

#define CURVES 25 /* of each family */

static void two_that_are_the_same_raise_no_alarm(void **state)
{
    static const struct {
        const char *noise;
        bool stored;
        double alarms_max;
    } CASES[] = {{"quiet", false, .02}, {"typical", false, .02}, {"noisy", false, .04},
                 {"quiet", true, .02},  {"typical", true, .03},  {"noisy", true, .04}};
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct outcome outcome = run_trials(SAME, CASES[i].noise, CASES[i].stored, CURVES);
        print_message("%s, %s: %.1f %% alarms\n", CASES[i].stored ? "stored" : "side by side",
                      CASES[i].noise, 100 * (outcome.slower + outcome.faster));
        assert_true(outcome.slower + outcome.faster <= CASES[i].alarms_max);
    }
}

static void five_percent_everywhere_are_found_side_by_side(void **state)
{
    (void)state;
    assert_true(run_trials(SLOWER_5, "quiet", false, CURVES).slower == 1);
    assert_true(run_trials(SLOWER_5, "typical", false, CURVES).slower >= .99);
    assert_true(run_trials(SLOWER_5, "noisy", false, CURVES).slower >= .9);
}

static void a_collapse_at_one_level_is_found_side_by_side(void **state)
{
    (void)state;
    assert_true(run_trials(ONE_LEVEL, "typical", false, CURVES).slower >= .99);
}

/* Linear up to a pool, flat from there on. */
static struct knee_curve pool_curve(uint32_t pool)
{
    double levels[64];
    for (uint32_t n = 1; n <= KNEE_COUNT(levels); n++)
        levels[n - 1] = 100.0 * (n < pool ? n : pool);
    return test_curve_of(levels, KNEE_COUNT(levels));
}

static void a_pool_of_8_instead_of_16_is_found(void **state)
{
    (void)state;
    struct knee_curve base = pool_curve(16), fresh = pool_curve(8);
    for (int stored = 0; stored < 2; stored++) {
        int found = 0, moved = 0, trials = 40;
        for (int i = 0; i < trials; i++) {
            struct knee_simulate_compare_params params = {
                .base = &base,
                .fresh = &fresh,
                .sweep = {.noise = *knee_simulate_noise_find("typical"),
                          .strategy = knee_strategy_find("adaptive"),
                          .cpus = 4,
                          .windows_max = 200,
                          .tolerance_ratio = .02,
                          .confidence_ratio = .95},
                .min_effect = KNEE_COMPARE_MIN_EFFECT,
                .stored = stored};
            struct knee_simulate_compare_trial trial;
            struct knee_err err;
            assert_int_equal(knee_simulate_compare(&trial, &params, 500u + (uint64_t)i, &err), 0);
            found += trial.verdict == KNEE_COMPARE_SLOWER;
            moved += trial.knee_moved;
        }
        assert_true(found >= .95 * trials);
        assert_true(!stored || moved >= .95 * trials);
    }
    knee_curve_release(&base);
    knee_curve_release(&fresh);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "table") == 0)
        return print_table(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_are_the_same_raise_no_alarm),
        cmocka_unit_test(five_percent_everywhere_are_found_side_by_side),
        cmocka_unit_test(a_collapse_at_one_level_is_found_side_by_side),
        cmocka_unit_test(a_pool_of_8_instead_of_16_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
