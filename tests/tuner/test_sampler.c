/* SPDX-License-Identifier: MIT */
/* The steps of the sampler against known answers: the curve's draws against a dense solve of the
 * same normal model, and the parameters of windows that were made with known ones. */
#include "tests/support/test.h"

#include "core/base/random.h"
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_linalg.h>
#include <math.h>

#define KNOTS 9
#define DRAWS 20000
#define FIRST_VARIANCE 4. /* of tuner/posterior/sampler_curve.c */
#define SLOPE_MEAN .7
#define SLOPE_VARIANCE .25

/* Knots of unequal widths, some with windows. */
static void make_sampler(struct knee_sampler *sampler)
{
    static const uint32_t knots[] = {0, 0, 2, 3, 5, 5, 5, 8};
    static const double ys[] = {0, .02, .5, .7, .95, .97, .93, .9};
    struct knee_err err;
    assert_int_equal(knee_sampler_init(sampler, KNOTS, sizeof knots / sizeof *knots, &err), 0);
    for (size_t j = 0; j < KNOTS; j++)
        sampler->knots[j].width = j % 2 ? .2 : .5;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        sampler->windows[i].knot = knots[i];
        sampler->windows[i].y = ys[i];
    }
    knee_sampler_prepare(sampler, 1);
    for (size_t j = 0; j < KNOTS; j++)
        sampler->knots[j].noise_variance = .0004;
    sampler->dip_share = 1e-12;
}

/* Every kind is certain: the slope of each knot is `factor` times the last one, plus a normal. */
static void fix_kinds(struct knee_sampler *sampler, int kind)
{
    for (size_t j = 0; j < KNOTS; j++) {
        struct knee_sampler_knot *knot = &sampler->knots[j];
        knot->kind = knot->regime = (uint8_t)kind;
        knot->stay = 1;
        knot->none = 1;
        for (int r = 0; r < KNEE_SAMPLER_REGIMES; r++)
            knot->change[r] = r == kind ? 1 : 0;
        for (int k = 0; k < KNEE_SAMPLER_KINDS; k++)
            knot->events[k] = 0;
    }
}

/* Adds the normal term (coefficients * x - mean)^2 / variance of up to four unknowns. */
static void add_term(gsl_matrix *precision, gsl_vector *sums, const size_t *at,
                     const double *coefficients, int count, double mean, double variance)
{
    for (int a = 0; a < count; a++) {
        *gsl_vector_ptr(sums, at[a]) += coefficients[a] * mean / variance;
        for (int b = 0; b < count; b++)
            *gsl_matrix_ptr(precision, at[a], at[b]) +=
                coefficients[a] * coefficients[b] / variance;
    }
}

/* Means and covariance of all values (first KNOTS) and slopes by one dense Cholesky inverse. */
static void solve_densely(const struct knee_sampler *sampler, gsl_matrix *covariance,
                          gsl_vector *means)
{
    gsl_vector *sums = gsl_vector_calloc(2 * KNOTS);
    gsl_matrix_set_zero(covariance);
    add_term(covariance, sums, (size_t[]){0}, (double[]){1}, 1, 0, FIRST_VARIANCE);
    add_term(covariance, sums, (size_t[]){KNOTS}, (double[]){1}, 1, SLOPE_MEAN, SLOPE_VARIANCE);
    for (size_t j = 0; j + 1 < KNOTS; j++) {
        const struct knee_sampler_knot *knot = &sampler->knots[j];
        const struct knee_sampler_change *change = &knot->changes[knot->kind];
        add_term(covariance, sums, (size_t[]){j, KNOTS + j, j + 1}, (double[]){1, knot->width, -1},
                 3, 0, 1e-9);
        add_term(covariance, sums, (size_t[]){KNOTS + j, KNOTS + j + 1},
                 (double[]){-change->factor, 1}, 2, change->mean, change->variance);
    }
    for (size_t i = 0; i < sampler->windows_count; i++) {
        size_t knot = sampler->windows[i].knot;
        add_term(covariance, sums, &knot, (double[]){1}, 1, sampler->windows[i].y,
                 sampler->knots[knot].noise_variance);
    }
    gsl_linalg_cholesky_decomp1(covariance);
    gsl_linalg_cholesky_solve(covariance, sums, means);
    gsl_linalg_cholesky_invert(covariance);
    gsl_vector_free(sums);
}

