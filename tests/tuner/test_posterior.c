/* SPDX-License-Identifier: MIT */
/* The posterior of the whole curve: certain on a clear plateau, open with few noisy windows, the
 * same for the same seed. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/base/random.h"
#include "tuner/posterior/claims.h"
#include "tuner/posterior/next_windows.h"

#include <math.h>
#include <stdlib.h>

#define LEVEL_MAX 64

static const struct knee_candidate candidates[] = {{1, 0},  {2, 0},  {4, 0}, {8, 0},
                                                   {16, 0}, {32, 0}, {64, 0}};
static const struct knee_posterior_params standard = {.candidates = candidates,
                                                      .candidates_count = 7,
                                                      .level_max = LEVEL_MAX,
                                                      .seed = 1,
                                                      .burn_in = 100,
                                                      .draws = 400};

static double plateau_at_8(uint32_t level)
{
    return 100 * fmin(level, 8);
}

static struct knee_points fitted; /* by the last fit */

/* `rounds` windows at each of the levels, and a fit to them. */
static void fit(struct knee_posterior *posterior, const struct knee_posterior_params *params,
                double (*curve)(uint32_t), int rounds, double cv_ratio)
{
    static const uint32_t levels[] = {1, 2, 4, 6, 8, 16, 32, 64};
    struct knee_window windows[256];
    struct knee_random random = knee_random_seed(3, 0);
    struct knee_err err;
    size_t count = 0;
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < 8; i++)
            windows[count++] = (struct knee_window){
                .block = (uint32_t)round,
                .level = levels[i],
                .window_ns = 1000000000,
                .throughput_per_s = knee_random_lognormal(&random, curve(levels[i]), cv_ratio),
                .valid = true};
    assert_int_equal(knee_points_fit(&fitted, windows, count, &err), 0);
    assert_int_equal(knee_posterior_fit(posterior, params, windows, count, &fitted, &err), 0);
}

static void plateau_is_picked_for_certain(void **state)
{
    (void)state;
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    fit(&posterior, &standard, plateau_at_8, 4, .005);
    assert_int_equal(knee_posterior_go_on(&posterior, 4000, &err), 0);
    assert_int_equal(knee_claims_make(&claims, NULL, &posterior, .02, .95, &err), 0);
    assert_int_equal(posterior.knots[claims.pick].level, 8);
    assert_true(claims.right > .95);
    assert_true(claims.bound_ratio > .97);
    assert_int_equal(claims.below, 6);
    assert_true(fabs(claims.below_ratio - .75) < .03);
    /* Nothing between 8 and 16 was measured: a peak there is not quite out of the question. */
    assert_true(claims.low >= 7 && claims.low <= 8 && claims.high < 16);
    assert_true(claims.rising < .1);
    knee_posterior_release(&posterior);
}

/* Half of the time the device runs at .7, whatever the level. By chance level 8 was only ever seen
 * slow: its neighbours tell that it is not. */
static void a_device_of_two_states_is_one_curve(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 2, 4, 6, 8, 16, 32, 64};
    struct knee_window windows[48];
    struct knee_random random = knee_random_seed(11, 0);
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    for (size_t i = 0; i < 48; i++) {
        uint32_t level = levels[i % 8];
        bool slow = level == 8 || (i / 3) % 2 == 1;
        double rate = plateau_at_8(level) * (slow ? .7 : 1);
        windows[i] =
            (struct knee_window){.block = (uint32_t)(i / 8),
                                 .level = level,
                                 .window_ns = 1000000000,
                                 .throughput_per_s = knee_random_lognormal(&random, rate, .005),
                                 .valid = true};
    }
    assert_int_equal(knee_points_fit(&fitted, windows, 48, &err), 0);
    assert_int_equal(knee_posterior_fit(&posterior, &standard, windows, 48, &fitted, &err), 0);
    assert_true(posterior.states > .8);
    assert_true(posterior.modes < .2);
    assert_true(fabs(posterior.state_depth + log(.7)) < .02);
    assert_true(fabs(posterior.state_share - .5) < .15);
    knee_posterior_describe(&posterior, &fitted);
    assert_true(fitted.band.states > .8 && fabs(fitted.band.slow_ratio - .7) < .02);
    assert_int_equal(knee_claims_make(&claims, NULL, &posterior, .02, .95, &err), 0);
    assert_int_equal(posterior.knots[claims.pick].level, 8);
    knee_posterior_release(&posterior);
}

