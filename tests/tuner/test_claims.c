/* SPDX-License-Identifier: MIT */
/* What draws claim: the excess of a draw's best level, on draws made by hand and on real ones. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/base/random.h"
#include "tuner/posterior/claims.h"

#include <math.h>

#define TOLERANCE .02
#define NEAR 1e-12

/* Three draws of five levels: in each of them another one of the plateau is the highest. */
static double values[] = {
    -.70, -.050, 0.00, 0.01, 0.00, /* */
    -.70, -.050, 0.01, 0.00, 0.00, /* */
    -.70, -.050, 0.00, 0.00, 0.01,
};
static struct knee_posterior_knot knots[] = {
    {.level = 1, .windows = 4, .usable = true, .mean = -.70},
    {.level = 2, .windows = 4, .usable = true, .mean = -.05},
    {.level = 4, .windows = 4, .usable = true, .mean = .0033},
    {.level = 8, .windows = 4, .usable = true, .mean = .0033},
    {.level = 16, .windows = 4, .usable = true, .mean = .0033},
};

static struct knee_posterior with_excess(double excess)
{
    return (struct knee_posterior){.knots = knots,
                                   .knots_count = KNEE_COUNT(knots),
                                   .values = values,
                                   .draws_count = 3,
                                   .best_excess = excess};
}

/* The best is 0.01 in each draw, fast is what reaches 0.01 + ln .97. */
static void excess_is_taken_off_up_to_a_quarter_of_the_tolerance(void **state)
{
    (void)state;
    static const struct {
        double excess, taken;
    } cases[] = {{0, 0}, {.004, .004}, {.005, .005}, {.02, .005}};
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_posterior posterior = with_excess(cases[i].excess);
        double fast, small, least = .01 - cases[i].taken + log(.97);
        knee_claims_margins(&posterior, 0, 2, TOLERANCE, &fast, &small);
        assert_true(fabs(fast - (0 - least)) < NEAR);
        assert_true(fabs(small - (least + .05)) < NEAR);
    }
}

/* Level 2 is too slow by .03: the excess does not change that, nor does it help the bound. */
static void excess_leaves_the_bound_alone(void **state)
{
    (void)state;
    double bound = 0;
    for (int i = 0; i < 2; i++) {
        struct knee_posterior posterior = with_excess(i * .005);
        struct knee_claims claims;
        struct knee_err err;
        assert_int_equal(knee_claims_make(&claims, NULL, &posterior, TOLERANCE, .95, &err), 0);
        assert_int_equal(knots[claims.pick].level, 4);
        assert_int_equal(claims.below, 2);
        assert_true(i == 0 || claims.bound_ratio == bound);
        bound = claims.bound_ratio;
    }
}

/* 4 is right if 3 is fast, but 3 is what a user wants if it is as good. Ten draws, in `within` of
 * which 3 is as fast as 4, and in two of which it is slow. */
static void three_is_looked_at_before_four_is_the_answer(void **state)
{
    (void)state;
    static const struct {
        uint32_t windows;
        bool barred;
        int within;
        bool finer;
    } cases[] = {
        {0, false, 1, true}, {0, false, 0, false}, {0, true, 8, false},
        {4, false, 6, true}, {4, false, 5, false}, {8, false, 6, false},
    };
    for (size_t c = 0; c < KNEE_COUNT(cases); c++) {
        struct knee_posterior_knot of[] = {
            {.level = 2, .windows = 4, .usable = true, .mean = -.4},
            {.level = 3, .windows = cases[c].windows, .barred = cases[c].barred},
            {.level = 4, .windows = 4, .usable = true, .mean = .01},
        };
        double draws[30];
        of[1].usable = of[1].windows > 0;
        for (int d = 0; d < 10; d++) {
            draws[3 * d] = -.4;
            draws[3 * d + 1] = d >= 8 ? -.1 : d < cases[c].within ? 0 : -.025;
            draws[3 * d + 2] = 0;
        }
        struct knee_posterior posterior = {
            .knots = of, .knots_count = 3, .values = draws, .draws_count = 10};
        struct knee_claims claims;
        struct knee_err err;
        assert_int_equal(knee_claims_make(&claims, NULL, &posterior, TOLERANCE, .95, &err), 0);
        assert_int_equal(of[claims.pick].level, 4);
        if (claims.finer != (cases[c].finer ? 1 : SIZE_MAX))
            fail_msg("case %zu", c);
    }
}

