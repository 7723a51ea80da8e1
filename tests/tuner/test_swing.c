/* SPDX-License-Identifier: MIT */
/* A server's own work is told from what the items ask of it, by the CPU time of an item. */
#include "tests/support/test.h"
#include "tuner/fit/swing.h"
#include "tuner/fit/validity.h"

#include <math.h>

#define CPUS 2

/* 0.2 s at `level`, 1 ms of a server's CPU for an item, and `more` CPUs of its own. */
static struct knee_measured window_of(uint32_t level, double items, double more)
{
    return (struct knee_measured){.level = level,
                                  .window_ns = 200000000,
                                  .items = items,
                                  .throughput_per_s = items / .2,
                                  .cpu_user_s = .001 * items,
                                  .server_cpu_s = .001 * items + .2 * more,
                                  .foreign_cpus = 0,
                                  .valid = true};
}

static double note(struct knee_swing *swing, uint32_t level, double items, double more)
{
    struct knee_measured window = window_of(level, items, more);
    return knee_swing_note(swing, &window);
}

static void what_a_server_does_of_its_own_is_told_apart(void **state)
{
    (void)state;
    struct knee_swing swing = {.seen = 0};
    for (int round = 0; round < 3; round++)
        for (uint32_t level = 1; level <= 8; level *= 2)
            assert_true(note(&swing, level, 20 * level + (double)round, 0) == 0);
    assert_close(note(&swing, 4, 75, .4), .4, .05);
    assert_true(note(&swing, 4, 82, 0) == 0); /* it is over */
    /* More items ask for more, which is nothing of the server's own. */
    assert_true(note(&swing, 8, 320, 0) == 0);
    /* Half as many, since it takes the rest: that is. */
    assert_close(note(&swing, 8, 80, .4), .4, .05);
}

static void more_for_good_is_what_items_ask_for(void **state)
{
    (void)state;
    struct knee_swing swing = {.seen = 0};
    int apart = 0;
    for (int i = 0; i < 3; i++)
        note(&swing, 4, 80, 0);
    for (int i = 0; i < 12; i++)
        apart += note(&swing, 4, 80, .4) > 0;
    assert_in_range(apart, 2, 5);
}

static void too_little_says_nothing(void **state)
{
    (void)state;
    struct knee_swing swing = {.seen = 0};
    assert_true(note(&swing, 4, 80, 0) == 0);
    assert_true(note(&swing, 4, 80, 1) == 0); /* one earlier window */
    assert_true(note(&swing, 2, 3, 1) == 0);
    struct knee_measured none = window_of(4, 80, 0);
    none.server_cpu_s = NAN;
    assert_true(knee_swing_note(&swing, &none) == 0);
    assert_int_equal(swing.seen, 2);
}

/* Such a window is left out, and measured again. */
static void as_other_work_it_makes_a_window_invalid(void **state)
{
    (void)state;
    struct knee_swing swing = {.seen = 0};
    for (int i = 0; i < 3; i++)
        note(&swing, 4, 180, 0);
    struct knee_measured window = window_of(4, 140, .6);
    knee_validity_judge(&window, CPUS);
    assert_true(window.valid);
    window.foreign_cpus += knee_swing_note(&swing, &window);
    knee_validity_judge(&window, CPUS);
    assert_false(window.valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_server_does_of_its_own_is_told_apart),
        cmocka_unit_test(more_for_good_is_what_items_ask_for),
        cmocka_unit_test(too_little_says_nothing),
        cmocka_unit_test(as_other_work_it_makes_a_window_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