/* The widest part of the band, relative to the curve; fails if the band misses the curve by more
 * than `slack`, of which the noise of its common height is a part. */
static double width_of_band(double cv_ratio, double slack)
{
    struct knee_posterior posterior;
    double widest = 0;
    fit(&posterior, &standard, plateau_at_8, 4, cv_ratio);
    knee_posterior_describe(&posterior, &fitted);
    assert_int_equal(fitted.band.count, posterior.knots_count);
    for (size_t i = 0; i < fitted.band.count; i++) {
        const struct knee_band_level *at = &fitted.band.at[i];
        double truth = plateau_at_8(at->level);
        if (at->low_per_s > truth * (1 + slack) || at->high_per_s < truth * (1 - slack))
            fail_msg("%u: %g to %g", at->level, at->low_per_s, at->high_per_s);
        widest = fmax(widest, (at->high_per_s - at->low_per_s) / truth);
    }
    knee_posterior_release(&posterior);
    return widest;
}

static void band_holds_the_curve_and_widens_with_the_noise(void **state)
{
    (void)state;
    double quiet = width_of_band(.005, .01), noisy = width_of_band(.05, .05);
    assert_true(quiet > 0 && quiet < noisy);
}

/* Draws differ from each other by what levels give against each other. Of a level alone they say
 * nothing: all that is known of it is in its windows. From 16 on, half of the items fail. */
static void a_level_alone_is_known_as_well_as_its_windows_are(void **state)
{
    (void)state;
    static const double rates[] = {372, 380, 389}; /* CV 2.2 % */
    struct knee_window windows[6];
    struct knee_posterior posterior;
    struct knee_err err;
    for (size_t i = 0; i < 6; i++)
        windows[i] = (struct knee_window){.block = (uint32_t)i,
                                          .level = i % 2 ? 16 : 8,
                                          .window_ns = 1000000000,
                                          .items = rates[i / 2],
                                          .failed_items = i % 2 ? rates[i / 2] : 0,
                                          .throughput_per_s = rates[i / 2],
                                          .valid = true};
    assert_int_equal(knee_points_fit(&fitted, windows, 6, &err), 0);
    assert_int_equal(knee_posterior_fit(&posterior, &standard, windows, 6, &fitted, &err), 0);
    struct knee_point *point = &fitted.at[0];
    assert_int_equal(point->level, 8);
    assert_true(fitted.at[1].errors);
    double error = point->sigma / sqrt(point->effective_windows);
    assert_true(error > .005);
    knee_posterior_describe(&posterior, &fitted);
    assert_close(
        sqrt(point->sigma * point->sigma / point->effective_windows + point->common_variance),
        error, .01);
    assert_int_equal(point->windows, 3);
    for (size_t i = 0; i < fitted.band.count; i++)
        assert_true(fitted.band.at[i].high_per_s > fitted.band.at[i].low_per_s * (1 + 3 * error));
    knee_posterior_release(&posterior);
}

static double linear(uint32_t level)
{
    return 100. * level;
}

static void linear_curve_rises_at_the_top(void **state)
{
    (void)state;
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    fit(&posterior, &standard, linear, 3, .005);
    assert_int_equal(knee_claims_make(&claims, NULL, &posterior, .02, .95, &err), 0);
    assert_int_equal(posterior.knots[claims.pick].level, 64);
    assert_true(claims.rising > .95);
    knee_posterior_release(&posterior);
}