/* The highest level may be twice as fast, and no window of it counts: no other is likely to be
 * right. The closest of them is not the smallest. */
static void without_a_likely_level_the_pick_is_close_to_the_best(void **state)
{
    (void)state;
    static const struct {
        double means[4]; /* of 2, 8, 32 and 64 */
        double beyond;   /* of 128, in all draws but one */
        uint32_t pick;
    } cases[] = {
        {{-4, -2.8, -1.4, -.7}, 0, 64},
        {{-4, -2.8, -.71, -.7}, 0, 32},
        {{-4, -2.8, -.01, 0}, .001, 32}, /* these two are likely */
    };
    for (size_t c = 0; c < KNEE_COUNT(cases); c++) {
        struct knee_posterior_knot of[] = {{.level = 2},
                                           {.level = 8},
                                           {.level = 32},
                                           {.level = 64},
                                           {.level = 128, .mean = cases[c].beyond}};
        double draws[20 * 5];
        for (int j = 0; j < 4; j++) {
            of[j].mean = cases[c].means[j];
            of[j].windows = 1;
            of[j].usable = true;
        }
        for (int d = 0; d < 20; d++)
            for (int j = 0; j < 5; j++)
                draws[5 * d + j] = j == 4 && d == 0 ? -1 : of[j].mean;
        struct knee_posterior posterior = {
            .knots = of, .knots_count = 5, .values = draws, .draws_count = 20};
        struct knee_claims claims;
        struct knee_err err;
        assert_int_equal(knee_claims_make(&claims, NULL, &posterior, TOLERANCE, .95, &err), 0);
        assert_int_equal(of[claims.pick].level, cases[c].pick);
    }
}

/* The mean excess of a fit to a plateau of six levels, `rounds` windows each. */
static double excess_of(int rounds, double cv_ratio)
{
    static const uint32_t levels[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64};
    static const struct knee_candidate candidates[] = {{1, 0}, {64, 0}};
    static struct knee_window windows[400];
    static struct knee_points points;
    struct knee_posterior_params params = {.candidates = candidates,
                                           .candidates_count = 2,
                                           .level_max = 64,
                                           .seed = 1,
                                           .burn_in = 100,
                                           .draws = 400};
    struct knee_random random = knee_random_seed(7, 0);
    struct knee_posterior posterior;
    struct knee_err err;
    size_t count = 0;
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < KNEE_COUNT(levels); i++)
            windows[count++] =
                (struct knee_window){.block = (uint32_t)round,
                                     .level = levels[i],
                                     .window_ns = 1000000000,
                                     .throughput_per_s = knee_random_lognormal(
                                         &random, 100 * fmin(levels[i], 8), cv_ratio),
                                     .valid = true};
    assert_int_equal(knee_points_fit(&points, windows, count, &err), 0);
    assert_int_equal(knee_posterior_fit(&posterior, &params, windows, count, &points, &err), 0);
    double excess = posterior.best_excess;
    knee_posterior_release(&posterior);
    return excess;
}

static void excess_falls_with_windows_and_grows_with_noise(void **state)
{
    (void)state;
    double few = excess_of(3, .02), many = excess_of(40, .02), quiet = excess_of(3, .002);
    assert_true(few > .003 && few < .03);
    assert_true(many < .6 * few && many > 0);
    assert_true(quiet < .5 * few && quiet > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excess_is_taken_off_up_to_a_quarter_of_the_tolerance),
        cmocka_unit_test(excess_leaves_the_bound_alone),
        cmocka_unit_test(without_a_likely_level_the_pick_is_close_to_the_best),
        cmocka_unit_test(three_is_looked_at_before_four_is_the_answer),
        cmocka_unit_test(excess_falls_with_windows_and_grows_with_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
