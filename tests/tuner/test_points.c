/* SPDX-License-Identifier: MIT */
/* The fit of levels, blocks and noise: known values are recovered, standard errors cover the truth,
 * and dips are kept apart from the modes of a level. */
#include "core/base/array.h"
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/fit/points.h"

#include <stdlib.h>
#include <time.h>

#define LEVELS 5
#define BLOCKS 8

/* A balanced design: every level once a block, X = 100 × level, noise and drift as asked. */
static size_t make_windows(struct knee_window *windows, double cv, double step, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, 0);
    double drift = 0;
    size_t count = 0;
    for (uint32_t block = 0; block < BLOCKS; block++) {
        drift += step * knee_random_normal(&random);
        for (uint32_t level = 1; level <= LEVELS; level++) {
            double error = cv * knee_random_normal(&random);
            double throughput = 100 * level * exp(drift + error);
            windows[count++] = (struct knee_window){.block = block,
                                                    .level = level,
                                                    .items = throughput,
                                                    .throughput_per_s = throughput,
                                                    .valid = true};
        }
    }
    return count;
}

static struct knee_points fit(const struct knee_window *windows, size_t count)
{
    struct knee_points points;
    struct knee_err err;
    assert_int_equal(knee_points_fit(&points, windows, count, &err), 0);
    return points;
}

/* E of a level against level 1's, as a throughput ratio. */
static double ratio(const struct knee_points *points, uint32_t level)
{
    return exp(points->at[knee_points_find(points, level)].log_throughput -
               points->at[knee_points_find(points, 1)].log_throughput);
}

static void levels_are_recovered_from_noise_and_drift(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    static const double steps[] = {0, .01, .1, .5};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t count = make_windows(windows, .01, steps[i], 1);
        struct knee_points points = fit(windows, count);
        assert_int_equal(points.count, LEVELS);
        for (uint32_t level = 1; level <= LEVELS; level++)
            assert_close(ratio(&points, level), level, .02);
        assert_close(points.sigma, .01, .35);
        assert_true(points.df >= (LEVELS - 1) * (BLOCKS - 1) - 1e-9);
        assert_int_equal(points.rejected, 0);
    }
}

static void sigma_is_right_on_average(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    double squares = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct knee_points points = fit(windows, make_windows(windows, .02, .005, seed));
        squares += points.sigma * points.sigma;
    }
    assert_close(sqrt(squares / 200), .02, .08);
}

/* The standard errors promise what happens: |error| / se is about standard normal. */
static void standard_errors_cover_the_truth(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    double squares = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct knee_points points = fit(windows, make_windows(windows, .02, .01, seed));
        double error = log(ratio(&points, 5) / 5);
        squares += pow(error / knee_points_se(&points, 0, 4), 2);
    }
    assert_close(sqrt(squares / 300), 1, .12);
}

static void dips_are_rejected(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    size_t count = make_windows(windows, .01, .005, 2);
    for (size_t i = 3; i < count; i += 9)
        windows[i].throughput_per_s *= .7;
    struct knee_points points = fit(windows, count);
    assert_int_equal(points.rejected, 5);
    for (uint32_t level = 1; level <= LEVELS; level++)
        assert_close(ratio(&points, level), level, .02);
}

static void burst_over_most_of_a_small_block_is_no_drift(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS + 6];
    size_t count = make_windows(windows, .01, .002, 3);
    for (uint32_t i = 0; i < 6; i++) {
        double throughput = 100 * (i % 3 + 3) * (i == 1 || i == 2 ? .6 : 1);
        windows[count++] = (struct knee_window){.block = BLOCKS + i / 3,
                                                .level = i % 3 + 3,
                                                .throughput_per_s = throughput,
                                                .valid = true};
    }
    struct knee_points points = fit(windows, count);
    assert_int_equal(points.rejected, 2);
    for (uint32_t level = 1; level <= LEVELS; level++)
        assert_close(ratio(&points, level), level, .02);
}

static void of_two_that_disagree_the_higher_is_kept(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS + 2];
    size_t count = make_windows(windows, .01, .002, 4);
    for (uint32_t i = 0; i < 2; i++)
        windows[count++] = (struct knee_window){
            .block = i, .level = 7, .throughput_per_s = i ? 700 : 420, .valid = true};
    struct knee_points points = fit(windows, count);
    assert_close(ratio(&points, 7), 7, .03);
    assert_int_equal(points.at[knee_points_find(&points, 7)].windows, 1);
}

