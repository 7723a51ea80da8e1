/* SPDX-License-Identifier: MIT */
/* Known answers: tables that were published with their fits. */
#include "tuner/fit/models.h"

#include "tests/support/test.h"

#include <math.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define POINTS_MAX 64

struct pair {
    double level, throughput;
};

/* B. Schwartz, "Practical Scalability Analysis with the Universal Scalability Law" (2015), the
 * Cisco benchmark; the numbers and their fit stand in the tests of github.com/codahale/usl, too. */
static const struct pair CISCO[] = {
    {1, 955.16},    {2, 1878.91},   {3, 2688.01},   {4, 3548.68},   {5, 4315.54},   {6, 5130.43},
    {7, 5931.37},   {8, 6531.08},   {9, 7219.8},    {10, 7867.61},  {11, 8278.71},  {12, 8646.7},
    {13, 9047.84},  {14, 9426.55},  {15, 9645.37},  {16, 9897.24},  {17, 10097.6},  {18, 10240.5},
    {19, 10532.39}, {20, 10798.52}, {21, 11151.43}, {22, 11518.63}, {23, 11806},    {24, 12089.37},
    {25, 12075.41}, {26, 12177.29}, {27, 12211.41}, {28, 12158.93}, {29, 12155.27}, {30, 12118.04},
    {31, 12140.4},  {32, 12074.39}};

/* The synthetic set of the R package usl (github.com/smoeding/usl, tests/usl-unordered.R): its
 * coefficients are .02, .02 and 1. */
static const struct pair SYNTHETIC[] = {{1, 1},      {2, 1.8868}, {4, 3.0769},
                                        {6, 3.5294}, {8, 3.5398}, {10, 3.3557}};

/* SPEC SDM91 on a SPARCcenter 2000, October 1994: `specsdm91` of the R package usl, whose README
 * gives alpha .0277285 (standard error .0091217), beta .0001044 (.0000199), gamma 89.9952. */
static const struct pair SPECSDM91[] = {{1, 64.9},     {18, 995.9},   {36, 1652.4}, {72, 1853.2},
                                        {108, 1828.9}, {144, 1775.0}, {216, 1702.2}};

/* N. Gunther, "Guerrilla Capacity Planning" (2007), a ray tracer on a NUMA machine: `raytracer` of
 * the R package usl, which finds alpha .0578, beta 0 and gamma 21.8488 (tests/confint.Rout.save).
 */
static const struct pair RAYTRACER[] = {{1, 20},   {4, 78},   {8, 130},  {12, 170},
                                        {16, 190}, {20, 200}, {24, 210}, {28, 230},
                                        {32, 260}, {48, 280}, {64, 310}};

static void fit(struct knee_models *models, const struct pair *pairs, size_t count)
{
    struct knee_models_point points[POINTS_MAX];
    for (size_t i = 0; i < count; i++)
        points[i] = (struct knee_models_point){pairs[i].level, pairs[i].throughput, NAN};
    assert_int_equal(knee_models_fit(models, points, count, 0, NULL), 0);
}

static void published_cisco_fit_is_met(void **state)
{
    (void)state;
    struct knee_models models;
    fit(&models, CISCO, COUNT(CISCO));
    assert_int_equal(models.model, KNEE_MODEL_USL);
    assert_close(models.sigma.value, .02671591, 2e-6);
    assert_close(models.kappa.value, 7.690945e-4, 2e-6);
    assert_close(models.lambda.value, 995.6486, 2e-6);
    assert_close(models.peak_level, 35, 0);
    assert_int_equal(floor(models.peak_throughput_per_s), 12341);
    assert_true(models.extrapolated);
    assert_int_equal(models.refusal, KNEE_REFUSAL_NONE);
    assert_true(models.sigma.ci_low < .02671591 && .02671591 < models.sigma.ci_high);
    /* The same tests' predictions. */
    assert_close(knee_models_predict(&models, 20, NULL), 11063.633, 1e-5);
    assert_close(knee_models_predict(&models, 1, NULL), 995.6488, 1e-5);
}

static void synthetic_coefficients_come_back(void **state)
{
    (void)state;
    struct knee_models models;
    fit(&models, SYNTHETIC, COUNT(SYNTHETIC));
    assert_int_equal(models.model, KNEE_MODEL_USL);
    assert_close(models.sigma.value, .02, 1e-3);
    assert_close(models.kappa.value, .02, 1e-3);
    assert_close(models.lambda.value, 1, 1e-4);
    assert_close(models.peak_level, 6, .2); /* n* is 7, give or take the table's digits */
    assert_false(models.extrapolated);
}

static void specsdm91_agrees_with_r(void **state)
{
    (void)state;
    struct knee_models models;
    fit(&models, SPECSDM91, COUNT(SPECSDM91));
    assert_int_equal(models.model, KNEE_MODEL_USL);
    assert_close(models.sigma.value, .0277285, 1e-4);
    assert_close(models.kappa.value, .0001044, 1e-3);
    assert_close(models.lambda.value, 89.9952382, 1e-5);
    assert_close(sqrt(models.covariance[1][1]), .0091217, 1e-3);
    assert_close(sqrt(models.covariance[2][2]), .0000199, 5e-3);
    assert_close(models.peak_level, 96, 0);
    assert_close(models.df, 4, 0);
    /* t(.975, 4) = 2.776445 */
    assert_close(models.sigma.ci_high, .0277285 + 2.776445 * .0091217, 1e-3);
}

static void raytracer_has_no_finite_peak(void **state)
{
    (void)state;
    struct knee_models models;
    fit(&models, RAYTRACER, COUNT(RAYTRACER));
    assert_int_equal(models.model, KNEE_MODEL_AMDAHL);
    assert_close(models.sigma.value, .0577, 3e-3);
    assert_close(models.lambda.value, 21.8488, 3e-3);
    assert_close(models.kappa.value, 0, 0);
    assert_close(models.kappa.ci_low, NAN, 0);
    assert_close(models.peak_level, NAN, 0);
    assert_int_equal(models.refusal, KNEE_REFUSAL_NONE);
}

static void scales_do_not_matter(void **state)
{
    (void)state;
    static const double SCALES[] = {1e-12, 1e-3, 1e6, 1e15};
    struct knee_models models;
    for (size_t i = 0; i < COUNT(SCALES); i++) {
        struct pair pairs[COUNT(CISCO)];
        for (size_t j = 0; j < COUNT(CISCO); j++)
            pairs[j] = (struct pair){CISCO[j].level, CISCO[j].throughput * SCALES[i]};
        fit(&models, pairs, COUNT(pairs));
        assert_int_equal(models.model, KNEE_MODEL_USL);
        assert_close(models.sigma.value, .02671591, 2e-6);
        assert_close(models.lambda.value, 995.6486 * SCALES[i], 2e-6);
        assert_close(models.peak_level, 35, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_cisco_fit_is_met),
        cmocka_unit_test(synthetic_coefficients_come_back),
        cmocka_unit_test(specsdm91_agrees_with_r),
        cmocka_unit_test(raytracer_has_no_finite_peak),
        cmocka_unit_test(scales_do_not_matter),
    };
    return cmocka_run_group_tests_name("models_known", tests, NULL, NULL);
}
