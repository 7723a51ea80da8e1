/* SPDX-License-Identifier: MIT */
/* What the controller of a run loses against the best level all along, over all families of
 * curves, a change of the curve in mid-run included. */
#include "tests/support/curves.h"
#include "tests/support/test.h"
#include "tuner/simulate/simulate_run.h"

#define TRIALS 12 /* of each family */

static double mean_loss(const char *noise, double item_cv, bool changes)
{
    double sum = 0;
    unsigned count = 0;
    for (unsigned family = 0; family < TEST_ODD; family++)
        for (uint64_t seed = 0; seed < TRIALS; seed++) {
            enum test_family next = (family + seed) % TEST_ODD;
            struct test_curve curve = test_curve_draw(family, 40000 + seed);
            struct test_curve change = test_curve_draw(next, 50000 + seed);
            const struct knee_simulate_run_params params = {
                .noise = *knee_simulate_noise_find(noise),
                .curve = &curve.curve,
                .change = changes ? &change.curve : NULL,
                .change_ratio = .5,
                .item_cv = item_cv,
                .start = curve.cpus,
                .windows = KNEE_SIMULATE_RUN_WINDOWS};
            struct knee_simulate_run_trial trial;
            struct knee_err err;
            assert_int_equal(knee_simulate_run_trial(&trial, &params, seed, &err), 0);
            assert_true(trial.loss_ratio >= 0 && trial.loss_ratio < 1);
            sum += trial.loss_ratio;
            count++;
            test_curve_release(&curve);
            test_curve_release(&change);
        }
    return sum / count;
}

static void little_is_lost_over_all_families(void **state)
{
    (void)state;
    static const struct {
        const char *noise;
        double item_cv;
        bool changes;
        double most;
    } cases[] = {
        {"typical", 0, false, .05}, {"typical", 0, true, .05}, {"noisy", 0, false, .08},
        {"noisy", 0, true, .08},    {"typical", 1, true, .08}, {"typical", 2, true, .10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double loss = mean_loss(cases[i].noise, cases[i].item_cv, cases[i].changes);
        print_message("%s, items %g, %s: %.2f %%\n", cases[i].noise, cases[i].item_cv,
                      cases[i].changes ? "a change" : "no change", 100 * loss);
        assert_true(loss <= cases[i].most);
    }
}

static void the_same_seed_gives_the_same_run(void **state)
{
    (void)state;
    struct test_curve curve = test_curve_draw(TEST_USL, 3);
    const struct knee_simulate_run_params params = {.noise = *knee_simulate_noise_find("noisy"),
                                                    .curve = &curve.curve,
                                                    .item_cv = 1,
                                                    .start = 2,
                                                    .windows = 100};
    struct knee_simulate_run_trial one, two, other;
    struct knee_err err;
    assert_int_equal(knee_simulate_run_trial(&one, &params, 7, &err), 0);
    assert_int_equal(knee_simulate_run_trial(&two, &params, 7, &err), 0);
    assert_int_equal(knee_simulate_run_trial(&other, &params, 8, &err), 0);
    assert_true(one.loss_ratio == two.loss_ratio && one.moves == two.moves);
    assert_true(one.loss_ratio != other.loss_ratio);
    test_curve_release(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_is_lost_over_all_families),
        cmocka_unit_test(the_same_seed_gives_the_same_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
