/* SPDX-License-Identifier: MIT */
/* How often a comparison of two known curves is right, over all families of curves: no false alarm
 * for two that are the same, and no loss of 5 % or moved knee overlooked.
 *     test_compare_known                             the assertions
 *     test_compare_known table [CURVES [STRATEGY]]   the counts by case, noise and set of curves */
#include "tuner/simulate/simulate_compare.h"

#include "core/base/array.h"
#include "tests/support/curves.h"
#include "tests/support/other_curves.h"
#include "tests/support/test.h"
#include "tuner/search/strategies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the new curve is, given the base's throughputs. */
enum change { SAME, SLOWER_5, SLOWER_2, FASTER_10, ONE_LEVEL, HALF_KNEE };

static double changed_at(const struct knee_curve *base, enum change change, uint32_t level)
{
    static const double factors[] = {
        [SAME] = 1, [SLOWER_5] = .95, [SLOWER_2] = .98, [FASTER_10] = 1.1};
    uint32_t twice = 2 * level < base->level_max ? 2 * level : base->level_max;
    if (change == HALF_KNEE)
        return base->throughput_per_s[twice] / 2;
    if (change == ONE_LEVEL)
        return base->throughput_per_s[level] * (level == base->level_max ? .7 : 1);
    return base->throughput_per_s[level] * factors[change];
}

static struct knee_curve changed(const struct knee_curve *base, enum change change)
{
    double *levels = calloc(base->level_max + 1, sizeof *levels);
    for (uint32_t n = 1; n <= base->level_max; n++)
        levels[n - 1] = changed_at(base, change, n);
    struct knee_curve curve = test_curve_of(levels, base->level_max);
    free(levels);
    return curve;
}

/* Which pairs: of `curves` curves of each family of one set. */
struct pairs {
    enum change change;
    const char *noise, *strategy;
    bool stored, other_set;
    int curves;
};

static struct test_curve draw_any(const struct pairs *pairs, int family, uint64_t seed)
{
    return pairs->other_set ? test_other_draw((enum test_other)family, seed)
                            : test_curve_draw((enum test_family)family, seed);
}

#define SEED 7000u
#define SEEDS_A_CURVE 4000u /* that are tried for one with the knee asked for */

/* If the knee is to be halved, it is about 16. False: no such curve is in the family. */
static bool draw_base(struct test_curve *base, const struct pairs *pairs, int family, int i)
{
    *base = draw_any(pairs, family, SEED + (uint64_t)i);
    for (uint64_t seed = SEED + SEEDS_A_CURVE * (uint64_t)i; pairs->change == HALF_KNEE; seed++) {
        uint32_t knee = knee_curve_knee(&base->curve, .02);
        if (knee >= 14 && knee <= 18 && base->curve.level_max >= 2 * knee)
            return true;
        test_curve_release(base);
        if (seed == SEED + SEEDS_A_CURVE * (uint64_t)(i + 1))
            return false;
        *base = draw_any(pairs, family, seed);
    }
    return true;
}

struct outcome {
    double slower, faster, same, open, moved, windows;
};

static void add_trial(struct outcome *sum, const struct pairs *pairs, const struct test_curve *base,
                      uint64_t seed)
{
    struct knee_curve fresh = changed(&base->curve, pairs->change);
    struct knee_simulate_compare_params params = {
        .base = &base->curve,
        .fresh = &fresh,
        .sweep = {.noise = *knee_simulate_noise_find(pairs->noise),
                  .strategy = knee_strategy_find(pairs->strategy),
                  .cpus = base->cpus,
                  .windows_max = 200,
                  .tolerance_ratio = .02,
                  .confidence_ratio = .95},
        .min_effect = KNEE_COMPARE_MIN_EFFECT,
        .stored = pairs->stored};
    struct knee_simulate_compare_trial trial;
    struct knee_err err;
    if (knee_simulate_compare(&trial, &params, seed, &err) != 0)
        fail_msg("%s", err.message);
    sum->slower += trial.verdict == KNEE_COMPARE_SLOWER;
    sum->faster += trial.verdict == KNEE_COMPARE_FASTER;
    sum->same += trial.verdict == KNEE_COMPARE_SAME;
    sum->open += trial.verdict == KNEE_COMPARE_NOT_ENOUGH_EVIDENCE;
    sum->moved += trial.knee_moved;
    sum->windows += trial.windows;
    knee_curve_release(&fresh);
}

