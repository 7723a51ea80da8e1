/* SPDX-License-Identifier: MIT */
/* The logarithmic axis: a range for any levels, and round steps. */
#include "plots/axis.h"

#include "tests/support/test.h"

static void one_level_still_has_an_axis(void **state)
{
    (void)state;
    struct knee_axis axis = knee_axis_make(1, 1, 768);
    assert_true(axis.low < 1 && axis.high > 1);
    assert_close(knee_axis_px(&axis, 1), 384, 1e-9);
}

static void steps_are_round_and_few(void **state)
{
    (void)state;
    static const struct {
        double high, step;
    } cases[] = {{11, 2.5}, {1, .25}, {2327, 500}, {100, 25}, {9, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_close(knee_axis_step(cases[i].high, 300), cases[i].step, 1e-12);
    assert_true(knee_axis_step(0, 300) > 0 && knee_axis_step(11, 60) == 10);
    /* However short it is, it has a number besides 0. */
    assert_true(knee_axis_step(2.3, 20) == 2 && knee_axis_step(184, 30) == 100);
}

static void wanted_levels_get_their_number_first(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 15, 16, 17, 64}, wanted[] = {17};
    bool numbered[5];
    struct knee_axis axis = knee_axis_make(1, 64, 300);
    knee_axis_number(&axis, 8.5, levels, 5, wanted, 1, numbered);
    assert_true(numbered[0] && numbered[3] && numbered[4]);
    assert_false(numbered[1] || numbered[2]);
}

/* The first of them has the choice, also if it is named twice. */
static void the_first_of_the_wanted_levels_wins(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 15, 16, 17, 64}, wanted[] = {16, 15, 16};
    bool numbered[5];
    struct knee_axis axis = knee_axis_make(1, 64, 300);
    knee_axis_number(&axis, 8.5, levels, 5, wanted, 3, numbered);
    assert_true(numbered[2]);
    assert_false(numbered[1] || numbered[3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_level_still_has_an_axis),
        cmocka_unit_test(steps_are_round_and_few),
        cmocka_unit_test(wanted_levels_get_their_number_first),
        cmocka_unit_test(the_first_of_the_wanted_levels_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
