/* SPDX-License-Identifier: MIT */
/* Which form is chosen, what must be refused, and whether intervals hold what they say. Published
 * fits: tests/tuner/test_models_known.c. */
#include "tuner/fit/models.h"

#include "core/base/random.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define POINTS_MAX 64

struct pair {
    double level, throughput;
};

static void fit(struct knee_models *models, const struct pair *pairs, size_t count)
{
    struct knee_models_point points[POINTS_MAX];
    for (size_t i = 0; i < count; i++)
        points[i] = (struct knee_models_point){pairs[i].level, pairs[i].throughput, NAN};
    assert_int_equal(knee_models_fit(models, points, count, 0, NULL), 0);
}

/* Levels 1, 2, 4 ... of a curve, each with a relative standard error. */
static void fit_curve(struct knee_models *models, double (*curve)(double), size_t count,
                      double noise, double se)
{
    struct knee_models_point points[POINTS_MAX];
    struct knee_random random = knee_random_seed(7, 1);
    for (size_t i = 0; i < count; i++) {
        double level = (double)(1u << i);
        double x = curve(level) * exp(noise * knee_random_normal(&random));
        points[i] = (struct knee_models_point){level, x, se * x};
    }
    assert_int_equal(knee_models_fit(models, points, count, se > 0 ? 3 * (double)count : 0, NULL),
                     0);
}

static double linear(double n)
{
    return 7 * n;
}

static double amdahl(double n)
{
    return 100 * n / (1 + .1 * (n - 1));
}

static double usl(double n)
{
    return 100 * n / (1 + .03 * (n - 1) + .002 * n * (n - 1));
}

static double pairs_only(double n) /* sigma 0 */
{
    return 100 * n / (1 + .002 * n * (n - 1));
}

static double far_peak(double n) /* n* = 996 */
{
    return 100 * n / (1 + .008 * (n - 1) + 1e-6 * n * (n - 1));
}

static double constant(double n)
{
    (void)n;
    return 42;
}

static double falling(double n)
{
    return 100 / n;
}

static double plateau(double n)
{
    return 100 * fmin(n, 16);
}

static void simplest_sufficient_form_is_chosen(void **state)
{
    (void)state;
    static const struct {
        double (*curve)(double);
        size_t levels;
        double noise;
        enum knee_model model;
        double peak; /* NAN: none */
    } CASES[] = {
        {linear, 8, 0, KNEE_MODEL_LINEAR, NAN},   {amdahl, 8, 0, KNEE_MODEL_AMDAHL, NAN},
        {usl, 8, 0, KNEE_MODEL_USL, 22},          {pairs_only, 8, 0, KNEE_MODEL_USL, 22},
        {linear, 9, .01, KNEE_MODEL_LINEAR, NAN}, {amdahl, 9, .01, KNEE_MODEL_AMDAHL, NAN},
        {usl, 9, .005, KNEE_MODEL_USL, 22},       {linear, 14, .01, KNEE_MODEL_LINEAR, NAN},
        {constant, 8, 0, KNEE_MODEL_AMDAHL, NAN}, {falling, 8, 0, KNEE_MODEL_USL, 1},
        {far_peak, 9, .002, KNEE_MODEL_USL, NAN},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_models models;
        fit_curve(&models, CASES[i].curve, CASES[i].levels, CASES[i].noise, 0);
        assert_int_equal(models.model, CASES[i].model);
        assert_close(models.peak_level, CASES[i].peak, .05);
    }
}

static double two_clusters(double n)
{
    return n < 8 ? 100 * n : 50 * n;
}

