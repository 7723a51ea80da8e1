/* SPDX-License-Identifier: MIT */
/* Which levels fail by themselves, and which windows were hit by a bad time. */
#include "tuner/fit/failing.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

#define WINDOWS_MAX 16
#define LEVELS 5

/* `levels` names the level of each window by a digit from 0, `ratios` the tenths that fail; a `-`
 * is a window without items. Expected: `hit` has an x for each window hit; `itself` and `suspect`
 * name levels. */
static const struct {
    const char *levels, *ratios, *hit, *itself, *suspect;
} CASES[] = {
    {"0123412340", "0000000000", "..........", "", ""},
    /* Levels that fail whenever they are asked, and others between that do not. */
    {"0123440123", "0000550000", "....xx....", "", "4"},
    {"0123432104", "0003330003", "...x.x....", "4", "3"},
    {"01234012", "00055000", "...xx...", "", "34"},
    {"0123401234", "0005500055", "..........", "34", ""},
    /* One outage, from window to window, whichever levels it meets. */
    {"0123412340", "0077700000", "..xxx.....", "", ""},
    {"0123412340", "0000077777", ".....xxxxx", "", ""},
    {"0123432104", "0000999990", "....xxxxx.", "", ""},
    /* Level 0 fails as well, always: only more than that counts. */
    {"0123401234", "5555555555", "..........", "", ""},
    {"0123401234", "4444944449", "..........", "4", ""},
    {"0123401234", "000-5000-5", "..........", "4", ""},
    /* Failed once and not again. */
    {"0123401234", "0000500000", "....x.....", "", ""},
};

static size_t fill(struct knee_failing_window *windows, const char *levels, const char *ratios)
{
    size_t count = strlen(levels);
    for (size_t i = 0; i < count; i++)
        windows[i] =
            (struct knee_failing_window){.level_index = (uint32_t)(levels[i] - '0'),
                                         .ratio = ratios[i] == '-' ? NAN : (ratios[i] - '0') / 10.};
    return count;
}

static void stretches_are_told_from_levels(void **state)
{
    (void)state;
    for (size_t c = 0; c < KNEE_COUNT(CASES); c++) {
        struct knee_failing_window windows[WINDOWS_MAX];
        struct knee_failing_level levels[LEVELS];
        size_t count = fill(windows, CASES[c].levels, CASES[c].ratios), hit = 0;
        size_t found = knee_failing_find(windows, count, levels, LEVELS);
        for (size_t i = 0; i < count; i++) {
            if (windows[i].hit != (CASES[c].hit[i] == 'x'))
                fail_msg("case %zu: window %zu", c, i);
            hit += windows[i].hit;
        }
        assert_int_equal(found, hit);
        for (int l = 0; l < LEVELS; l++) {
            if (levels[l].itself != (strchr(CASES[c].itself, '0' + l) != NULL) ||
                levels[l].suspect != (strchr(CASES[c].suspect, '0' + l) != NULL))
                fail_msg("case %zu: level %d", c, l);
        }
    }
}

static void a_level_fails_as_in_its_other_windows(void **state)
{
    (void)state;
    struct knee_failing_window windows[WINDOWS_MAX];
    struct knee_failing_level levels[LEVELS];
    size_t count = fill(windows, "0123412340", "0000801000");
    knee_failing_find(windows, count, levels, LEVELS);
    assert_close(levels[1].ratio, 0, 0);
    assert_close(levels[2].ratio, .05, 1e-12);
    assert_close(levels[4].ratio, 0, 0);
}

static void windows_without_items_have_no_ratio(void **state)
{
    (void)state;
    assert_true(isnan(knee_failing_ratio(&(struct knee_window){.items = 0})));
    assert_true(isnan(knee_failing_ratio(&(struct knee_window){.items = NAN})));
    assert_close(knee_failing_ratio(&(struct knee_window){.items = 3, .failed_items = 1}), .25, 0);
    assert_close(knee_failing_ratio(&(struct knee_window){.failed_items = 1}), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stretches_are_told_from_levels),
        cmocka_unit_test(a_level_fails_as_in_its_other_windows),
        cmocka_unit_test(windows_without_items_have_no_ratio),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