static void curve_draws_agree_with_a_dense_solve(void **state)
{
    (void)state;
    const int kinds[] = {1, 3, 5}; /* slopes that decay, that bend, that change at random */
    gsl_matrix *covariance = gsl_matrix_alloc(2 * KNOTS, 2 * KNOTS);
    gsl_vector *means = gsl_vector_alloc(2 * KNOTS);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct knee_sampler sampler;
        double sums[KNOTS] = {0}, products[KNOTS][KNOTS] = {{0}};
        make_sampler(&sampler);
        fix_kinds(&sampler, kinds[k]);
        solve_densely(&sampler, covariance, means);
        for (int d = 0; d < DRAWS; d++) {
            knee_sampler_draw_curve(&sampler);
            for (size_t a = 0; a < KNOTS; a++) {
                double x = sampler.knots[a].value - gsl_vector_get(means, a);
                sums[a] += x;
                for (size_t b = 0; b < KNOTS; b++)
                    products[a][b] += x * (sampler.knots[b].value - gsl_vector_get(means, b));
            }
        }
        for (size_t a = 0; a < KNOTS; a++) {
            double sd = sqrt(gsl_matrix_get(covariance, a, a));
            assert_true(fabs(sums[a] / DRAWS) < .04 * sd);
            for (size_t b = 0; b < KNOTS; b++) {
                double scale = sd * sqrt(gsl_matrix_get(covariance, b, b));
                double error = products[a][b] / DRAWS - gsl_matrix_get(covariance, a, b);
                assert_true(fabs(error) < .06 * scale);
            }
        }
        knee_sampler_release(&sampler);
    }
    gsl_matrix_free(covariance);
    gsl_vector_free(means);
}

/* A curve, a drift and noise that are known, at four levels in turn. */
static void made_parameters_are_recovered(void **state)
{
    (void)state;
    static const double curve[] = {0, .65, 1, 1};
    const double noise = .02, step = .004;
    struct knee_random random = knee_random_seed(5, 0);
    struct knee_sampler sampler;
    struct knee_err err;
    double drift = 0, noise_sum = 0, step_sum = 0, values[4] = {0}, dips = 0;
    assert_int_equal(knee_sampler_init(&sampler, 4, 400, &err), 0);
    for (size_t j = 0; j < 4; j++)
        sampler.knots[j].width = log(2);
    for (size_t i = 0; i < 400; i++) {
        struct knee_sampler_window *window = &sampler.windows[i];
        drift += step * knee_random_normal(&random);
        window->knot = (uint32_t)(i + i / 4) % 4;
        window->y = curve[window->knot] + drift + noise * knee_random_normal(&random);
        if (i % 20 == 7)
            window->y -= .3;
    }
    knee_sampler_prepare(&sampler, 1);
    for (int round = 0; round < 1200; round++) {
        knee_sampler_round(&sampler);
        if (round < 200)
            continue;
        noise_sum += sqrt(sampler.noise_variance) / 1000;
        step_sum += sqrt(sampler.step_variance) / 1000;
        dips += sampler.dip_share / 1000;
        for (size_t j = 0; j < 4; j++)
            values[j] += (sampler.knots[j].value - sampler.knots[0].value) / 1000;
    }
    assert_in_range((int)(1e5 * noise_sum), 1600, 2300);
    assert_in_range((int)(1e5 * step_sum), 200, 600);
    assert_in_range((int)(1e3 * dips), 30, 75);
    for (size_t j = 1; j < 4; j++)
        assert_true(fabs(values[j] - curve[j]) < .01);
    int mistaken = 0; /* in the last state, which is a draw, too */
    for (size_t i = 0; i < 400; i++)
        mistaken += sampler.windows[i].dip != (i % 20 == 7);
    assert_true(mistaken <= 4);
    knee_sampler_release(&sampler);
}

/* A third of the windows of the upper two knots runs at .7, the same each time: that is theirs. */
static void a_slower_mode_belongs_to_its_levels(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(7, 0);
    struct knee_sampler sampler;
    struct knee_err err;
    double upper = 0, lower = 0, modes = 0;
    assert_int_equal(knee_sampler_init(&sampler, 4, 120, &err), 0);
    for (size_t j = 0; j < 4; j++)
        sampler.knots[j].width = log(2);
    for (size_t i = 0; i < 120; i++) {
        struct knee_sampler_window *window = &sampler.windows[i];
        window->knot = (uint32_t)(i + i / 4) % 4;
        window->y = .3 * window->knot + .005 * knee_random_normal(&random);
        if (window->knot >= 2 && i / 4 % 3 == 0)
            window->y += log(.7);
    }
    knee_sampler_prepare(&sampler, 1);
    for (int round = 0; round < 500; round++) {
        knee_sampler_round(&sampler);
        if (round < 100)
            continue;
        modes += sampler.modes_from == 2 && sampler.modes_to == 4;
        upper += (knee_sampler_value(&sampler, 3) - sampler.knots[3].value) / 400;
        lower += (knee_sampler_value(&sampler, 1) - sampler.knots[1].value) / 400;
    }
    assert_true(modes > 360);
    assert_true(fabs(upper - log(.9)) < .02);
    assert_true(fabs(lower) < .005);
    knee_sampler_release(&sampler);
}