static void same_seed_gives_same_draws(void **state)
{
    (void)state;
    struct knee_posterior first, second, other;
    struct knee_posterior_params params = standard;
    fit(&first, &params, plateau_at_8, 3, .02);
    fit(&second, &params, plateau_at_8, 3, .02);
    params.seed = 2;
    fit(&other, &params, plateau_at_8, 3, .02);
    size_t count = first.draws_count * first.knots_count;
    assert_memory_equal(first.values, second.values, count * sizeof *first.values);
    assert_memory_not_equal(first.values, other.values, count * sizeof *first.values);
    knee_posterior_release(&first);
    knee_posterior_release(&second);
    knee_posterior_release(&other);
}

/* A search asks for few draws first, and for more once they nearly claim something. */
static void more_draws_go_on_where_the_last_ended(void **state)
{
    (void)state;
    struct knee_posterior once, twice;
    struct knee_posterior_params params = standard;
    struct knee_err err;
    fit(&once, &params, plateau_at_8, 3, .02);
    params.draws /= 2;
    fit(&twice, &params, plateau_at_8, 3, .02);
    assert_int_equal(knee_posterior_go_on(&twice, params.draws, &err), 0);
    assert_int_equal(twice.draws_count, once.draws_count);
    size_t count = once.draws_count * once.knots_count;
    assert_memory_equal(once.values, twice.values, count * sizeof *once.values);
    assert_memory_equal(once.knots, twice.knots, once.knots_count * sizeof *once.knots);
    knee_posterior_release(&once);
    knee_posterior_release(&twice);
}

static void fixed_levels_have_no_knots_between(void **state)
{
    (void)state;
    struct knee_posterior posterior;
    struct knee_posterior_params params = standard;
    params.fixed_levels = true;
    fit(&posterior, &params, plateau_at_8, 2, .01);
    assert_int_equal(posterior.knots_count, 8); /* the candidates, and 6 */
    knee_posterior_release(&posterior);
}

/* Noise decides how sure a pick is, not which it is. */
static void few_noisy_windows_leave_it_open(void **state)
{
    (void)state;
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    fit(&posterior, &standard, plateau_at_8, 1, .08);
    assert_int_equal(knee_claims_make(&claims, NULL, &posterior, .02, .95, &err), 0);
    assert_true(claims.right < .9);
    assert_true(claims.low < claims.high);
    knee_posterior_release(&posterior);
}

/* Around the corner more is to be learnt than at level 1 or far out on the plateau. */
static void next_windows_are_near_the_knee(void **state)
{
    (void)state;
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    size_t knots[4];
    fit(&posterior, &standard, plateau_at_8, 2, .02);
    double *rights = calloc(posterior.knots_count, sizeof *rights);
    assert_non_null(rights);
    assert_int_equal(knee_claims_make(&claims, rights, &posterior, .02, .95, &err), 0);
    int count = knee_next_windows(knots, 4, &posterior, rights, .02, &err);
    assert_int_equal(count, 4);
    assert_in_range(posterior.knots[knots[0]].level, 5, 13);
    for (int i = 0; i < count; i++) {
        assert_true(posterior.knots[knots[i]].level > 2);
        for (int j = 0; j < i; j++)
            assert_int_not_equal(knots[i], knots[j]);
    }
    free(rights);
    knee_posterior_release(&posterior);
}

