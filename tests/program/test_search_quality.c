/* SPDX-License-Identifier: MIT */
/* The bars that the strategies curve and adaptive are held to, on curves that they were not tuned
 * on: seven families with random parameters, noise quiet, typical and noisy, at most 200 windows.
 *     test_search_quality                  the assertions
 *     test_search_quality table [CURVES]   the whole comparison of strategies
 *     test_search_quality hard [CURVES [NOISE [STRATEGY [SEED]]]]   on troubled machines
 *     test_search_quality bound [CURVES]   what one would take that knows family and noise
 *     test_search_quality write DIR        two curves of each family as CSV files for `knee
 * simulate` */
#include "core/base/array.h"
#include "core/base/stats.h"
#include "tests/support/curves.h"
#include "tests/support/hard_curves.h"
#include "tests/support/oracle.h"
#include "tests/support/other_curves.h"
#include "tests/support/test.h"
#include "tuner/simulate/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOLD_OUT_SEED 9000000u /* tuning used seeds below this */
#define CURVES 60              /* of each family */
#define FEW_CURVES 12          /* for a strategy that thinks longer */
#define MODES_CURVES 6
#define CURVES_MAX 2000
#define WINDOWS_MAX 200

static const char *const NOISES[] = {"quiet", "typical", "noisy"};

static const struct knee_simulate_noise *find_noise(const char *name)
{
    const struct knee_simulate_noise *noise = knee_simulate_noise_find(name);
    if (noise)
        return noise;
    fprintf(stderr, "%s: not a noise\n", name);
    exit(2);
}

/* One trial on each of `count` curves of a family, with that trouble. */
static void run_hard(struct knee_simulate_trial *trials, enum test_hard hard,
                     enum test_family family, size_t count, const char *noise, const char *strategy,
                     uint64_t seed)
{
    struct knee_simulate_params params = {.noise = *find_noise(noise),
                                          .strategy = knee_strategy_find(strategy),
                                          .tolerance_ratio = .02,
                                          .confidence_ratio = .95};
    params.windows_max = strcmp(strategy, "grid") == 0 ? 0 : WINDOWS_MAX;
    for (size_t i = 0; i < count; i++) {
        struct test_hard_curve drawn;
        struct knee_err err;
        test_hard_draw(&drawn, hard, family, &params.noise, seed + i);
        params.cpus = drawn.cpus;
        params.trouble = drawn.trouble;
        if (knee_simulate_trial(&trials[i], &params, &drawn.curve, seed + i, &err)) {
            fprintf(stderr, "%s\n", err.message);
            exit(1);
        }
        test_hard_release(&drawn);
    }
}

static void run_family(struct knee_simulate_trial *trials, enum test_family family, size_t count,
                       const char *noise, const char *strategy)
{
    run_hard(trials, TEST_HARD_NONE, family, count, noise, strategy, HOLD_OUT_SEED);
}

/* The same, on the families that no strategy was designed with in mind. */
static void run_other(struct knee_simulate_trial *trials, enum test_other family, size_t count,
                      const char *noise, const char *strategy)
{
    struct knee_simulate_params params = {.noise = *find_noise(noise),
                                          .strategy = knee_strategy_find(strategy),
                                          .windows_max = WINDOWS_MAX,
                                          .tolerance_ratio = .02,
                                          .confidence_ratio = .95};
    params.windows_max = strcmp(strategy, "grid") == 0 ? 0 : WINDOWS_MAX;
    for (size_t i = 0; i < count; i++) {
        struct test_curve curve = test_other_draw(family, HOLD_OUT_SEED + i);
        struct knee_err err;
        params.cpus = curve.cpus;
        if (knee_simulate_trial(&trials[i], &params, &curve.curve, HOLD_OUT_SEED + i, &err)) {
            fprintf(stderr, "%s\n", err.message);
            exit(1);
        }
        test_curve_release(&curve);
    }
}

static struct knee_simulate_summary sum_up(const struct knee_simulate_trial *trials, size_t count,
                                           const char *what)
{
    struct knee_simulate_summary summary;
    struct knee_err err;
    assert_int_equal(knee_simulate_summarize(&summary, trials, count, &err), 0);
    print_message("%s: right %.1f %%, %.1f windows, resolved %.1f %%, resolved but wrong %.1f %%\n",
                  what, 100 * summary.right_ratio, summary.median_windows,
                  100 * summary.resolved_ratio, 100 * summary.false_ratio);
    return summary;
}