/* Windows of four levels in random order, on a curve that is known: the mean loss of those that
 * follow a higher level, and the error of the lowest level's value against the highest. */
static double find_loss(double made, double noise, size_t windows, double *error)
{
    static const double curve[] = {-.06, -.02, 0, 0};
    struct knee_random random = knee_random_seed(9, 0);
    struct knee_sampler sampler;
    struct knee_err err;
    double loss = 0;
    *error = 0;
    assert_int_equal(knee_sampler_init(&sampler, 4, windows, &err), 0);
    for (size_t j = 0; j < 4; j++)
        sampler.knots[j].width = log(1.3);
    for (size_t i = 0; i < windows; i++) {
        struct knee_sampler_window *window = &sampler.windows[i];
        window->knot = (uint32_t)knee_random_below(&random, 4);
        window->after_higher = i > 0 && window[-1].knot > window->knot;
        window->y = curve[window->knot] - (window->after_higher ? made : 0) +
                    noise * knee_random_normal(&random);
    }
    knee_sampler_prepare(&sampler, 1);
    for (int round = 0; round < 1200; round++) {
        knee_sampler_round(&sampler);
        if (round < 200)
            continue;
        loss += sampler.order_loss / 1000;
        *error += (sampler.knots[0].value - sampler.knots[3].value - curve[0]) / 1000;
    }
    knee_sampler_release(&sampler);
    return loss;
}

static void a_loss_after_higher_levels_is_recovered(void **state)
{
    (void)state;
    static const struct {
        double made, noise;
        size_t windows;
        double loss_off, error_off; /* at most */
    } cases[] = {
        {.03, .02, 120, .008, .012},
        {.1, .02, 60, .015, .02},
        {0, .02, 60, .004, .012},
        {0, .005, 40, .001, .004}, /* none is made up */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double error, loss = find_loss(cases[i].made, cases[i].noise, cases[i].windows, &error);
        if (fabs(loss - cases[i].made) > cases[i].loss_off || fabs(error) > cases[i].error_off)
            fail_msg("case %zu: %.4f, error %.4f", i, loss, error);
    }
}

/* A window that fell far, seen once, beside windows that agree. */
static void a_jump_of_the_machine_is_no_change_of_the_curve(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(6, 0);
    struct knee_sampler sampler;
    struct knee_err err;
    double difference = 0;
    assert_int_equal(knee_sampler_init(&sampler, 2, 80, &err), 0);
    sampler.knots[0].width = log(2);
    for (size_t i = 0; i < 80; i++) {
        sampler.windows[i].knot = (uint32_t)(i + i / 2) % 2;
        sampler.windows[i].y =
            .4 * sampler.windows[i].knot + (i < 40 ? 0 : -.15) + .005 * knee_random_normal(&random);
    }
    knee_sampler_prepare(&sampler, 1);
    for (int round = 0; round < 600; round++) {
        knee_sampler_round(&sampler);
        if (round >= 100)
            difference += (sampler.knots[1].value - sampler.knots[0].value) / 500;
    }
    assert_true(fabs(difference - .4) < .005);
    /* A state of the device that began then would do as well. */
    const struct knee_sampler_window *before = &sampler.windows[39], *after = &sampler.windows[40];
    double slower = (after->slow - before->slow) * sampler.mode_depth;
    assert_true(before->drift - after->drift + slower > .1);
    knee_sampler_release(&sampler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curve_draws_agree_with_a_dense_solve),
        cmocka_unit_test(made_parameters_are_recovered),
        cmocka_unit_test(a_slower_mode_belongs_to_its_levels),
        cmocka_unit_test(a_loss_after_higher_levels_is_recovered),
        cmocka_unit_test(a_jump_of_the_machine_is_no_change_of_the_curve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