static void what_cannot_be_told_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        double (*curve)(double);
        size_t levels;
        double noise, se;
        enum knee_models_refusal refusal;
    } CASES[] = {
        {usl, 0, 0, 0, KNEE_REFUSAL_FEW_LEVELS},
        {usl, 1, 0, 0, KNEE_REFUSAL_FEW_LEVELS},
        {usl, 5, 0, 0, KNEE_REFUSAL_FEW_LEVELS},
        {plateau, 9, 0, .005, KNEE_REFUSAL_MISSES_LEVEL},
        {two_clusters, 8, 0, .005, KNEE_REFUSAL_MISSES_LEVEL},
        {linear, 6, 0, .005, KNEE_REFUSAL_NONE},
        {usl, 8, .01, .01, KNEE_REFUSAL_NONE},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_models models;
        fit_curve(&models, CASES[i].curve, CASES[i].levels, CASES[i].noise, CASES[i].se);
        bool refused = CASES[i].refusal != KNEE_REFUSAL_NONE;
        assert_int_equal(models.model == KNEE_MODEL_NONE, refused);
        assert_int_equal(models.refusal, CASES[i].refusal);
        double se = 0, at = knee_models_predict(&models, 3, &se);
        assert_int_equal(isnan(at), refused);
        assert_int_equal(isnan(se), refused);
        assert_true(!isnan(models.lack_of_fit_p) || CASES[i].se == 0 || CASES[i].levels < 6);
    }
}

static void levels_far_from_one_hardly_determine_lambda(void **state)
{
    (void)state;
    const struct pair flat[] = {{100, 50}, {200, 50.1}, {300, 49.9},
                                {400, 50}, {500, 50.1}, {600, 49.9}};
    struct knee_models models;
    fit(&models, flat, COUNT(flat));
    assert_int_equal(models.model, KNEE_MODEL_AMDAHL);
    assert_true(models.lambda.ci_high - models.lambda.ci_low > models.lambda.value);
    assert_close(knee_models_predict(&models, 350, NULL), 50, .01);
}

static void peak_needs_an_interval(void **state)
{
    (void)state;
    /* A fall that may well be a line's. */
    const struct pair pairs[] = {{100, 50}, {200, 40}, {300, 30}, {400, 20}, {500, 10}, {600, 5}};
    struct knee_models models;
    fit(&models, pairs, COUNT(pairs));
    assert_int_equal(models.model, KNEE_MODEL_USL);
    assert_close(models.kappa.ci_low, 0, 0);
    assert_close(models.peak_level, NAN, 0);
    assert_false(models.extrapolated);
    assert_int_equal(models.refusal, KNEE_REFUSAL_PEAK_OPEN);
}

/* A noisy level counts less, a level known well more. */
static void standard_errors_are_weights(void **state)
{
    (void)state;
    struct knee_models_point points[8];
    struct knee_models models;
    for (size_t i = 0; i < 8; i++) {
        double level = (double)(1u << i), x = amdahl(level);
        points[i] = (struct knee_models_point){level, x, .01 * x};
    }
    points[5].throughput_per_s *= 1.5;
    points[5].se_per_s *= 1000;
    assert_int_equal(knee_models_fit(&models, points, 8, 16, NULL), 0);
    assert_int_equal(models.model, KNEE_MODEL_AMDAHL);
    assert_close(models.sigma.value, .1, 1e-3);
    assert_int_equal(knee_models_fit(&models, points, 8, 0, NULL), 0);
    assert_true(fabs(models.sigma.value - .1) > .01);
}

/* Of 200 noisy runs the 95 % interval holds the truth in about 190. */
static void intervals_cover_what_they_say(void **state)
{
    (void)state;
    unsigned sigma = 0, band = 0, trials = 400;
    for (unsigned trial = 0; trial < trials; trial++) {
        struct knee_random random = knee_random_seed(11, trial);
        struct pair pairs[24];
        struct knee_models models;
        for (size_t i = 0; i < 24; i++) {
            double level = (double)(i + 1);
            pairs[i] = (struct pair){level, usl(level) + 8 * knee_random_normal(&random)};
        }
        fit(&models, pairs, 24);
        double se, at = knee_models_predict(&models, 12, &se);
        sigma += models.sigma.ci_low <= .03 && .03 <= models.sigma.ci_high;
        band += fabs(at - usl(12)) <= models.t * se;
    }
    assert_in_range(sigma, .92 * trials, .98 * trials);
    assert_in_range(band, .92 * trials, .98 * trials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simplest_sufficient_form_is_chosen),
        cmocka_unit_test(what_cannot_be_told_is_refused_with_its_reason),
        cmocka_unit_test(levels_far_from_one_hardly_determine_lambda),
        cmocka_unit_test(peak_needs_an_interval),
        cmocka_unit_test(standard_errors_are_weights),
        cmocka_unit_test(intervals_cover_what_they_say),
    };
    return cmocka_run_group_tests_name("models", tests, NULL, NULL);
}