/* All families but TEST_ODD, whose peaks are at levels that no search can know of. */
static struct knee_simulate_summary run_families(const char *noise, const char *strategy,
                                                 size_t curves)
{
    static struct knee_simulate_trial trials[TEST_ODD * CURVES];
    for (size_t family = 0; family < TEST_ODD; family++)
        run_family(trials + family * curves, (enum test_family)family, curves, noise, strategy);
    return sum_up(trials, TEST_ODD * curves, noise);
}

static void curve_on_a_quiet_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("quiet", "curve", FEW_CURVES);
    assert_true(summary.right_ratio >= .97);
    assert_true(summary.median_windows <= 30);
    assert_true(summary.false_ratio <= .03);
}

static void curve_on_a_typical_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("typical", "curve", FEW_CURVES);
    assert_true(summary.right_ratio >= .94);
    assert_true(summary.median_windows <= 50);
    assert_true(summary.resolved_ratio >= .7);
    assert_true(summary.false_ratio <= .03);
}

static void curve_on_a_noisy_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("noisy", "curve", FEW_CURVES);
    assert_true(summary.right_ratio >= .85);
    assert_true(summary.resolved_ratio >= .4);
    assert_true(summary.false_ratio <= .04);
}

static void curve_on_families_that_no_one_had_in_mind(void **state)
{
    (void)state;
    static struct knee_simulate_trial trials[TEST_OTHERS * FEW_CURVES];
    for (size_t family = 0; family < TEST_OTHERS; family++)
        run_other(trials + family * FEW_CURVES, (enum test_other)family, FEW_CURVES, "quiet",
                  "curve");
    struct knee_simulate_summary summary = sum_up(trials, KNEE_COUNT(trials), "other families");
    assert_true(summary.right_ratio >= .97);
    assert_true(summary.false_ratio <= .03);
}

static void quiet_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("quiet", "adaptive", CURVES);
    assert_true(summary.right_ratio >= .97);
    assert_true(summary.median_windows <= 40);
    assert_true(summary.false_ratio <= .03);
}

static void typical_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("typical", "adaptive", CURVES);
    assert_true(summary.right_ratio >= .95);
    assert_true(summary.median_windows <= 80);
    assert_true(summary.resolved_ratio >= .75);
    assert_true(summary.false_ratio <= .03);
}

static void noisy_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("noisy", "adaptive", CURVES);
    assert_true(summary.right_ratio >= .73);
    assert_true(summary.false_ratio <= .02);
}

/* What single machines do, and no noise word does: confidently wrong at most in 3 % of trials. */
static void bear_trouble(const char *strategy, size_t curves, double false_ratio)
{
    static const enum test_hard HARD[] = {
        TEST_HARD_STALL,  TEST_HARD_STALL_LONG, TEST_HARD_FAIL_FIRST,
        TEST_HARD_OUTAGE, TEST_HARD_RATE_LIMIT,
    };
    static struct knee_simulate_trial trials[TEST_ODD * CURVES];
    for (size_t h = 0; h < KNEE_COUNT(HARD); h++) {
        for (size_t family = 0; family < TEST_ODD; family++)
            run_hard(trials + family * curves, HARD[h], (enum test_family)family, curves, "quiet",
                     strategy, HOLD_OUT_SEED);
        struct knee_simulate_summary summary =
            sum_up(trials, TEST_ODD * curves, test_hard_name(HARD[h]));
        assert_true(summary.false_ratio <= false_ratio);
    }
}

static void troubled_machines(void **state)
{
    (void)state;
    bear_trouble("adaptive", CURVES, .03);
}

/* The device changes its speed every few windows, for all levels alike. */
static void curve_on_a_device_of_two_states(void **state)
{
    (void)state;
    static struct knee_simulate_trial trials[TEST_ODD * MODES_CURVES];
    for (size_t family = 0; family < TEST_ODD; family++)
        run_hard(trials + family * MODES_CURVES, TEST_HARD_STATES, (enum test_family)family,
                 MODES_CURVES, "quiet", "curve", HOLD_OUT_SEED);
    struct knee_simulate_summary summary = sum_up(trials, KNEE_COUNT(trials), "two states");
    assert_true(summary.right_ratio >= .93);
    assert_true(summary.median_windows <= 60);
    assert_true(summary.false_ratio <= .05);
}

