/* SPDX-License-Identifier: MIT */
/* Signals that are held back: seen, taken or delivered afterwards, and ignored ones never. */
#include "core/base/hold.h"

#include "tests/support/test.h"

#include <signal.h>

static volatile sig_atomic_t delivered;

static void on_signal(int number)
{
    delivered = number;
}

static int catch (void **state)
{
    (void)state;
    delivered = 0;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGHUP, SIG_IGN);
    return 0;
}

static void a_signal_is_seen_and_delivered_at_the_end(void **state)
{
    (void)state;
    struct knee_hold hold;
    knee_hold_begin(&hold);
    assert_int_equal(knee_hold_seen(&hold), 0);
    raise(SIGTERM);
    assert_int_equal(knee_hold_seen(&hold), SIGTERM);
    assert_int_equal(delivered, 0);
    knee_hold_end(&hold);
    assert_int_equal(delivered, SIGTERM);
}

static void a_taken_signal_is_not_delivered(void **state)
{
    (void)state;
    struct knee_hold hold;
    knee_hold_begin(&hold);
    raise(SIGTERM);
    raise(SIGINT);
    assert_int_equal(knee_hold_take(&hold), SIGINT);
    assert_int_equal(knee_hold_seen(&hold), 0);
    knee_hold_end(&hold);
    assert_int_equal(delivered, 0);
}

static void an_inner_hold_leaves_it_to_the_outer_one(void **state)
{
    (void)state;
    struct knee_hold outer, inner;
    knee_hold_begin(&outer);
    knee_hold_begin(&inner);
    raise(SIGINT);
    assert_int_equal(knee_hold_seen(&inner), SIGINT);
    knee_hold_end(&inner);
    assert_int_equal(delivered, 0);
    assert_int_equal(knee_hold_take(&outer), SIGINT);
    knee_hold_end(&outer);
    assert_int_equal(delivered, 0);
}

static void an_ignored_signal_stays_ignored(void **state)
{
    (void)state;
    struct knee_hold hold;
    knee_hold_begin(&hold);
    raise(SIGHUP);
    assert_int_equal(knee_hold_seen(&hold), 0);
    knee_hold_end(&hold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_signal_is_seen_and_delivered_at_the_end, catch),
        cmocka_unit_test_setup(a_taken_signal_is_not_delivered, catch),
        cmocka_unit_test_setup(an_inner_hold_leaves_it_to_the_outer_one, catch),
        cmocka_unit_test_setup(an_ignored_signal_stays_ignored, catch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
