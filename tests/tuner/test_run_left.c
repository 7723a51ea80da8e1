/* SPDX-License-Identifier: MIT */
/* The time left of a run: exact if nothing varies, and as honest as it says if items do. */
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/run/run_left.h"

#include <math.h>

#define RUNS 60
#define ITEMS 600
#define SLOTS 4
#define TICK_S .01

static void what_is_not_known_is_not_told(void **state)
{
    (void)state;
    struct knee_run_live live = {.total = UINT64_MAX, .limit = 2, .mean_per_s = NAN};
    const struct knee_run_left_items none = {0};
    knee_run_left_estimate(&live, &none);
    assert_true(isnan(live.left_s) && isnan(live.left_low_s) && isnan(live.left_high_s));
    live.total = 10;
    knee_run_left_estimate(&live, &none);
    assert_true(isnan(live.left_s));
}

static void steady_and_alike_is_left_over_throughput(void **state)
{
    (void)state;
    struct knee_run_live live = {.total = 1000, .done = 400, .failed = 50, .skipped = 50};
    const struct knee_run_left_items items = {.mean_s = .1};
    live.limit = 2;
    for (unsigned i = 1; i <= 40; i++)
        knee_run_live_add_moment(&live, i, 20, 2);
    knee_run_left_estimate(&live, &items);
    assert_close(live.throughput_per_s, 20, 1e-9);
    assert_close(live.left_s, 25, 1e-9);
    assert_true(live.left_low_s > 22 && live.left_high_s < 28);
    live.done = 900;
    knee_run_left_estimate(&live, &items);
    assert_true(live.left_s == 0 && live.left_high_s == 0);
}

static void a_throughput_that_changes_widens_it(void **state)
{
    (void)state;
    struct knee_run_live live = {.total = 1000, .limit = 2};
    const struct knee_run_left_items items = {.mean_s = .1};
    for (unsigned i = 1; i <= 40; i++)
        knee_run_live_add_moment(&live, i, i <= 37 ? 20 : 40, 2);
    knee_run_left_estimate(&live, &items);
    assert_true(live.left_low_s < 25 && live.left_high_s > 50);
}

/* The limit has just been raised from 2 to 8: it may be four times as fast from here on. */
static void a_limit_that_was_moved_widens_it(void **state)
{
    (void)state;
    struct knee_run_live live = {.total = 1000, .limit = 8};
    const struct knee_run_left_items items = {.mean_s = .1};
    knee_run_live_add_moment(&live, 1, 20, 2);
    knee_run_left_estimate(&live, &items);
    assert_true(live.left_low_s < 12.5 && live.left_high_s > 60);
    live.limit = 2;
    knee_run_left_estimate(&live, &items);
    assert_true(live.left_low_s > 20 && live.left_high_s > 80);
}

/* A climb that goes on may still find a faster limit, the more so the younger it is. */
static void a_climb_may_bring_more(void **state)
{
    (void)state;
    struct knee_run_live live = {.total = 1000, .limit = 2};
    const struct knee_run_left_items items = {.mean_s = .1};
    for (unsigned i = 1; i <= 3; i++)
        knee_run_live_add_moment(&live, i, 20, 2);
    knee_run_left_estimate(&live, &items);
    double low_s = live.left_low_s, high_s = live.left_high_s;
    live.climbing = true;
    knee_run_left_estimate(&live, &items);
    assert_close(live.left_low_s, low_s / 1.5, 1e-9);
    assert_close(live.left_high_s, high_s, 1e-9);
    for (unsigned i = 4; i <= 150; i++)
        knee_run_live_add_moment(&live, i, 20, 2);
    knee_run_left_estimate(&live, &items);
    double climbing_s = live.left_low_s;
    live.climbing = false;
    knee_run_left_estimate(&live, &items);
    assert_close(climbing_s, live.left_low_s / 1.01, 1e-9);
}

/* 50 of the last 100 items run at a time: the longest of them may be 22 times as long as the mean.
 */
static void a_heavy_tail_may_keep_the_last_item_waiting(void **state)
{
    (void)state;
    struct knee_run_live live = {.total = 1000, .done = 900, .limit = 50};
    const struct knee_run_left_items alike = {.mean_s = .1}, heavy = {.mean_s = .1, .cv = 2};
    for (unsigned i = 1; i <= 40; i++)
        knee_run_live_add_moment(&live, i, 500, 50);
    knee_run_left_estimate(&live, &alike);
    assert_true(live.left_high_s < .5);
    knee_run_left_estimate(&live, &heavy);
    assert_true(live.left_high_s > 2 && live.left_high_s < 3);
}

static double draw_length_s(struct knee_random *random, double cv)
{
    return knee_random_lognormal(random, .1, cv);
}

/* Runs items of that spread; whether the estimate at `mark` of them held. */
static bool estimate_holds(double cv, double mark, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, 1);
    struct knee_run_live live = {.total = ITEMS, .limit = SLOTS}, told = {.total = 0};
    double left_s[SLOTS] = {0}, sum = 0., squares = 0., now_s = 0.;
    uint64_t begun = 0, done_before = 0;
    bool busy[SLOTS] = {false};
    for (uint64_t tick = 1; live.done < ITEMS; tick++) {
        now_s = (double)tick * TICK_S;
        for (unsigned i = 0; i < SLOTS; i++) {
            left_s[i] -= TICK_S;
            if (busy[i] && left_s[i] <= 0.)
                live.done++;
            busy[i] = busy[i] && left_s[i] > 0.;
            if (busy[i] || begun == ITEMS)
                continue;
            busy[i] = true;
            begun++;
            left_s[i] = draw_length_s(&random, cv);
            sum += left_s[i];
            squares += left_s[i] * left_s[i];
        }
        if (tick % 100 == 0) {
            knee_run_live_add_moment(&live, now_s, (double)(live.done - done_before), SLOTS);
            done_before = live.done;
        }
        if (told.total || (double)live.done < mark * ITEMS)
            continue;
        double mean = sum / (double)begun;
        const struct knee_run_left_items items = {
            .mean_s = mean, .cv = sqrt(fmax(0., squares / (double)begun - mean * mean)) / mean};
        knee_run_left_estimate(&live, &items);
        told = live;
        told.time_s = now_s;
    }
    double took_s = now_s - told.time_s;
    return told.left_low_s <= took_s && took_s <= told.left_high_s;
}

static void about_nine_in_ten_hold(void **state)
{
    (void)state;
    static const struct {
        double cv, mark;
    } cases[] = {{.3, .3}, {1, .3}, {1, .9}, {2, .5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned held = 0;
        for (uint64_t seed = 0; seed < RUNS; seed++)
            held += estimate_holds(cases[i].cv, cases[i].mark, seed);
        print_message("CV %g, at %g: %u of %u\n", cases[i].cv, cases[i].mark, held, RUNS);
        assert_true(held >= .8 * RUNS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_known_is_not_told),
        cmocka_unit_test(steady_and_alike_is_left_over_throughput),
        cmocka_unit_test(a_throughput_that_changes_widens_it),
        cmocka_unit_test(a_limit_that_was_moved_widens_it),
        cmocka_unit_test(a_heavy_tail_may_keep_the_last_item_waiting),
        cmocka_unit_test(a_climb_may_bring_more),
        cmocka_unit_test(about_nine_in_ten_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
