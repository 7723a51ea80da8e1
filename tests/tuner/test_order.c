/* SPDX-License-Identifier: MIT */
/* What a window loses by following a higher level is found, and given back. */
#include "tuner/fit/order.h"

#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/fit/points.h"

#define LEVELS 6
#define BLOCKS 8

/* Blocks in random order, X = 100 x level; a window after a higher level is slower by `loss`. */
static size_t make_windows(struct knee_window *windows, double cv, double loss, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, 0);
    size_t count = 0;
    for (uint32_t block = 0; block < BLOCKS; block++) {
        uint32_t levels[LEVELS];
        for (uint32_t l = 0; l < LEVELS; l++)
            levels[l] = l + 1;
        knee_random_shuffle(&random, levels, block == 0 ? 0 : LEVELS);
        for (uint32_t l = 0; l < LEVELS; l++) {
            bool after = count > 0 && windows[count - 1].level > levels[l];
            double throughput =
                100 * levels[l] * (after ? 1 - loss : 1) * exp(cv * knee_random_normal(&random));
            windows[count++] = (struct knee_window){.block = block,
                                                    .level = levels[l],
                                                    .items = throughput,
                                                    .throughput_per_s = throughput,
                                                    .valid = true};
        }
    }
    return count;
}

static struct knee_points fit_points(double cv, double loss, uint64_t seed)
{
    struct knee_window windows[LEVELS * BLOCKS] = {{0}};
    struct knee_points points;
    struct knee_err err;
    size_t count = make_windows(windows, cv, loss, seed);
    assert_int_equal(knee_points_fit(&points, windows, count, &err), 0);
    return points;
}

/* Level 1 always follows a higher one, the highest never does. */
static void loss_by_order_is_found_and_given_back(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        double loss = .03 + .035 * i;
        struct knee_points points = fit_points(.005, loss, 1);
        double ratio = exp(points.at[LEVELS - 1].log_throughput - points.at[0].log_throughput);
        assert_close(ratio, LEVELS, .02);
        assert_true(fabs(points.order_loss + log1p(-loss)) < .01);
        assert_int_equal(points.rejected, 0);
    }
}

static void noise_alone_has_no_order(void **state)
{
    (void)state;
    int found = 0;
    for (uint64_t seed = 0; seed < 100; seed++)
        found += fit_points(.02, 0, seed).order_loss > 0;
    assert_true(found <= 3);
}

/* A third of the windows at the two highest levels runs at .7. */
static void slower_modes_of_levels_are_no_order(void **state)
{
    (void)state;
    int found = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct knee_random random = knee_random_seed(seed, 1);
        struct knee_window windows[LEVELS * BLOCKS] = {{0}};
        struct knee_points points;
        struct knee_err err;
        size_t count = make_windows(windows, .005, 0, seed);
        for (size_t i = 0; i < count; i++)
            if (windows[i].level > LEVELS - 2 && knee_random_below(&random, 3) == 0)
                windows[i].throughput_per_s *= .7;
        assert_int_equal(knee_points_fit(&points, windows, count, &err), 0);
        found += points.order_loss > 0;
    }
    assert_true(found <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_by_order_is_found_and_given_back),
        cmocka_unit_test(noise_alone_has_no_order),
        cmocka_unit_test(slower_modes_of_levels_are_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