static struct outcome run_pairs(const struct pairs *pairs)
{
    struct outcome sum = {0};
    int trials = 0, families = pairs->other_set ? TEST_OTHERS : TEST_FAMILIES;
    for (int family = 0; family < families; family++) {
        for (int i = 0; i < pairs->curves; i++) {
            struct test_curve base;
            if (!draw_base(&base, pairs, family, i))
                continue;
            add_trial(&sum, pairs, &base, 90000u + (uint64_t)trials++);
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

#define CURVES 25 /* of each family */

static struct outcome run_trials(enum change change, const char *noise, bool stored)
{
    return run_pairs(&(struct pairs){.change = change,
                                     .noise = noise,
                                     .strategy = "adaptive",
                                     .stored = stored,
                                     .curves = CURVES});
}

static void print_row(const struct pairs *pairs, const char *change)
{
    struct outcome o = run_pairs(pairs);
    printf("%-8s %-6s %-12s %-8s %6.1f%% %6.1f%% %6.1f%% %6.1f%% %6.1f%% %8.0f\n",
           pairs->stored ? "stored" : "paired", pairs->other_set ? "other" : "own", change,
           pairs->noise, 100 * o.slower, 100 * o.faster, 100 * o.same, 100 * o.open, 100 * o.moved,
           o.windows);
    fflush(stdout);
}

static int print_table(int curves, const char *strategy)
{
    static const char *const changes[] = {"same",        "slower 5 %", "slower 2 %",
                                          "faster 10 %", "one level",  "half knee"};
    static const char *const noises[] = {"quiet", "typical", "noisy"};
    if (!knee_strategy_find(strategy))
        return 2;
    printf("%-8s %-6s %-12s %-8s %7s %7s %7s %7s %7s %8s\n", "way", "set", "change", "noise",
           "slower", "faster", "same", "open", "knee", "windows");
    for (int stored = 0; stored < 2; stored++)
        for (size_t change = 0; change < KNEE_COUNT(changes); change++)
            for (size_t noise = 0; noise < KNEE_COUNT(noises); noise++)
                for (int set = 0; set < 2; set++)
                    print_row(&(struct pairs){.change = (enum change)change,
                                              .noise = noises[noise],
                                              .strategy = strategy,
                                              .stored = stored,
                                              .other_set = set,
                                              .curves = curves},
                              changes[change]);
    return 0;
}

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
        struct outcome outcome = run_trials(SAME, CASES[i].noise, CASES[i].stored);
        print_message("%s, %s: %.1f %% alarms\n", CASES[i].stored ? "stored" : "side by side",
                      CASES[i].noise, 100 * (outcome.slower + outcome.faster));
        assert_true(outcome.slower + outcome.faster <= CASES[i].alarms_max);
    }
}

static void five_percent_everywhere_are_found_side_by_side(void **state)
{
    (void)state;
    assert_true(run_trials(SLOWER_5, "quiet", false).slower == 1);
    assert_true(run_trials(SLOWER_5, "typical", false).slower >= .99);
    assert_true(run_trials(SLOWER_5, "noisy", false).slower >= .9);
}

static void a_collapse_at_one_level_is_found_side_by_side(void **state)
{
    (void)state;
    assert_true(run_trials(ONE_LEVEL, "typical", false).slower >= .99);
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
        return print_table(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 20,
                           argc > 3 ? argv[3] : "curve");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_are_the_same_raise_no_alarm),
        cmocka_unit_test(five_percent_everywhere_are_found_side_by_side),
        cmocka_unit_test(a_collapse_at_one_level_is_found_side_by_side),
        cmocka_unit_test(a_pool_of_8_instead_of_16_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