/* A level none of whose windows can be used is given up, but not if it only lacked luck. */
static void a_level_without_luck_is_not_barred(void **state)
{
    (void)state;
    static const uint32_t reasons[] = {KNEE_WINDOW_STEAL, KNEE_WINDOW_EMPTY};
    for (size_t c = 0; c < KNEE_COUNT(reasons); c++) {
        struct knee_window windows[32];
        struct knee_posterior posterior;
        struct knee_points points;
        struct knee_err err;
        size_t count = 0;
        for (uint32_t block = 0; block < 8; block++)
            for (uint32_t level = 2; level <= 4; level++)
                windows[count++] = (struct knee_window){.block = block,
                                                        .level = level,
                                                        .window_ns = 1000000000,
                                                        .throughput_per_s = 100 + level + block,
                                                        .reasons = level == 3 ? reasons[c] : 0,
                                                        .valid = level != 3};
        assert_int_equal(knee_points_fit(&points, windows, count, &err), 0);
        assert_int_equal(knee_posterior_fit(&posterior, &standard, windows, count, &points, &err),
                         0);
        size_t j = 0;
        while (j < posterior.knots_count && posterior.knots[j].level != 3)
            j++;
        assert_true(j < posterior.knots_count);
        assert_int_equal(posterior.knots[j].barred, reasons[c] == KNEE_WINDOW_EMPTY);
        knee_posterior_release(&posterior);
    }
}

static void no_window_claims_nothing(void **state)
{
    (void)state;
    static struct knee_points points;
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    assert_int_equal(knee_points_fit(&points, NULL, 0, &err), 0);
    assert_int_equal(knee_posterior_fit(&posterior, &standard, NULL, 0, &points, &err), 0);
    assert_int_equal(knee_claims_make(&claims, NULL, &posterior, .02, .95, &err), 0);
    assert_true(claims.pick == SIZE_MAX);
    knee_posterior_release(&posterior);
}

/* Of 20,000 windows it takes some of each level, all over the time, and the rare ones whole. */
static void a_great_many_windows_are_thinned(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 4, 8, 16};
    const size_t count = 20000;
    struct knee_window *windows = calloc(count, sizeof *windows);
    struct knee_random random = knee_random_seed(3, 0);
    struct knee_posterior posterior;
    struct knee_claims claims;
    struct knee_err err;
    assert_non_null(windows);
    for (size_t i = 0; i < count; i++) {
        uint32_t level = i < 5 ? 6 : levels[i % 4];
        windows[i] = (struct knee_window){
            .block = (uint32_t)(i / 4),
            .level = level,
            .window_ns = 1000000000,
            .throughput_per_s = knee_random_lognormal(&random, plateau_at_8(level), .02),
            .valid = true};
    }
    struct knee_posterior_params params = standard;
    params.burn_in = 20;
    params.draws = 100;
    assert_int_equal(knee_points_fit(&fitted, windows, count, &err), 0);
    assert_int_equal(knee_posterior_fit(&posterior, &params, windows, count, &fitted, &err), 0);
    assert_in_range(posterior.windows_count, 2000, 4096 + 5);
    for (size_t j = 0; j < posterior.knots_count; j++) {
        if (posterior.knots[j].level == 6)
            assert_int_equal(posterior.knots[j].windows, 5);
        if (posterior.knots[j].level == 8)
            assert_in_range(posterior.knots[j].windows, 500, 1100);
    }
    assert_int_equal(knee_claims_make(&claims, NULL, &posterior, .02, .95, &err), 0);
    assert_int_equal(posterior.knots[claims.pick].level, 8);
    knee_posterior_release(&posterior);
    free(windows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plateau_is_picked_for_certain),
        cmocka_unit_test(a_device_of_two_states_is_one_curve),
        cmocka_unit_test(band_holds_the_curve_and_widens_with_the_noise),
        cmocka_unit_test(a_level_alone_is_known_as_well_as_its_windows_are),
        cmocka_unit_test(linear_curve_rises_at_the_top),
        cmocka_unit_test(same_seed_gives_same_draws),
        cmocka_unit_test(more_draws_go_on_where_the_last_ended),
        cmocka_unit_test(fixed_levels_have_no_knots_between),
        cmocka_unit_test(few_noisy_windows_leave_it_open),
        cmocka_unit_test(next_windows_are_near_the_knee),
        cmocka_unit_test(a_level_without_luck_is_not_barred),
        cmocka_unit_test(no_window_claims_nothing),
        cmocka_unit_test(a_great_many_windows_are_thinned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
