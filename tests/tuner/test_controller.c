/* SPDX-License-Identifier: MIT */
/* The hill climb of a run: where it goes on exact curves, what one window may decide, and that
 * stalls and changes are told apart. */
#include "tests/support/test.h"
#include "tuner/run/controller.h"

#include <math.h>

static double plateau(uint32_t level)
{
    return level < 12 ? level : 12;
}

static double rising(uint32_t level)
{
    return level;
}

static double flat(uint32_t level)
{
    (void)level;
    return 7;
}

static double collapse(uint32_t level)
{
    return level <= 4 ? level : 1;
}

static double falling(uint32_t level)
{
    return 100. / level;
}

/* Feeds `windows` exact windows; the last decision of the wanted reason, if any, in `seen`. */
static void feed(struct knee_controller *controller, double (*curve)(uint32_t), unsigned windows,
                 enum knee_run_reason wanted, struct knee_run_decision *seen)
{
    for (unsigned i = 0; i < windows; i++) {
        struct knee_run_decision decision;
        uint32_t level = knee_controller_next(controller);
        assert_in_range(level, controller->params.min_level, controller->params.max_level);
        if (knee_controller_add(controller, curve(level), &decision) && seen &&
            decision.reason == wanted)
            *seen = decision;
    }
}

static struct knee_controller start(uint32_t level, uint32_t max_level)
{
    struct knee_controller controller;
    knee_controller_init(&controller, &(struct knee_controller_params){
                                          .start = level, .min_level = 1, .max_level = max_level});
    return controller;
}

static void exact_curves_are_climbed(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double (*curve)(uint32_t);
        uint32_t start, max_level, low, high;
    } cases[] = {
        {"up to the plateau", plateau, 2, 256, 11, 14},
        {"down to it", plateau, 200, 256, 11, 15},
        {"to the highest level", rising, 2, 64, 64, 64},
        {"below the collapse", collapse, 2, 64, 4, 4},
        {"out of the collapse", collapse, 64, 64, 1, 4},
        {"to one at a time", falling, 32, 64, 1, 1},
        {"one level only", flat, 1, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_controller controller = start(cases[i].start, cases[i].max_level);
        feed(&controller, cases[i].curve, 200, KNEE_RUN_KEPT, NULL);
        if (controller.level < cases[i].low || controller.level > cases[i].high)
            print_message("%s: %u\n", cases[i].name, controller.level);
        assert_in_range(controller.level, cases[i].low, cases[i].high);
    }
}

static void a_steep_climb_takes_few_windows(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 512);
    feed(&controller, rising, 10, KNEE_RUN_KEPT, NULL);
    assert_true(controller.level >= 128);
}

static void one_window_aborts_a_bad_probe(void **state)
{
    (void)state;
    struct knee_controller controller = start(4, 64);
    struct knee_run_decision seen = {0};
    feed(&controller, collapse, 2, KNEE_RUN_ABORTED, &seen);
    assert_int_equal(seen.from, 8);
    assert_int_equal(seen.to, 4);
    assert_int_equal(seen.pairs, 1);
    assert_close(seen.gain_ratio, -.75, 1e-9);
}

static double sinking(uint32_t level)
{
    return level <= 4 ? level : 2.5;
}

/* Beyond the best, but faster than the start: not further up, but back towards it. */
static void a_leap_too_far_is_followed_by_a_look_between(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 512);
    struct knee_run_decision decision;
    knee_controller_suggest(&controller, 11);
    for (unsigned i = 0; i < 16; i++) {
        uint32_t level = knee_controller_next(&controller);
        assert_true(level <= 11);
        knee_controller_add(&controller, sinking(level), &decision);
    }
    assert_in_range(controller.level, 3, 5);
}

/* As fast at 14 as at 2, and twice as fast between them. */
static double hill(uint32_t level)
{
    return level <= 4 ? level : fmax(9. - level, 2.);
}