/* A third of the windows at .7 is hard to see in the few windows that a search takes. */
static void curve_on_levels_with_slower_modes(void **state)
{
    (void)state;
    static const enum test_hard HARD[] = {TEST_HARD_MODES_ABOVE, TEST_HARD_MODES_BELOW};
    static struct knee_simulate_trial trials[TEST_ODD * MODES_CURVES];
    for (size_t h = 0; h < KNEE_COUNT(HARD); h++) {
        for (size_t family = 0; family < TEST_ODD; family++)
            run_hard(trials + family * MODES_CURVES, HARD[h], (enum test_family)family,
                     MODES_CURVES, "quiet", "curve", HOLD_OUT_SEED);
        struct knee_simulate_summary summary =
            sum_up(trials, TEST_ODD * MODES_CURVES, test_hard_name(HARD[h]));
        assert_true(summary.false_ratio <= .12);
    }
}

/* Of this few, one more may be wrong. */
static void curve_on_troubled_machines(void **state)
{
    (void)state;
    bear_trouble("curve", FEW_CURVES, .05);
}

/* The interval of an unresolved decision holds the truth. */
static void unresolved_intervals_hold_the_knee(void **state)
{
    (void)state;
    static struct knee_simulate_trial trials[CURVES];
    int unresolved = 0, held = 0;
    for (int family = 0; family < TEST_ODD; family++) {
        run_family(trials, (enum test_family)family, CURVES, "noisy", "adaptive");
        for (int i = 0; i < CURVES; i++) {
            if (trials[i].verdict != KNEE_VERDICT_UNRESOLVED)
                continue;
            unresolved++;
            held += trials[i].knee_low <= trials[i].true_knee &&
                    trials[i].true_knee <= trials[i].knee_high;
        }
    }
    assert_true(unresolved > 100);
    assert_true(held >= .95 * unresolved);
}

static void print_row(const char *noise, const char *family, const char *strategy,
                      const struct knee_simulate_trial *trials, size_t count)
{
    struct knee_simulate_summary summary;
    struct knee_err err;
    if (knee_simulate_summarize(&summary, trials, count, &err))
        exit(1);
    printf("%-8s %-15s %-9s %5.1f %% %7.1f %9.1f %% %9.1f %%\n", noise, family, strategy,
           100 * summary.right_ratio, summary.median_windows, 100 * summary.resolved_ratio,
           100 * summary.false_ratio);
}

static int print_table(size_t curves)
{
    static const char *const strategies[] = {"curve", "adaptive", "grid"};
    struct knee_simulate_trial *trials = calloc(TEST_FAMILIES * curves, sizeof *trials);
    if (!trials)
        return 1;
    puts("noise    family          strategy    right windows    resolved  yet not right");
    for (size_t noise = 0; noise < 3; noise++) {
        for (size_t s = 0; s < KNEE_COUNT(strategies); s++) {
            for (int family = 0; family < TEST_FAMILIES; family++) {
                struct knee_simulate_trial *own = trials + (size_t)family * curves;
                run_family(own, (enum test_family)family, curves, NOISES[noise], strategies[s]);
                print_row(NOISES[noise], test_family_name((enum test_family)family), strategies[s],
                          own, curves);
            }
            print_row(NOISES[noise], "all but odd", strategies[s], trials, TEST_ODD * curves);
            for (int family = 0; family < TEST_OTHERS; family++) {
                struct knee_simulate_trial *own = trials + (size_t)family * curves;
                run_other(own, (enum test_other)family, curves, NOISES[noise], strategies[s]);
                print_row(NOISES[noise], test_other_name((enum test_other)family), strategies[s],
                          own, curves);
            }
            print_row(NOISES[noise], "all other", strategies[s], trials, TEST_OTHERS * curves);
        }
    }
    free(trials);
    return 0;
}

/* A row for each trouble: over all seven families, then falsely resolved in each of them. */
static int print_hard(size_t curves, const char *noise, const char *strategy, uint64_t seed)
{
    struct knee_simulate_trial *trials = calloc(TEST_ODD * curves, sizeof *trials);
    if (!trials)
        return 1;
    printf("%-16s  right windows resolved  false |", noise);
    for (int family = 0; family < TEST_ODD; family++)
        printf(" %.7s", test_family_name((enum test_family)family));
    puts("");
    for (int hard = 0; hard < TEST_HARD_COUNT; hard++) {
        struct knee_simulate_summary all, one[TEST_ODD];
        struct knee_err err;
        for (int family = 0; family < TEST_ODD; family++) {
            struct knee_simulate_trial *own = trials + (size_t)family * curves;
            run_hard(own, (enum test_hard)hard, (enum test_family)family, curves, noise, strategy,
                     seed);
            if (knee_simulate_summarize(&one[family], own, curves, &err))
                exit(1);
        }
        if (knee_simulate_summarize(&all, trials, TEST_ODD * curves, &err))
            exit(1);
        printf("%-16s %6.1f %7.1f %8.1f %6.1f |", test_hard_name((enum test_hard)hard),
               100 * all.right_ratio, all.median_windows, 100 * all.resolved_ratio,
               100 * all.false_ratio);
        for (int family = 0; family < TEST_ODD; family++)
            printf(" %7.1f", 100 * one[family].false_ratio);
        puts("");
        fflush(stdout);
    }
    free(trials);
    return 0;
}

