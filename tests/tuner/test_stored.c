/* SPDX-License-Identifier: MIT */
/* Two stored results: did the knee move? The known curves of test_compare_known ask how often that
 * is right; here are single cases. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tuner/compare/stored.h"

#include <math.h>

#define EFFECT KNEE_COMPARE_MIN_EFFECT

/* Full speed at `pool`; `error` of each level. */
static struct knee_stored_side side_of(uint32_t pool, double error, uint32_t low, uint32_t high)
{
    struct knee_stored_side side = {
        .sigma = .02, .df = 30, .knee = high, .knee_low = low, .knee_high = high};
    for (uint32_t level = 1; level <= 64; level *= 2)
        side.levels[side.levels_count++] =
            (struct knee_stored_level){.level = level,
                                       .windows = 4,
                                       .log_throughput = log(level < pool ? level : pool),
                                       .error = error};
    return side;
}

static void a_knee_moves_if_intervals_and_curves_say_so(void **state)
{
    static const struct {
        uint32_t pool, low, high; /* of base */
        double error;
        uint32_t new_pool, new_low, new_knee, new_high;
        bool moved;
    } CASES[] = {
        {16, 15, 16, .01, 8, 8, 8, 8, true},
        {8, 8, 8, .01, 16, 15, 16, 16, true},
        {16, 9, 16, .01, 8, 5, 8, 8, true},       /* as close as fixed levels can tell */
        {16, 12, 24, .01, 8, 8, 8, 18, true},     /* soft knees: the intervals overlap */
        {16, 7, 24, .01, 8, 8, 8, 18, false},     /* nothing is excluded */
        {16, 15, 16, .01, 16, 30, 32, 32, false}, /* the same curve, other knees */
        {16, 30, 32, .01, 16, 8, 8, 8, false},
        {16, 15, 16, .01, 14, 13, 14, 14, false}, /* not worth a word */
        {16, 15, 16, .5, 8, 8, 8, 8, false},      /* nobody can tell these curves apart */
        {16, 0, 0, .01, 8, 8, 8, 8, false},       /* no knee */
        {2, 2, 2, .01, 1, 1, 1, 1, false},        /* one less */
        {128, 65, 80, .01, 8, 8, 8, 8, false},    /* no level above the higher knee */
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        const struct knee_stored_side base =
            side_of(CASES[i].pool, CASES[i].error, CASES[i].low, CASES[i].high);
        struct knee_stored_side fresh =
            side_of(CASES[i].new_pool, CASES[i].error, CASES[i].new_low, CASES[i].new_high);
        fresh.knee = CASES[i].new_knee;
        if (knee_stored_knee_moved(&base, &fresh, EFFECT) != CASES[i].moved)
            fail_msg("case %zu", i);
    }
}

/* A faster machine moves all levels alike, and no knee. */
static void a_faster_machine_moves_no_knee(void **state)
{
    (void)state;
    const struct knee_stored_side base = side_of(16, .01, 15, 16);
    struct knee_stored_side fresh = side_of(16, .01, 30, 32);
    for (size_t i = 0; i < fresh.levels_count; i++)
        fresh.levels[i].log_throughput += .3;
    assert_false(knee_stored_knee_moved(&base, &fresh, EFFECT));
}

static void a_larger_effect_may_be_asked_for(void **state)
{
    (void)state;
    const struct knee_stored_side base = side_of(16, .01, 15, 16);
    const struct knee_stored_side fresh = side_of(8, .01, 8, 8);
    assert_true(knee_stored_knee_moved(&base, &fresh, .4));
    assert_false(knee_stored_knee_moved(&base, &fresh, .6));
}

static void a_level_that_is_not_known_is_left_out(void **state)
{
    (void)state;
    struct knee_stored_side base = side_of(16, .01, 15, 16);
    const struct knee_stored_side fresh = side_of(8, .01, 8, 8);
    base.levels[4].log_throughput = NAN;
    assert_true(knee_stored_knee_moved(&base, &fresh, EFFECT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knee_moves_if_intervals_and_curves_say_so),
        cmocka_unit_test(a_faster_machine_moves_no_knee),
        cmocka_unit_test(a_larger_effect_may_be_asked_for),
        cmocka_unit_test(a_level_that_is_not_known_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
