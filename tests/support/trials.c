/* SPDX-License-Identifier: MIT */
#include "tests/support/trials.h"

#include "core/base/array.h"
#include "tests/support/parallel.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct knee_simulate_noise *test_noise(const char *name)
{
    const struct knee_simulate_noise *noise = knee_simulate_noise_find(name);
    if (noise)
        return noise;
    fprintf(stderr, "%s: not a noise\n", name);
    exit(2);
}

struct run {
    const struct test_trials *which;
    struct knee_simulate_params params;
    struct knee_simulate_trial *trials;
};

static void run_on(struct knee_simulate_trial *trial, const struct knee_simulate_params *params,
                   const struct knee_curve *curve, uint64_t seed)
{
    struct knee_err err;
    if (knee_simulate_trial(trial, params, curve, seed, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
}

static void run_one(void *context, size_t i)
{
    const struct run *run = context;
    const struct test_trials *which = run->which;
    struct knee_simulate_params params = run->params;
    size_t family = i / which->curves;
    uint64_t seed = (which->seed ? which->seed : TEST_HOLD_OUT_SEED) + i % which->curves;
    if (which->other) {
        struct test_curve curve = test_other_draw((enum test_other)family, seed);
        params.cpus = curve.cpus;
        run_on(&run->trials[i], &params, &curve.curve, seed);
        test_curve_release(&curve);
        return;
    }
    struct test_hard_curve drawn;
    test_hard_draw(&drawn, which->hard, (enum test_family)family, &params.noise, seed);
    params.cpus = drawn.cpus;
    params.trouble = drawn.trouble;
    run_on(&run->trials[i], &params, &drawn.curve, seed);
    test_hard_release(&drawn);
}

void test_trials_run(struct knee_simulate_trial *trials, const struct test_trials *which)
{
    bool grid = strcmp(which->strategy, "grid") == 0;
    struct run run = {.which = which,
                      .params = {.noise = *test_noise(which->noise),
                                 .strategy = knee_strategy_find(which->strategy),
                                 .windows_max = grid ? 0 : TEST_WINDOWS_MAX,
                                 .tolerance_ratio = .02,
                                 .confidence_ratio = .95},
                      .trials = trials};
    test_parallel(which->families * which->curves, run_one, &run);
}

struct knee_simulate_summary test_trials_sum(const struct test_trials *which, const char *what)
{
    size_t count = which->families * which->curves;
    struct knee_simulate_trial *trials = calloc(count, sizeof *trials);
    struct knee_simulate_summary summary;
    struct knee_err err;
    assert_non_null(trials);
    test_trials_run(trials, which);
    assert_int_equal(knee_simulate_summarize(&summary, trials, count, &err), 0);
    free(trials);
    print_message("%s: right %.1f %%, %.1f windows, resolved %.1f %%, resolved but wrong %.1f %%\n",
                  what, 100 * summary.right_ratio, summary.median_windows,
                  100 * summary.resolved_ratio, 100 * summary.false_ratio);
    return summary;
}

struct knee_simulate_summary test_hard_sum(enum test_hard hard, const char *strategy, size_t curves,
                                           const char *what)
{
    return test_trials_sum(&(struct test_trials){.noise = "quiet",
                                                 .strategy = strategy,
                                                 .hard = hard,
                                                 .families = TEST_ODD,
                                                 .curves = curves},
                           what);
}

void test_bear_trouble(const char *strategy, size_t curves, double false_ratio)
{
    static const enum test_hard HARD[] = {
        TEST_HARD_STALL,  TEST_HARD_STALL_LONG, TEST_HARD_FAIL_FIRST,
        TEST_HARD_OUTAGE, TEST_HARD_RATE_LIMIT,
    };
    for (size_t h = 0; h < KNEE_COUNT(HARD); h++) {
        struct knee_simulate_summary summary =
            test_hard_sum(HARD[h], strategy, curves, test_hard_name(HARD[h]));
        assert_true(summary.false_ratio <= false_ratio);
    }
}
