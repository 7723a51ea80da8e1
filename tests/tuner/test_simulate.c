/* SPDX-License-Identifier: MIT */
/* The simulated machine: each kind of noise and trouble has the size that it is asked for. */
#include "core/base/stats.h"
#include "tests/support/curves.h"
#include "tests/support/test.h"
#include "tuner/simulate/simulate.h"

#define DRAWS 20000

static const double PLATEAU[] = {10, 20, 30, 40, 40, 40, 40, 40};

static const struct knee_simulate_trouble NO_TROUBLE;
static const struct knee_simulate_noise NO_NOISE;

/* Many windows at one level of the plateau. */
static void draw_windows(struct knee_window *windows, const struct knee_simulate_noise *noise,
                         const struct knee_simulate_trouble *trouble)
{
    struct knee_curve curve = test_curve_of(PLATEAU, 8);
    struct knee_simulate simulator = knee_simulate_make(&curve, noise, trouble, 1);
    struct knee_search_source source = knee_simulate_source(&simulator);
    for (int i = 0; i < DRAWS; i++) {
        struct knee_err err;
        assert_int_equal(source.measure(source.context, 3, 2, &windows[i], &err), 0);
        assert_int_equal(windows[i].block, 3);
        assert_true(windows[i].valid);
        assert_close(windows[i].items, windows[i].throughput_per_s * 3, 1e-9);
    }
    knee_curve_release(&curve);
}

/* Their log X, less the truth's. */
static void draw_troubled(double *values, const struct knee_simulate_noise *noise,
                          const struct knee_simulate_trouble *trouble)
{
    static struct knee_window windows[DRAWS];
    draw_windows(windows, noise, trouble);
    for (int i = 0; i < DRAWS; i++)
        values[i] = log(windows[i].throughput_per_s / 20);
}