static void a_leap_over_the_best_is_halved(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 512);
    struct knee_run_decision seen = {0};
    knee_controller_suggest(&controller, 14);
    feed(&controller, hill, 3, KNEE_RUN_KEPT, &seen);
    assert_int_equal(seen.from, 2);
    assert_int_equal(seen.to, 5);
}

/* The highest level that is tried until a climb from 2 with 100 suggested holds. */
static uint32_t highest_of_a_leap(double (*curve)(uint32_t), struct knee_controller *controller)
{
    uint32_t highest = 0;
    *controller = start(2, 512);
    knee_controller_suggest(controller, 100);
    for (unsigned i = 0; i < 40; i++) {
        struct knee_run_decision decision;
        uint32_t level = knee_controller_next(controller);
        highest = level > highest ? level : highest;
        knee_controller_add(controller, curve(level), &decision);
    }
    return highest;
}

static double up_to_100(uint32_t level)
{
    return level < 100 ? level : 100;
}

static void a_long_leap_is_taken_in_steps_that_pay(void **state)
{
    (void)state;
    struct knee_controller controller;
    assert_int_equal(highest_of_a_leap(hill, &controller), 16);
    assert_int_equal(controller.level, 4);
    assert_in_range(highest_of_a_leap(up_to_100, &controller), 100, 250);
    assert_in_range(controller.level, 90, 130);
}

/* From 2, which was far slower: nothing from there down is looked at again. */
static void what_a_climb_leaves_far_behind_is_not_tried_again(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 512);
    struct knee_run_decision decision;
    for (unsigned windows = 0; windows < 2 || controller.probed; windows++) {
        assert_true(windows < 100);
        uint32_t level = knee_controller_next(&controller);
        assert_true(level > 2 || controller.level <= 2);
        knee_controller_add(&controller, plateau(level), &decision);
    }
    assert_in_range(controller.level, 11, 14);
}

static void a_hopeless_level_is_known_early(void **state)
{
    (void)state;
    static const struct {
        double work, length_s, least;
        bool hopeless;
    } cases[] = {
        {20, 10, 16, true},  /* of 40 that the level in use would have done */
        {30, 10, 16, false}, /* not far slower */
        {0, 1, 16, false},   /* too early to tell */
        {0, 4.1, 16, true},
    };
    struct knee_controller controller = start(4, 64);
    struct knee_run_decision decision;
    assert_false(knee_controller_is_hopeless(&controller, 0., 100., 1.)); /* nothing known yet */
    knee_controller_add(&controller, 4., &decision);
    assert_int_equal(knee_controller_next(&controller), 8);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(knee_controller_is_hopeless(&controller, cases[i].work, cases[i].length_s,
                                                     cases[i].least),
                         cases[i].hopeless);
}

/* The smaller strides all lead to 3 and 5 again: each is compared once. */
static void a_level_that_lost_is_not_tried_twice(void **state)
{
    (void)state;
    struct knee_controller controller = start(4, 8);
    struct knee_run_decision decision;
    unsigned tried[9] = {0};
    for (unsigned i = 0; i < 25; i++) {
        uint32_t level = knee_controller_next(&controller);
        if (knee_controller_add(&controller, hill(level), &decision) && level != 4)
            tried[level]++;
    }
    assert_int_equal(controller.level, 4);
    for (uint32_t level = 1; level <= 8; level++)
        assert_true(tried[level] <= 1);
}

/* The level in use is as fast as before, so only a look beyond the former fall can tell. */
static void a_fall_is_looked_at_again_after_a_hold(void **state)
{
    (void)state;
    struct knee_controller controller = start(4, 64);
    feed(&controller, collapse, 60, KNEE_RUN_CHANGED, NULL);
    assert_int_equal(controller.level, 4);
    feed(&controller, rising, 150, KNEE_RUN_CHANGED, NULL);
    assert_int_equal(controller.level, 64);
}

static void spared_levels_are_tried_after_a_hold(void **state)
{
    (void)state;
    struct knee_controller controller = start(4, 8);
    struct knee_run_decision decision;
    unsigned windows = 0;
    knee_controller_spare(&controller, 4);
    for (; knee_controller_next(&controller) >= 4 && windows < 200; windows++)
        knee_controller_add(&controller, flat(1), &decision);
    assert_in_range(windows, 20, 80);
    feed(&controller, falling, 100, KNEE_RUN_KEPT, NULL);
    assert_int_equal(controller.level, 1);
}

