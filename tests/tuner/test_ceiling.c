/* SPDX-License-Identifier: MIT */
/* A token bucket is found by what its windows had saved; a stall, slower modes, a device of two
 * states, hysteresis and noise are not taken for one. */
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/fit/ceiling.h"
#include "tuner/fit/points.h"

#include <math.h>
#include <stdlib.h>

#define WINDOWS 60
#define WINDOW_NS 1000000000u
#define PEAK 2000.

static const uint32_t LEVELS[] = {1, 2, 4, 8, 12, 16, 32, 64};

struct machine {
    double base_per_s, credit_items; /* of a bucket; 0: none */
    double (*factor)(struct knee_random *random, size_t window, uint32_t level, uint32_t last);
};

/* 100 items/s a slot, up to 2,000. */
static double alone_per_s(uint32_t level)
{
    return fmin(100 * (double)level, PEAK);
}

static void draw_windows(struct knee_window *windows, const struct machine *machine, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, 0);
    double credit = machine->credit_items;
    uint32_t last = 0;
    for (size_t i = 0; i < WINDOWS; i++) {
        uint32_t level = LEVELS[i < 8 ? i : (size_t)knee_random_below(&random, 8)];
        double items = knee_random_lognormal(&random, alone_per_s(level), .01);
        if (machine->factor)
            items *= machine->factor(&random, i, level, last);
        if (machine->base_per_s > 0) {
            double allowed = fmin(items, credit + machine->base_per_s);
            credit = fmin(credit + machine->base_per_s - allowed, machine->credit_items);
            items = allowed;
        }
        windows[i] = (struct knee_window){.level = level,
                                          .block = (uint32_t)(i / 4),
                                          .start_ns = i * (uint64_t)WINDOW_NS,
                                          .window_ns = WINDOW_NS,
                                          .throughput_per_s = items,
                                          .items = items,
                                          .share_ratio = NAN,
                                          .valid = true};
        last = level;
    }
}

static void the_base_rate_is_found(void **state)
{
    (void)state;
    static const struct machine machines[] = {{500, 6000, NULL}, {700, 4000, NULL}};
    for (size_t i = 0; i < 2; i++)
        for (uint64_t seed = 1; seed <= 20; seed++) {
            struct knee_window windows[WINDOWS];
            struct knee_ceiling ceiling;
            draw_windows(windows, &machines[i], seed);
            knee_ceiling_find(&ceiling, windows, WINDOWS);
            assert_true(isfinite(ceiling.rate_per_s));
            assert_close(ceiling.rate_per_s, machines[i].base_per_s, .01);
            assert_true(windows[ceiling.start].throughput_per_s < 1.03 * ceiling.rate_per_s);
            assert_close(ceiling.fall_ratio, machines[i].base_per_s / PEAK, .1);
        }
}

/* Fast windows on saved credit count as the base rate: that is what lasts. */
static void the_fit_is_bounded_by_it(void **state)
{
    (void)state;
    static const struct machine machine = {500, 6000, NULL};
    struct knee_window windows[WINDOWS];
    struct knee_points *points = malloc(sizeof *points);
    draw_windows(windows, &machine, 3);
    assert_int_equal(knee_points_fit(points, windows, WINDOWS, NULL), 0);
    assert_close(points->ceiling_per_s, 500, .01);
    assert_int_equal(points->earlier, 0);
    for (size_t l = 0; l < points->count; l++)
        assert_close(exp(points->at[l].log_throughput), fmin(alone_per_s(points->at[l].level), 500),
                     15);
    free(points);
}

static double stall(struct knee_random *random, size_t window, uint32_t level, uint32_t last)
{
    (void)random, (void)level, (void)last;
    return window >= 20 && window < 28 ? .3 : 1;
}

static double modes(struct knee_random *random, size_t window, uint32_t level, uint32_t last)
{
    (void)window, (void)last;
    return level >= 16 && knee_random_below(random, 3) == 0 ? .7 : 1;
}

static double states(struct knee_random *random, size_t window, uint32_t level, uint32_t last)
{
    (void)random, (void)level, (void)last;
    return window / 3 % 2 ? .7 : 1;
}

static double hysteresis(struct knee_random *random, size_t window, uint32_t level, uint32_t last)
{
    (void)random, (void)window;
    return last > level ? .85 : 1;
}

static void nothing_else_is_taken_for_one(void **state)
{
    (void)state;
    static const struct machine machines[] = {
        {.factor = NULL},   {.factor = stall},      {.factor = modes},
        {.factor = states}, {.factor = hysteresis},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        int found = 0;
        for (uint64_t seed = 1; seed <= 100; seed++) {
            struct knee_window windows[WINDOWS];
            struct knee_ceiling ceiling;
            draw_windows(windows, &machines[i], seed);
            knee_ceiling_find(&ceiling, windows, WINDOWS);
            found += !isinf(ceiling.rate_per_s);
        }
        if (found > 1)
            fail_msg("machine %zu: %d", i, found);
    }
}

/* In each search the answer rests on what there is so far, so fewer windows must not mislead. */
static void no_prefix_of_a_stall_is_taken_for_one_for_long(void **state)
{
    (void)state;
    static const struct machine machine = {.factor = stall};
    int found = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct knee_window windows[WINDOWS];
        draw_windows(windows, &machine, seed);
        for (size_t count = 32; count <= WINDOWS; count += 4) {
            struct knee_ceiling ceiling;
            knee_ceiling_find(&ceiling, windows, count);
            found += !isinf(ceiling.rate_per_s);
        }
    }
    assert_true(found <= 4);
}

static void without_windows_there_is_none(void **state)
{
    (void)state;
    struct knee_window empty = {.level = 1, .throughput_per_s = NAN, .valid = true};
    struct knee_ceiling ceiling;
    knee_ceiling_find(&ceiling, NULL, 0);
    assert_true(isinf(ceiling.rate_per_s));
    knee_ceiling_find(&ceiling, &empty, 1);
    assert_true(isinf(ceiling.rate_per_s));
    assert_true(knee_ceiling_excess(INFINITY, 1e9) == 0);
    assert_true(knee_ceiling_excess(100, 50) == 0);
    assert_close(knee_ceiling_excess(100, 200), log(2), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_rate_is_found),
        cmocka_unit_test(the_fit_is_bounded_by_it),
        cmocka_unit_test(nothing_else_is_taken_for_one),
        cmocka_unit_test(no_prefix_of_a_stall_is_taken_for_one_for_long),
        cmocka_unit_test(without_windows_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