static void draw(double *values, const struct knee_simulate_noise *noise)
{
    draw_troubled(values, noise, &NO_TROUBLE);
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

static void events_hit_their_windows(void **state)
{
    (void)state;
    static struct knee_window windows[DRAWS];
    const struct knee_event events[] = {{KNEE_EVENT_STALL, 3, 2, .1}, {KNEE_EVENT_FAIL, 4, 3, .25}};
    draw_windows(windows, &NO_NOISE,
                 &(struct knee_simulate_trouble){.events = events, .events_count = 2});
    for (int i = 0; i < 10; i++) {
        bool stalls = i == 3 || i == 4, fails = i >= 4 && i < 7;
        double all = windows[i].items + windows[i].failed_items;
        assert_close(windows[i].throughput_per_s, 20 * (stalls ? .1 : 1) * (fails ? .75 : 1), 1e-9);
        assert_close(windows[i].failed_items / all, fails ? .25 : 0, 1e-9);
    }
}

/* A mode's share of windows, and the mean that the truth is. */
static void modes_of_a_level_have_their_mean(void **state)
{
    (void)state;
    const struct knee_curve_row rows[] = {
        {.level = 1, .throughput_per_s = 10},
        {.level = 2, .throughput_per_s = 20, .traits = {.low_share = .3, .low_ratio = .6}}};
    struct knee_curve curve;
    struct knee_err err;
    assert_int_equal(knee_curve_make(&curve, rows, 2, "test", &err), 0);
    assert_close(curve.throughput_per_s[2], 20 * (.7 + .3 * .6), 1e-9);
    struct knee_simulate simulator = knee_simulate_make(&curve, &NO_NOISE, &NO_TROUBLE, 1);
    struct knee_search_source source = knee_simulate_source(&simulator);
    double sum = 0;
    int low = 0;
    for (int i = 0; i < DRAWS; i++) {
        struct knee_window window;
        assert_int_equal(source.measure(source.context, 0, 2, &window, &err), 0);
        low += window.throughput_per_s < 15;
        sum += window.throughput_per_s;
    }
    assert_close(low, .3 * DRAWS, .05);
    assert_close(sum / DRAWS, curve.throughput_per_s[2], .01);
    knee_curve_release(&curve);
}

static void device_of_two_states_stays_in_each(void **state)
{
    (void)state;
    static double values[DRAWS];
    int slow = 0, changes = 0;
    draw_troubled(values, &NO_NOISE, &(struct knee_simulate_trouble){.state_ratio = .7});
    for (int i = 0; i < DRAWS; i++) {
        slow += values[i] < -.1;
        changes += i > 0 && fabs(values[i] - values[i - 1]) > .1;
    }
    assert_close(slow, DRAWS / 2., .05);
    assert_close(3. * DRAWS / changes, 6.5, .05); /* seconds in a state */
}

static void credit_runs_out_and_the_truth_is_without(void **state)
{
    (void)state;
    const struct knee_simulate_trouble trouble = {.credit_windows = 5, .refill_ratio = .25};
    struct knee_curve curve = test_curve_of(PLATEAU, 8), truth;
    struct knee_simulate simulator = knee_simulate_make(&curve, &NO_NOISE, &trouble, 1);
    struct knee_search_source source = knee_simulate_source(&simulator);
    struct knee_err err;
    for (int i = 0; i < 20; i++) {
        struct knee_window window;
        assert_int_equal(source.measure(source.context, 0, 8, &window, &err), 0);
        if (i < 6 || i > 6)
            assert_close(window.throughput_per_s, i < 6 ? 40 : 10, 1e-9);
    }
    assert_int_equal(knee_simulate_truth(&truth, &curve, &trouble, &err), 0);
    assert_int_equal(knee_curve_knee(&truth, .02), 1);
    knee_curve_release(&truth);
    knee_curve_release(&curve);
}

static void a_level_is_slower_after_a_higher_one(void **state)
{
    (void)state;
    const struct knee_simulate_trouble trouble = {.hysteresis_ratio = .1};
    const uint32_t levels[] = {4, 8, 4, 4, 2};
    const double expected[] = {40, 40, 36, 40, 18};
    struct knee_curve curve = test_curve_of(PLATEAU, 8);
    struct knee_simulate simulator = knee_simulate_make(&curve, &NO_NOISE, &trouble, 1);
    struct knee_search_source source = knee_simulate_source(&simulator);
    for (int i = 0; i < 5; i++) {
        struct knee_window window;
        struct knee_err err;
        assert_int_equal(source.measure(source.context, 0, levels[i], &window, &err), 0);
        assert_close(window.throughput_per_s, expected[i], 1e-9);
    }
    knee_curve_release(&curve);
}

static void errors_follow_one_another(void **state)
{
    (void)state;
    static double values[DRAWS];
    draw_troubled(values, &(struct knee_simulate_noise){.cv_ratio = .02},
                  &(struct knee_simulate_trouble){.correlation = .7});
    double products = 0, squares = 0;
    for (int i = 1; i < DRAWS; i++) {
        products += values[i] * values[i - 1];
        squares += values[i] * values[i];
    }
    assert_close(products / squares, .7, .03);
    assert_close(knee_stats_sd(values, DRAWS), .02, .05);
}

static void a_machine_warms_up(void **state)
{
    (void)state;
    static double values[DRAWS];
    draw_troubled(values, &NO_NOISE,
                  &(struct knee_simulate_trouble){.warmup_ratio = .2, .warmup_windows = 10});
    assert_close(exp(values[0]), .8, 1e-9);
    assert_close(exp(values[5]), .9, 1e-9);
    assert_close(exp(values[10]), 1, 1e-9);
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
                                          .strategy = knee_strategies[0],
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
    assert_close(summary.false_ratio, .25, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_vary_by_the_cv),
        cmocka_unit_test(dips_hit_their_share_in_bursts),
        cmocka_unit_test(drift_is_a_walk_of_its_size_per_minute),
        cmocka_unit_test(events_hit_their_windows),
        cmocka_unit_test(modes_of_a_level_have_their_mean),
        cmocka_unit_test(device_of_two_states_stays_in_each),
        cmocka_unit_test(credit_runs_out_and_the_truth_is_without),
        cmocka_unit_test(a_level_is_slower_after_a_higher_one),
        cmocka_unit_test(errors_follow_one_another),
        cmocka_unit_test(a_machine_warms_up),
        cmocka_unit_test(words_are_the_numbers_of_the_contract),
        cmocka_unit_test(candidates_are_those_of_a_sweep),
        cmocka_unit_test(picks_are_right_within_the_bounds),
        cmocka_unit_test(same_seed_gives_the_same_trial),
        cmocka_unit_test(summary_counts_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