static double slower(uint32_t level)
{
    return plateau(level) / 3;
}

static void the_first_hold_ends_the_climb(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 64);
    assert_true(knee_controller_is_climbing(&controller));
    feed(&controller, plateau, 4, KNEE_RUN_KEPT, NULL);
    assert_true(knee_controller_is_climbing(&controller));
    feed(&controller, plateau, 200, KNEE_RUN_KEPT, NULL);
    assert_false(knee_controller_is_climbing(&controller));
}

static void a_change_is_told_and_followed(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 64);
    struct knee_run_decision seen = {.reason = KNEE_RUN_START};
    feed(&controller, plateau, 150, KNEE_RUN_CHANGED, &seen);
    assert_int_equal(seen.reason, KNEE_RUN_START);
    feed(&controller, slower, 60, KNEE_RUN_CHANGED, &seen);
    assert_int_equal(seen.reason, KNEE_RUN_CHANGED);
    feed(&controller, collapse, 150, KNEE_RUN_CHANGED, &seen);
    assert_in_range(controller.level, 3, 4);
}

static void a_single_stall_changes_nothing(void **state)
{
    (void)state;
    struct knee_controller controller = start(12, 64);
    feed(&controller, plateau, 100, KNEE_RUN_CHANGED, NULL);
    uint32_t before = controller.level;
    for (unsigned i = 0; i < 100; i++) {
        struct knee_run_decision decision;
        double x = plateau(knee_controller_next(&controller));
        if (knee_controller_add(&controller, i % 20 == 7 ? x / 2 : x, &decision))
            assert_int_not_equal(decision.reason, KNEE_RUN_CHANGED);
    }
    assert_in_range(controller.level, before * 3 / 4, before * 5 / 4);
}

static void bounds_and_wishes_are_obeyed(void **state)
{
    (void)state;
    struct knee_controller controller = start(12, 64);
    feed(&controller, rising, 40, KNEE_RUN_KEPT, NULL);
    assert_int_equal(controller.level, 64);
    knee_controller_bound(&controller, 2, 10);
    assert_in_range(knee_controller_next(&controller), 2, 10);
    knee_controller_set(&controller, 5);
    assert_int_equal(knee_controller_next(&controller), 5);
    knee_controller_set(&controller, 500);
    assert_int_equal(knee_controller_next(&controller), 10);
}

static void no_success_is_no_trouble(void **state)
{
    (void)state;
    struct knee_controller controller = start(2, 64);
    for (unsigned i = 0; i < 50; i++) {
        struct knee_run_decision decision;
        knee_controller_add(&controller, 0, &decision);
        assert_in_range(knee_controller_next(&controller), 1, 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_curves_are_climbed),
        cmocka_unit_test(a_steep_climb_takes_few_windows),
        cmocka_unit_test(one_window_aborts_a_bad_probe),
        cmocka_unit_test(a_leap_too_far_is_followed_by_a_look_between),
        cmocka_unit_test(a_leap_over_the_best_is_halved),
        cmocka_unit_test(a_long_leap_is_taken_in_steps_that_pay),
        cmocka_unit_test(what_a_climb_leaves_far_behind_is_not_tried_again),
        cmocka_unit_test(a_hopeless_level_is_known_early),
        cmocka_unit_test(a_level_that_lost_is_not_tried_twice),
        cmocka_unit_test(a_fall_is_looked_at_again_after_a_hold),
        cmocka_unit_test(spared_levels_are_tried_after_a_hold),
        cmocka_unit_test(the_first_hold_ends_the_climb),
        cmocka_unit_test(a_change_is_told_and_followed),
        cmocka_unit_test(a_single_stall_changes_nothing),
        cmocka_unit_test(bounds_and_wishes_are_obeyed),
        cmocka_unit_test(no_success_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
