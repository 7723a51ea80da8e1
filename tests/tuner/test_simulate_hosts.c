/* SPDX-License-Identifier: MIT */
/* Simulated hosts: noise and dips average out, a dip becomes a constant, one slow host of many does
 * not void a window, and messages take longer with more hosts. */
#include "core/base/array.h"
#include "core/base/stats.h"
#include "tests/support/curves.h"
#include "tests/support/test.h"
#include "tuner/simulate/simulate.h"

#include <math.h>

#define DRAWS 2000

static struct knee_simulate_hosts hosts;

/* Speeds of many windows at four items a host; returns the mean price in ms. */
static double draw(double *speeds, uint32_t count, double cv_ratio, double dips_ratio,
                   uint32_t *rejected)
{
    double price_ms = 0;
    *rejected = 0;
    hosts = (struct knee_simulate_hosts){.count = count, .random = knee_random_seed(1, 2)};
    for (int i = 0; i < DRAWS; i++) {
        struct knee_simulate_hosts_window window;
        knee_simulate_hosts_draw(&hosts, 4 * count, cv_ratio, dips_ratio, &window);
        speeds[i] = window.speed;
        price_ms += (double)window.price_ns / 1e6 / DRAWS;
        *rejected += window.taken > KNEE_TAKEN_RATIO;
    }
    return price_ms;
}

static void dips_of_many_hosts_become_a_constant(void **state)
{
    (void)state;
    static double one[DRAWS], many[DRAWS];
    uint32_t rejected;
    draw(one, 1, .02, .05, &rejected);
    draw(many, 64, .02, .05, &rejected);
    assert_close(knee_stats_sd(one, DRAWS), .08, .15);
    assert_close(knee_stats_sd(many, DRAWS), .01, .25);
    assert_close(knee_stats_mean(many, DRAWS), .98, .005); /* dips of 1.75 %, disturbances .25 % */
}

static void a_disturbed_host_voids_a_window_of_few(void **state)
{
    (void)state;
    static double speeds[DRAWS];
    uint32_t of_four, of_many;
    draw(speeds, 4, 0, 0, &of_four);
    draw(speeds, 256, 0, 0, &of_many);
    assert_close(of_four, .02 * DRAWS, .4);
    assert_true(of_many < .01 * DRAWS);
}

static void more_hosts_pay_more(void **state)
{
    (void)state;
    static const uint32_t COUNTS[] = {1, 4, 16, 64, 256, 1024};
    static double speeds[DRAWS];
    double before_ms = 0;
    for (int i = 0; i < 6; i++) {
        uint32_t rejected;
        double price_ms = draw(speeds, COUNTS[i], 0, 0, &rejected);
        assert_true(price_ms > before_ms);
        before_ms = price_ms;
        if (i == 0)
            assert_close(price_ms, 20, 1e-9); /* settling alone */
    }
    assert_true(before_ms < 20 + 70);
}

static void a_level_below_the_number_of_hosts_uses_some(void **state)
{
    (void)state;
    struct knee_simulate_hosts_window window;
    hosts = (struct knee_simulate_hosts){.count = 1024, .random = knee_random_seed(1, 2)};
    for (int i = 0; i < 100; i++) {
        knee_simulate_hosts_draw(&hosts, 1, 0, 0, &window);
        assert_true(window.speed == 1 || window.speed == .5);
    }
}

/* A slow host takes from the total below the knee, and nothing at saturation. */
static void slow_hosts_do_not_slow_a_service_that_is_full(void **state)
{
    (void)state;
    static const double PLATEAU[] = {10, 20, 30, 40, 40, 40, 40, 40, 40, 40, 40, 40};
    static const struct knee_simulate_noise DIPS = {.dips_ratio = .5};
    struct knee_curve curve = test_curve_of(PLATEAU, 12);
    struct knee_simulate simulator =
        knee_simulate_make(&curve, &DIPS, &(struct knee_simulate_trouble){0}, 1);
    struct knee_search_source source = knee_simulate_source(&simulator);
    double sums[2] = {0};
    simulator.hosts = &hosts;
    hosts = (struct knee_simulate_hosts){.count = 4, .random = knee_random_seed(1, 2)};
    for (int i = 0; i < 400; i++) {
        struct knee_window window;
        struct knee_err err = {0};
        assert_int_equal(source.measure(source.context, 0, i % 2 ? 12 : 4, &window, &err), 0);
        sums[i % 2] += window.throughput_per_s / 200;
    }
    assert_true(sums[0] < 36);
    assert_close(sums[1], 40, .005);
    knee_simulate_hosts_release(&hosts);
    knee_curve_release(&curve);
}

static void searches_with_many_hosts_find_the_knee(void **state)
{
    (void)state;
    static const double PLATEAU[] = {10, 20, 30, 40, 50, 60, 60, 60, 60, 60, 60, 60};
    struct knee_curve curve = test_curve_of(PLATEAU, 12);
    struct knee_simulate_params params = {.noise = *knee_simulate_noise_find("quiet"),
                                          .strategy = knee_strategy_find("adaptive"),
                                          .cpus = 2,
                                          .tolerance_ratio = .02,
                                          .confidence_ratio = .95,
                                          .windows_max = 100,
                                          .hosts = 3};
    struct knee_simulate_trial trial;
    struct knee_err err = {0};
    assert_int_equal(knee_simulate_trial(&trial, &params, &curve, 7, &err), 0);
    assert_true(trial.right);
    assert_true(trial.seconds > .22 * trial.windows && trial.seconds < .3 * trial.windows);
    knee_curve_release(&curve);
}

/* As a report would say it: the busy host, and no other one because of noise and dips. */
static void a_busy_host_of_many_is_named(void **state)
{
    (void)state;
    static const struct {
        uint32_t count;
        double busy_ratio;
        uint32_t slow;
    } CASES[] = {
        {4, .5, 0}, {64, .5, 0}, {64, 0, UINT32_MAX}, {64, .95, UINT32_MAX}, {4, 0, UINT32_MAX}};
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_err err = {0};
        struct knee_simulate_hosts_window window;
        hosts = (struct knee_simulate_hosts){.count = CASES[i].count,
                                             .busy_ratio = CASES[i].busy_ratio,
                                             .random = knee_random_seed(1, 2)};
        assert_int_equal(knee_simulate_hosts_slow(&hosts, 1), UINT32_MAX);
        for (int j = 0; j < 8; j++) {
            uint32_t level = j < 4 ? 2 : 4 * hosts.count;
            knee_simulate_hosts_draw(&hosts, level, .02, .02, &window);
            assert_int_equal(knee_simulate_hosts_note(&hosts, level, &err), 0);
        }
        assert_int_equal(knee_simulate_hosts_slow(&hosts, 1), CASES[i].slow);
        knee_simulate_hosts_release(&hosts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dips_of_many_hosts_become_a_constant),
        cmocka_unit_test(a_disturbed_host_voids_a_window_of_few),
        cmocka_unit_test(more_hosts_pay_more),
        cmocka_unit_test(a_level_below_the_number_of_hosts_uses_some),
        cmocka_unit_test(slow_hosts_do_not_slow_a_service_that_is_full),
        cmocka_unit_test(searches_with_many_hosts_find_the_knee),
        cmocka_unit_test(a_busy_host_of_many_is_named),
    };
    return cmocka_run_group_tests_name("simulate_hosts", tests, NULL, NULL);
}