static int print_bound(size_t curves)
{
    double *windows = calloc(TEST_ODD * curves, sizeof *windows);
    if (!windows)
        return 1;
    puts("noise      right windows (median)   resolved");
    for (size_t noise = 0; noise < KNEE_COUNT(NOISES); noise++) {
        size_t count = 0, right = 0, sure = 0;
        for (int family = 0; family < TEST_ODD; family++)
            for (size_t i = 0; i < curves; i++) {
                struct test_oracle_trial trial =
                    test_oracle_run((enum test_family)family, find_noise(NOISES[noise]),
                                    WINDOWS_MAX, HOLD_OUT_SEED + i);
                windows[count++] = trial.windows;
                right += trial.right;
                sure += trial.sure;
            }
        printf("%-8s %5.1f %% %18.1f %8.1f %%\n", NOISES[noise],
               100 * (double)right / (double)count, knee_stats_median(windows, count),
               100 * (double)sure / (double)count);
        fflush(stdout);
    }
    free(windows);
    return 0;
}

static size_t count_of(const char *text)
{
    long count = text ? strtol(text, NULL, 10) : CURVES;
    return count < 1 ? 1 : count > CURVES_MAX ? CURVES_MAX : (size_t)count;
}

static int write_curve(const char *dir, enum test_family family, uint64_t seed)
{
    char path[512];
    struct test_curve curve = test_curve_draw(family, seed);
    snprintf(path, sizeof path, "%s/%s-%u.csv", dir, test_family_name(family), (unsigned)seed);
    for (char *c = path + strlen(dir) + 1; *c; c++)
        *c = *c == ' ' || *c == '/' ? '-' : *c;
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        test_curve_release(&curve);
        return 1;
    }
    fputs("level,throughput_per_s\n", file);
    for (uint32_t level = 1; level <= curve.curve.level_max; level++)
        fprintf(file, "%u,%.6g\n", level, curve.curve.throughput_per_s[level]);
    test_curve_release(&curve);
    return fclose(file) != 0;
}

static int write_curves(const char *dir)
{
    int failed = 0;
    for (int family = 0; family < TEST_FAMILIES; family++)
        for (uint64_t seed = 1; seed <= 2; seed++)
            failed |= write_curve(dir, (enum test_family)family, seed);
    return failed;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curve_on_a_quiet_machine),
        cmocka_unit_test(curve_on_a_typical_machine),
        cmocka_unit_test(curve_on_a_noisy_machine),
        cmocka_unit_test(curve_on_families_that_no_one_had_in_mind),
        cmocka_unit_test(curve_on_troubled_machines),
        cmocka_unit_test(curve_on_levels_with_slower_modes),
        cmocka_unit_test(curve_on_a_device_of_two_states),
        cmocka_unit_test(quiet_machine),
        cmocka_unit_test(typical_machine),
        cmocka_unit_test(noisy_machine),
        cmocka_unit_test(troubled_machines),
        cmocka_unit_test(unresolved_intervals_hold_the_knee),
    };
    if (argc > 1 && strcmp(argv[1], "table") == 0)
        return print_table(count_of(argc > 2 ? argv[2] : NULL));
    if (argc > 1 && strcmp(argv[1], "hard") == 0)
        return print_hard(count_of(argc > 2 ? argv[2] : NULL), argc > 3 ? argv[3] : "quiet",
                          argc > 4 ? argv[4] : "curve",
                          argc > 5 ? strtoull(argv[5], NULL, 10) : HOLD_OUT_SEED);
    if (argc > 1 && strcmp(argv[1], "bound") == 0)
        return print_bound(count_of(argc > 2 ? argv[2] : NULL));
    if (argc > 2 && strcmp(argv[1], "write") == 0)
        return write_curves(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
