/* SPDX-License-Identifier: MIT */
/* tuner/sweep/quiet: when a host is quiet enough, and how soon it is said that it is not. */
#include "tuner/sweep/quiet.h"

#include "core/base/clock.h"
#include "tests/support/test.h"

#include <math.h>
#include <string.h>

static void little_other_work_is_quiet(void **state)
{
    (void)state;
    static const struct {
        double foreign_cpus, cpus;
        bool quiet;
    } CASES[] = {{0, 2, true},  {.09, 2, true}, {.11, 2, false},
                 {2, 64, true}, {4, 64, false}, {NAN, 2, true}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (knee_quiet_enough(CASES[i].foreign_cpus, CASES[i].cpus) != CASES[i].quiet)
            fail_msg("case %zu", i);
}

static struct knee_measured window_at(uint32_t level, bool spoilt)
{
    return (struct knee_measured){.level = level,
                                  .foreign_cpus = spoilt ? .8 : .01,
                                  .valid = !spoilt,
                                  .reasons = spoilt ? KNEE_WINDOW_FOREIGN : 0};
}

/* Of eight windows, one a second: the number of the one after which it is said; 0: never. */
static int said_after(const char *windows)
{
    struct knee_quiet_watch watch = {0};
    char text[400] = "";
    int said = 0;
    for (int i = 0; windows[i]; i++) {
        bool high = windows[i] == 'h';
        struct knee_measured window = window_at(high ? 8 : 1, windows[i] != '.');
        if (!knee_quiet_watch_window(&watch, &window, 2, i + 1, text, sizeof text))
            continue;
        assert_int_equal(said, 0); /* once */
        said = i + 1;
        assert_non_null(strstr(text, "--wait-quiet"));
        assert_non_null(strstr(text, "--server"));
    }
    knee_quiet_watch_release(&watch);
    return said;
}

/* No process of this machine is to blame then, and waiting for them would not help. */
static void the_machines_host_is_named(void **state)
{
    (void)state;
    struct knee_quiet_watch watch = {0};
    char text[400] = "";
    struct knee_measured window = window_at(1, true);
    window.reasons = KNEE_WINDOW_STEAL;
    for (int i = 0; i < 5; i++)
        assert_int_equal(knee_quiet_watch_window(&watch, &window, 2, i + 1, text, sizeof text),
                         i == 4);
    assert_non_null(strstr(text, "host took CPUs (steal), which spoilt 5 of the 5 windows"));
    assert_null(strstr(text, "processes"));
    knee_quiet_watch_release(&watch);
}

static void a_disturbed_sweep_is_known_after_five_seconds(void **state)
{
    (void)state;
    static const struct {
        const char *windows; /* '.' fine, 'x' spoilt, 'h' spoilt at a level that cannot tell */
        int after;
    } CASES[] = {{"xxxxxxxx", 5}, {"........", 0}, {"x.x.x.x.", 5}, {".x.x.x.x", 0},
                 {"hhhhhhhh", 0}, {"hhhxhxhx", 8}, {"..xxxxxx", 5}, {"...xxxxx", 7}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (said_after(CASES[i].windows) != CASES[i].after)
            fail_msg("%s: after %d", CASES[i].windows, said_after(CASES[i].windows));
}

static void an_interrupt_ends_the_waiting(void **state)
{
    (void)state;
    volatile sig_atomic_t interrupted = 2;
    struct knee_err err = {0};
    uint64_t left_ns = 3600 * KNEE_NS_PER_S;
    assert_int_equal(knee_quiet_wait(&left_ns, 1e-9, &interrupted, NULL, &err), -1);
    assert_int_equal(err.code, KNEE_INTERRUPTED + 2);
    left_ns = 0; /* not asked for */
    assert_int_equal(knee_quiet_wait(&left_ns, 1e-9, &interrupted, NULL, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_other_work_is_quiet),
        cmocka_unit_test(the_machines_host_is_named),
        cmocka_unit_test(a_disturbed_sweep_is_known_after_five_seconds),
        cmocka_unit_test(an_interrupt_ends_the_waiting),
    };
    return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
