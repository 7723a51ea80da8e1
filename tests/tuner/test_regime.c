/* SPDX-License-Identifier: MIT */
/* A step down in time that lasts is a new regime; a stall, drift and noise are not. */
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/fit/points.h"
#include "tuner/fit/regime.h"

#include <math.h>
#include <stdlib.h>

#define WINDOWS 60

static const uint32_t levels[] = {1, 2, 4, 8, 16, 32};

/* Linear up to 20, with a cap that holds from window `from` to `until`, noise of 2 %, and a loss by
 * drift at the end. */
static void draw_windows(struct knee_window *windows, double cap, size_t from, size_t until,
                         double drift)
{
    struct knee_random random = knee_random_seed(5, 0);
    for (size_t i = 0; i < WINDOWS; i++) {
        uint32_t level = levels[i < 6 ? i : knee_random_below(&random, 6)];
        double rate = fmin(level, 20) * (1 - drift * (double)i / WINDOWS);
        if (i >= from && i < until)
            rate = fmin(rate, cap);
        rate *= 1 + .04 * (knee_random_uniform(&random) - .5);
        windows[i] = (struct knee_window){.level = level,
                                          .block = (uint32_t)(i / 6),
                                          .throughput_per_s = 100 * rate,
                                          .items = 100 * rate,
                                          .share_ratio = NAN,
                                          .valid = true};
    }
}

static void a_step_that_lasts_is_found_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        double cap;
        size_t from, until;
        double drift;
        size_t start; /* 0: none */
    } cases[] = {
        {10, 20, WINDOWS, 0, 20}, {6, 40, WINDOWS, 0, 40},
        {20, 0, 0, 0, 0},         {5, 20, 30, 0, 0}, /* a stall */
        {20, 0, 0, .2, 0},                           /* drift */
        {19, 20, WINDOWS, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_window windows[WINDOWS];
        struct knee_regime regime;
        draw_windows(windows, cases[i].cap, cases[i].from, cases[i].until, cases[i].drift);
        knee_regime_find(&regime, windows, WINDOWS);
        bool near = regime.start + 3 >= cases[i].start && regime.start <= cases[i].start + 3;
        if (cases[i].start == 0 ? regime.start != 0 : !near)
            fail_msg("case %zu: %zu", i, regime.start);
        assert_true(regime.start == 0 || regime.fall_ratio < .85);
    }
}

static void the_fit_uses_the_later_regime(void **state)
{
    (void)state;
    struct knee_window windows[WINDOWS];
    struct knee_points *points = malloc(sizeof *points);
    draw_windows(windows, 10, 20, WINDOWS, 0);
    assert_int_equal(knee_points_fit(points, windows, WINDOWS, NULL), 0);
    assert_true(points->earlier >= 17 && points->earlier <= 23);
    assert_close(exp(points->at[5].log_throughput), 1000, .03);
    assert_close(exp(points->at[2].log_throughput), 400, .03);
    free(points);
}

/* A third of the windows from 8 on runs at .7: by chance, the later ones more often. */
static void slower_modes_of_levels_are_no_step(void **state)
{
    (void)state;
    int found = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct knee_random random = knee_random_seed(seed, 1);
        struct knee_window windows[WINDOWS];
        size_t count = 20 + knee_random_below(&random, WINDOWS - 20);
        struct knee_regime regime;
        draw_windows(windows, 20, 0, 0, 0);
        for (size_t i = 0; i < count; i++)
            if (windows[i].level >= 8 && knee_random_below(&random, 3) == 0)
                windows[i].throughput_per_s *= .7;
        knee_regime_find(&regime, windows, count);
        found += regime.start > 0;
    }
    assert_true(found <= 2);
}

/* Beside other work, most windows may be rejected. */
static void rejected_windows_show_a_step_too(void **state)
{
    (void)state;
    struct knee_window windows[WINDOWS];
    struct knee_regime regime;
    draw_windows(windows, 10, 20, WINDOWS, 0);
    for (size_t i = 0; i < WINDOWS; i++)
        windows[i].valid = windows[i].level < 8;
    knee_regime_find(&regime, windows, WINDOWS);
    assert_int_equal(regime.start, 0);
    knee_regime_find_seen(&regime, windows, WINDOWS);
    assert_in_range(regime.start, 17, 23);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_that_lasts_is_found_and_nothing_else),
        cmocka_unit_test(slower_modes_of_levels_are_no_step),
        cmocka_unit_test(the_fit_uses_the_later_regime),
        cmocka_unit_test(rejected_windows_show_a_step_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