static void noisy_level_keeps_its_own_sigma(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    size_t count = make_windows(windows, .005, 0, 5);
    for (size_t i = 0; i < count; i += LEVELS) /* level 1 */
        windows[i].throughput_per_s *= i % 2 ? 1.02 : .98;
    struct knee_points points = fit(windows, count);
    assert_true(points.at[0].sigma > 1.5 * points.at[4].sigma);
    assert_true(points.at[4].sigma < points.sigma);
    assert_true(points.at[0].sigma < points.at[0].own_sigma);
}

/* The host's dips are left out, a level's own slow windows are not. */
static void level_of_two_modes_is_its_mean(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    size_t count = make_windows(windows, .005, 0, 8);
    for (size_t i = 4; i < count; i += 2 * LEVELS) /* level 5, every other time */
        windows[i].throughput_per_s *= .7;
    struct knee_points points = fit(windows, count);
    assert_close(ratio(&points, 5), 5 * .85, .01);
    assert_close(ratio(&points, 4), 4, .01);
    assert_int_equal(points.rejected, 0);
    assert_true(points.at[4].modes);
    assert_true(points.at[4].sigma > .1);
    for (size_t l = 0; l < 4; l++)
        assert_true(!points.at[l].modes && points.at[l].sigma < .02);
}

static void unusable_windows_are_left_out(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    size_t count = make_windows(windows, .01, 0, 6);
    windows[0].valid = false;
    windows[6].throughput_per_s = 0;
    windows[12].throughput_per_s = NAN;
    windows[13].throughput_per_s = INFINITY;
    for (size_t i = 4; i < count; i += LEVELS) /* level 5 */
        windows[i].throughput_per_s = 0;
    struct knee_points points = fit(windows, count);
    assert_int_equal(points.windows, count);
    assert_int_equal(points.rejected, 4 + BLOCKS);
    assert_int_equal(points.at[0].windows, BLOCKS - 1);
    assert_int_equal(points.at[4].windows, 0);
    assert_int_equal(points.at[4].rejected, BLOCKS);
    assert_true(isnan(points.at[4].log_throughput));
    for (uint32_t level = 2; level < LEVELS; level++)
        assert_close(ratio(&points, level), level, .02);
}

/* Few slots cannot bear a little steal: that says nothing against the host, nor the level. */
static void unlucky_windows_are_no_disturbance(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    static const struct {
        double steal_ratio;
        uint32_t reasons;
        bool unlucky;
    } cases[] = {{.04, KNEE_WINDOW_STEAL, true},
                 {.06, KNEE_WINDOW_STEAL, false},
                 {.04, KNEE_WINDOW_STEAL | KNEE_WINDOW_FOREIGN, false},
                 {.04, KNEE_WINDOW_EMPTY, false}};
    for (size_t c = 0; c < KNEE_COUNT(cases); c++) {
        size_t count = make_windows(windows, .01, 0, 6);
        for (size_t i = 0; i < count; i += LEVELS) { /* level 1 */
            windows[i].valid = false;
            windows[i].reasons = cases[c].reasons;
            windows[i].figures[KNEE_WINDOW_STEAL_RATIO] = knee_decimal_of(cases[c].steal_ratio);
        }
        struct knee_points points = fit(windows, count);
        assert_int_equal(points.at[0].rejected, BLOCKS);
        assert_int_equal(points.at[0].unlucky, cases[c].unlucky ? BLOCKS : 0);
        assert_int_equal(points.rejected, cases[c].unlucky ? 0 : BLOCKS);
        for (size_t i = 0; i < count; i++) { /* all of them: then it is the host */
            windows[i] = windows[i / LEVELS * LEVELS];
            windows[i].level = 1 + (uint32_t)i % LEVELS;
        }
        assert_int_equal(fit(windows, count).rejected, count);
    }
}

/* A command that fails above a level was "disturbed: too much else went on on this machine". */
static void windows_in_which_every_item_failed_are_no_disturbance(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    size_t count = make_windows(windows, .01, 0, 6);
    for (size_t i = 0; i < count; i++)
        if (windows[i].level > 2) {
            windows[i].failed_items = windows[i].items;
            windows[i].items = windows[i].throughput_per_s = 0;
            windows[i].reasons = KNEE_WINDOW_ERRORS;
        }
    for (size_t i = 4; i < count; i += 2 * LEVELS) { /* level 5 */
        windows[i].valid = false;
        windows[i].reasons |= KNEE_WINDOW_FOREIGN;
    }
    struct knee_points points = fit(windows, count);
    assert_int_equal(points.rejected, 0);
    assert_true(points.at[2].errors && points.at[4].errors);
    for (size_t i = 0; i < count; i += LEVELS) /* level 1 */
        windows[i].valid = false;
    assert_int_equal(fit(windows, count).rejected, BLOCKS);
}

