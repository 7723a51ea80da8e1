/* SPDX-License-Identifier: MIT */
/* The bars that the strategy curve is held to, on curves that it was not tuned on: seven families
 * with random parameters, noise quiet, typical and noisy, at most 200 windows. Machines with
 * trouble and the strategy adaptive have test programs of their own. test_search_quality the
 * assertions test_search_quality table [CURVES]   the whole comparison of strategies
 *     test_search_quality hard [CURVES [NOISE [STRATEGY [SEED]]]]   on troubled machines
 *     test_search_quality bound [CURVES]   what one would take that knows family and noise
 *     test_search_quality write DIR        two curves of each family as CSV files for `knee
 * simulate` */
#include "core/base/array.h"
#include "core/base/stats.h"
#include "tests/support/oracle.h"
#include "tests/support/parallel.h"
#include "tests/support/test.h"
#include "tests/support/trials.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURVES_MAX 2000

static const char *const NOISES[] = {"quiet", "typical", "noisy"};

static struct knee_simulate_summary run_families(const char *noise)
{
    return test_trials_sum(
        &(struct test_trials){
            .noise = noise, .strategy = "curve", .families = TEST_ODD, .curves = TEST_FEW_CURVES},
        noise);
}

static void curve_on_a_quiet_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("quiet");
    assert_true(summary.right_ratio >= .97);
    assert_true(summary.median_windows <= 30);
    assert_true(summary.false_ratio <= .03);
}

static void curve_on_a_typical_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("typical");
    assert_true(summary.right_ratio >= .94);
    assert_true(summary.median_windows <= 50);
    assert_true(summary.resolved_ratio >= .7);
    assert_true(summary.false_ratio <= .03);
}

static void curve_on_a_noisy_machine(void **state)
{
    (void)state;
    struct knee_simulate_summary summary = run_families("noisy");
    assert_true(summary.right_ratio >= .85);
    assert_true(summary.resolved_ratio >= .4);
    assert_true(summary.false_ratio <= .04);
}

static void curve_on_families_that_no_one_had_in_mind(void **state)
{
    (void)state;
    struct knee_simulate_summary summary =
        test_trials_sum(&(struct test_trials){.noise = "quiet",
                                              .strategy = "curve",
                                              .other = true,
                                              .families = TEST_OTHERS,
                                              .curves = TEST_FEW_CURVES},
                        "other families");
    assert_true(summary.right_ratio >= .97);
    assert_true(summary.false_ratio <= .03);
}

