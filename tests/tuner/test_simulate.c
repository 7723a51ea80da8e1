/* SPDX-License-Identifier: MIT */
#include "core/base/stats.h"
#include "tests/support/curves.h"
#include "tests/support/test.h"
#include "tuner/simulate/simulate.h"

#define DRAWS 20000

static const double PLATEAU[] = {10, 20, 30, 40, 40, 40, 40, 40};

/* log X of many windows at one level. */
static void draw(double *values, const struct knee_simulate_noise *noise)
{
    struct knee_curve curve = test_curve_of(PLATEAU, 8);
    struct knee_simulate simulator = knee_simulate_make(&curve, noise, 1);
    struct knee_search_source source = knee_simulate_source(&simulator);
    for (int i = 0; i < DRAWS; i++) {
        struct knee_window window;
        struct knee_err err;
        assert_int_equal(source.measure(source.context, 3, 2, &window, &err), 0);
        assert_int_equal(window.block, 3);
        assert_true(window.valid);
        assert_close(window.items, window.throughput_per_s * 3, 1e-9);
        values[i] = log(window.throughput_per_s / 20);
    }
    knee_curve_release(&curve);
}

static void windows_vary_by_the_cv(void **state)
{
    (void)state;
    static double values[DRAWS];
    draw(values, &(struct knee_simulate_noise){.cv_ratio = .02});
    assert_close(knee_stats_sd(values, DRAWS), .02, .03);
    assert_true(fabs(knee_stats_mean(values, DRAWS)) < .001);
}

static void dips_hit_their_share_in_bursts(void **state)
{
    (void)state;
    static double values[DRAWS];
    int hit = 0, bursts = 0;
    draw(values, &(struct knee_simulate_noise){.dips_ratio = .1});
    for (int i = 0; i < DRAWS; i++) {
        bool dip = values[i] < -.1;
        hit += dip;
        bursts += dip && (i == 0 || values[i - 1] >= -.1);
        assert_true(!dip || (values[i] <= log(.8) + 1e-9 && values[i] >= log(.5) - 1e-9));
    }
    assert_close(hit, .1 * DRAWS, .1);
    assert_close((double)hit / bursts, 1.5, .05);
}

static void drift_is_a_walk_of_its_size_per_minute(void **state)
{
    (void)state;
    static double values[DRAWS];
    double squares = 0;
    draw(values, &(struct knee_simulate_noise){.drift_ratio = .01});
    for (int i = 20; i < DRAWS; i += 20) /* 20 windows of 3 s */
        squares += pow(values[i] - values[i - 20], 2);
    assert_close(sqrt(squares / (DRAWS / 20.)), .01, .1);
}

static void words_are_the_numbers_of_the_contract(void **state)
{
    (void)state;
    const struct knee_simulate_noise *noise = knee_simulate_noise_find("typical");
    assert_close(noise->cv_ratio, .02, 0);
    assert_close(noise->dips_ratio, .05, 0);
    assert_close(noise->drift_ratio, .01, 0);
    assert_null(knee_simulate_noise_find("loud"));
}

static void candidates_are_those_of_a_sweep(void **state)
{
    (void)state;
    static const struct {
        uint32_t level_max, cpus;
        uint32_t levels[12];
    } cases[] = {
        {16, 4, {1, 2, 4, 8, 16}},
        {20, 6, {1, 2, 3, 4, 6, 8, 12, 16, 20}},
        {5, 64, {1, 2, 4, 5}},
        {1, 1, {1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_candidate candidates[KNEE_LEVELS_MAX];
        size_t count = knee_simulate_candidates(candidates, cases[i].level_max, cases[i].cpus);
        size_t expected = 0;
        while (expected < 12 && cases[i].levels[expected])
            expected++;
        assert_int_equal(count, expected);
        for (size_t j = 0; j < count; j++)
            assert_int_equal(candidates[j].level, cases[i].levels[j]);
    }
}

static void picks_are_right_within_the_bounds(void **state)
{
    (void)state;
    const double slow[] = {50, 80, 96.9, 97.1, 98, 99, 100, 100};
    struct knee_curve curve = test_curve_of(slow, 8);
    for (uint32_t pick = 0; pick <= 9; pick++)
        assert_int_equal(knee_curve_right(&curve, pick), pick == 4 || pick == 5);
    knee_curve_release(&curve);
}

static void same_seed_gives_the_same_trial(void **state)
{
    (void)state;
    struct knee_curve curve = test_curve_of(PLATEAU, 8);
    struct knee_simulate_params params = {.noise = *knee_simulate_noise_find("noisy"),
                                          .strategy = knee_strategy_find("adaptive"),
                                          .cpus = 2,
                                          .windows_max = 60,
                                          .tolerance_ratio = .02,
                                          .confidence_ratio = .95};
    struct knee_simulate_trial one, two;
    struct knee_err err;
    for (uint64_t seed = 0; seed < 20; seed++) {
        assert_int_equal(knee_simulate_trial(&one, &params, &curve, seed, &err), 0);
        assert_int_equal(knee_simulate_trial(&two, &params, &curve, seed, &err), 0);
        assert_int_equal(one.pick, two.pick);
        assert_int_equal(one.windows, two.windows);
        assert_int_equal(one.true_knee, 4);
        assert_true(one.windows <= 60);
    }
    knee_curve_release(&curve);
}

static void summary_counts_what_it_says(void **state)
{
    (void)state;
    const struct knee_simulate_trial trials[] = {
        {.windows = 10, .regret_ratio = .1, .verdict = KNEE_VERDICT_RESOLVED, .right = false},
        {.windows = 30, .regret_ratio = 0, .verdict = KNEE_VERDICT_RESOLVED, .right = true},
        {.windows = 20, .regret_ratio = 0, .verdict = KNEE_VERDICT_RISING, .right = true},
        {.windows = 50, .regret_ratio = .1, .verdict = KNEE_VERDICT_UNRESOLVED, .right = false},
    };
    struct knee_simulate_summary summary;
    struct knee_err err;
    assert_int_equal(knee_simulate_summarize(&summary, trials, 4, &err), 0);
    assert_close(summary.right_ratio, .5, 0);
    assert_close(summary.mean_regret_ratio, .05, 1e-12);
    assert_close(summary.median_windows, 25, 0);
    assert_close(summary.resolved_ratio, .5, 0);
    assert_close(summary.resolved_wrong_ratio, .25, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_vary_by_the_cv),
        cmocka_unit_test(dips_hit_their_share_in_bursts),
        cmocka_unit_test(drift_is_a_walk_of_its_size_per_minute),
        cmocka_unit_test(words_are_the_numbers_of_the_contract),
        cmocka_unit_test(candidates_are_those_of_a_sweep),
        cmocka_unit_test(picks_are_right_within_the_bounds),
        cmocka_unit_test(same_seed_gives_the_same_trial),
        cmocka_unit_test(summary_counts_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