static void nothing_usable_is_well_formed(void **state)
{
    (void)state;
    struct knee_window windows[3] = {{.level = 4}, {.level = 2}, {.level = 4}};
    struct knee_points points = fit(windows, 0);
    assert_int_equal(points.count, 0);
    assert_true(points.sigma > 0);
    points = fit(windows, 3);
    assert_int_equal(points.count, 2);
    assert_int_equal(points.at[0].level, 2);
    assert_int_equal(points.rejected, 3);
    assert_close(points.df, 0, 0);
}

static void one_window_a_level_tells_no_noise(void **state)
{
    (void)state;
    struct knee_window windows[LEVELS * BLOCKS];
    make_windows(windows, .01, 0, 7);
    struct knee_points points = fit(windows, LEVELS);
    assert_close(points.df, 0, 0);
    assert_true(points.sigma > 0);
    assert_close(ratio(&points, 5), 5, .05);
}

enum odd { STEP_DOWN, ALL_FAIL_DIFFERENTLY, NONE_IS_ADMITTED, ODD_KINDS };

/* What takes longest to judge. */
static void make_odd_windows(struct knee_window *windows, size_t count, enum odd kind)
{
    struct knee_random random = knee_random_seed(9, 0);
    for (size_t i = 0; i < count; i++) {
        uint32_t level = 1 + (uint32_t)(kind == ALL_FAIL_DIFFERENTLY ? i % 10 == 0 : i % LEVELS);
        double fall = kind == STEP_DOWN && i >= count / 2 ? .4 : 1;
        windows[i] = (struct knee_window){
            .block = (uint32_t)(i / LEVELS),
            .level = level,
            .items = 100,
            .throughput_per_s = fall * level * (1 + .01 * knee_random_uniform(&random)),
            .foreign_cpus = (double)i,
            .valid = kind != NONE_IS_ADMITTED};
        if (kind == ALL_FAIL_DIFFERENTLY)
            windows[i].failed_items = knee_random_uniform(&random);
        if (kind == NONE_IS_ADMITTED)
            windows[i].reasons = KNEE_WINDOW_FOREIGN;
    }
}

static double cpu_s(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A journal may have a million rows. Eight times the windows may take eight times as long, and some
 * more for what a small fit does not pay; not 64 times. */
static void time_grows_with_the_windows_not_with_their_square(void **state)
{
    (void)state;
    const size_t few = 4000, many = 32000;
    struct knee_window *windows = calloc(many, sizeof *windows);
    assert_non_null(windows);
    for (int kind = 0; kind < ODD_KINDS; kind++) {
        struct knee_points points;
        double took_s[2];
        for (int i = 0; i < 2; i++) {
            size_t count = i ? many : few;
            make_odd_windows(windows, count, (enum odd)kind);
            double from_s = cpu_s();
            points = fit(windows, count);
            took_s[i] = cpu_s() - from_s;
        }
        if (kind == STEP_DOWN)
            assert_in_range(points.earlier, many / 2 - 200, many / 2 + 200);
        if (took_s[1] > 25 * took_s[0] + .1)
            fail_msg("kind %d: %g s for 4,000 windows, %g s for 32,000", kind, took_s[0],
                     took_s[1]);
    }
    free(windows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_recovered_from_noise_and_drift),
        cmocka_unit_test(sigma_is_right_on_average),
        cmocka_unit_test(standard_errors_cover_the_truth),
        cmocka_unit_test(dips_are_rejected),
        cmocka_unit_test(burst_over_most_of_a_small_block_is_no_drift),
        cmocka_unit_test(of_two_that_disagree_the_higher_is_kept),
        cmocka_unit_test(noisy_level_keeps_its_own_sigma),
        cmocka_unit_test(level_of_two_modes_is_its_mean),
        cmocka_unit_test(unusable_windows_are_left_out),
        cmocka_unit_test(unlucky_windows_are_no_disturbance),
        cmocka_unit_test(windows_in_which_every_item_failed_are_no_disturbance),
        cmocka_unit_test(nothing_usable_is_well_formed),
        cmocka_unit_test(one_window_a_level_tells_no_noise),
        cmocka_unit_test(time_grows_with_the_windows_not_with_their_square),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