/* So a failure on one machine can be looked into on another. */
static void trials_are_the_same_on_one_cpu(void **state)
{
    (void)state;
    static struct knee_simulate_trial on_all[TEST_ODD], on_one[TEST_ODD];
    const struct test_trials which = {
        .noise = "typical", .strategy = "curve", .families = TEST_ODD, .curves = 1};
    cpu_set_t all, one;
    test_trials_run(on_all, &which);
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    test_trials_run(on_one, &which);
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
    for (size_t i = 0; i < TEST_ODD; i++) {
        assert_true(on_one[i].windows > 0);
        assert_int_equal(on_one[i].windows, on_all[i].windows);
        assert_int_equal(on_one[i].pick, on_all[i].pick);
        assert_int_equal(on_one[i].verdict, on_all[i].verdict);
        assert_true(on_one[i].seconds == on_all[i].seconds);
    }
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

/* A row for each family, then one for the first `together` of them. */
static int print_rows(const struct test_trials *which, size_t together, const char *name)
{
    struct knee_simulate_trial *trials = calloc(which->families * which->curves, sizeof *trials);
    if (!trials)
        return 1;
    test_trials_run(trials, which);
    for (size_t family = 0; family < which->families; family++)
        print_row(which->noise,
                  which->other ? test_other_name((enum test_other)family)
                               : test_family_name((enum test_family)family),
                  which->strategy, trials + family * which->curves, which->curves);
    print_row(which->noise, name, which->strategy, trials, together * which->curves);
    fflush(stdout);
    free(trials);
    return 0;
}

static int print_table(size_t curves)
{
    static const char *const strategies[] = {"curve", "adaptive", "grid"};
    puts("noise    family          strategy    right windows    resolved  yet not right");
    for (size_t noise = 0; noise < KNEE_COUNT(NOISES); noise++)
        for (size_t s = 0; s < KNEE_COUNT(strategies); s++) {
            struct test_trials which = {.noise = NOISES[noise],
                                        .strategy = strategies[s],
                                        .families = TEST_FAMILIES,
                                        .curves = curves};
            if (print_rows(&which, TEST_ODD, "all but odd"))
                return 1;
            which.other = true;
            which.families = TEST_OTHERS;
            if (print_rows(&which, TEST_OTHERS, "all other"))
                return 1;
        }
    return 0;
}

static void print_hard_row(const struct knee_simulate_trial *trials,
                           const struct test_trials *which)
{
    struct knee_simulate_summary all, one;
    struct knee_err err;
    if (knee_simulate_summarize(&all, trials, which->families * which->curves, &err))
        exit(1);
    printf("%-16s %6.1f %7.1f %8.1f %6.1f |", test_hard_name(which->hard), 100 * all.right_ratio,
           all.median_windows, 100 * all.resolved_ratio, 100 * all.false_ratio);
    for (size_t family = 0; family < which->families; family++) {
        if (knee_simulate_summarize(&one, trials + family * which->curves, which->curves, &err))
            exit(1);
        printf(" %7.1f", 100 * one.false_ratio);
    }
    puts("");
    fflush(stdout);
}

/* A row for each trouble: over all seven families, then falsely resolved in each of them. */
static int print_hard(size_t curves, const char *noise, const char *strategy, uint64_t seed)
{
    struct test_trials which = {
        .noise = noise, .strategy = strategy, .families = TEST_ODD, .curves = curves, .seed = seed};
    struct knee_simulate_trial *trials = calloc(which.families * curves, sizeof *trials);
    if (!trials)
        return 1;
    printf("%-16s  right windows resolved  false |", noise);
    for (int family = 0; family < TEST_ODD; family++)
        printf(" %.7s", test_family_name((enum test_family)family));
    puts("");
    for (int hard = 0; hard < TEST_HARD_COUNT; hard++) {
        which.hard = (enum test_hard)hard;
        test_trials_run(trials, &which);
        print_hard_row(trials, &which);
    }
    free(trials);
    return 0;
}

struct bound {
    const struct knee_simulate_noise *noise;
    size_t curves;
    struct test_oracle_trial *trials;
};

static void run_bound(void *context, size_t i)
{
    const struct bound *bound = context;
    bound->trials[i] = test_oracle_run((enum test_family)(i / bound->curves), bound->noise,
                                       TEST_WINDOWS_MAX, TEST_HOLD_OUT_SEED + i % bound->curves);
}

static int print_bound(size_t curves)
{
    size_t count = TEST_ODD * curves;
    double *windows = calloc(count, sizeof *windows);
    struct test_oracle_trial *trials = calloc(count, sizeof *trials);
    puts("noise      right windows (median)   resolved");
    for (size_t noise = 0; windows && trials && noise < KNEE_COUNT(NOISES); noise++) {
        struct bound bound = {test_noise(NOISES[noise]), curves, trials};
        size_t right = 0, sure = 0;
        test_parallel(count, run_bound, &bound);
        for (size_t i = 0; i < count; i++) {
            windows[i] = trials[i].windows;
            right += trials[i].right;
            sure += trials[i].sure;
        }
        printf("%-8s %5.1f %% %18.1f %8.1f %%\n", NOISES[noise],
               100 * (double)right / (double)count, knee_stats_median(windows, count),
               100 * (double)sure / (double)count);
        fflush(stdout);
    }
    int failed = !windows || !trials;
    free(windows);
    free(trials);
    return failed;
}

static size_t count_of(const char *text)
{
    long count = text ? strtol(text, NULL, 10) : TEST_CURVES;
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
        cmocka_unit_test(trials_are_the_same_on_one_cpu),
    };
    if (argc > 1 && strcmp(argv[1], "table") == 0)
        return print_table(count_of(argc > 2 ? argv[2] : NULL));
    if (argc > 1 && strcmp(argv[1], "hard") == 0)
        return print_hard(count_of(argc > 2 ? argv[2] : NULL), argc > 3 ? argv[3] : "quiet",
                          argc > 4 ? argv[4] : "curve",
                          argc > 5 ? strtoull(argv[5], NULL, 10) : TEST_HOLD_OUT_SEED);
    if (argc > 1 && strcmp(argv[1], "bound") == 0)
        return print_bound(count_of(argc > 2 ? argv[2] : NULL));
    if (argc > 2 && strcmp(argv[1], "write") == 0)
        return write_curves(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
