/* SPDX-License-Identifier: MIT */
/* Other load on the host: which windows it spoils, when it is a steady condition, and when it makes
 * a sweep hopeless. */
#include "tuner/fit/validity.h"

#include "tests/support/test.h"

#include <stdlib.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* A window of 0.2 s on two CPUs. */
static struct knee_measured window_of(uint32_t level, double own_cpus, double foreign_cpus)
{
    return (struct knee_measured){.level = level,
                                  .window_ns = 200000000,
                                  .items = 100,
                                  .throughput_per_s = 500,
                                  .cpu_user_s = own_cpus * 0.2,
                                  .steal_ratio = 0,
                                  .foreign_cpus = foreign_cpus,
                                  .throttled_s = 0,
                                  .valid = true};
}

static void others_spoil_a_window_when_they_compete_for_cpus(void **state)
{
    (void)state;
    static const struct {
        double own_cpus, foreign_cpus, steal_ratio, throttled_s;
        uint32_t reasons;
        bool valid;
    } cases[] = {
        {2.0, 0.005, 0, 0, 0, true},                      /* a quiet machine */
        {2.0, 0.09, 0, 0, 0, true},                       /* below 5 % of the CPUs */
        {1.9, 0.2, 0, 0, KNEE_WINDOW_FOREIGN, false},     /* above */
        {1.0, 1.0, 0, 0, KNEE_WINDOW_FOREIGN, false},     /* a neighbour that spins */
        {0.1, 1.0, 0, 0, 0, true},                        /* the same beside work that sleeps */
        {1.0, 0.2, 0, 0, 0, true},                        /* a CPU was free for both */
        {2.0, 0.0, 0.2, 0, KNEE_WINDOW_STEAL, false},     /* the hypervisor */
        {1.0, 0.0, 0, 0.05, KNEE_WINDOW_THROTTLED, true}, /* a condition, no ground */
        {2.0, NAN, NAN, NAN, 0, true},                    /* nothing is known */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct knee_measured window = window_of(2, cases[i].own_cpus, cases[i].foreign_cpus);
        window.steal_ratio = cases[i].steal_ratio;
        window.throttled_s = cases[i].throttled_s;
        knee_validity_judge(&window, 2);
        if (window.reasons != cases[i].reasons || window.valid != cases[i].valid)
            fail_msg("case %zu: reasons %u, valid %d", i, window.reasons, window.valid);
    }
}

/* A client that waits for a server of this host wants what the server wants. */
static void work_that_wants_little_is_excused(void **state)
{
    (void)state;
    static const struct {
        double items_cpus, server_cpus;
        uint32_t reasons;
        bool valid;
    } cases[] = {
        {.1, NAN, KNEE_WINDOW_FOREIGN, true},
        {.3, NAN, KNEE_WINDOW_FOREIGN, false},
        {.1, .05, KNEE_WINDOW_FOREIGN, true},
        {.1, .9, KNEE_WINDOW_FOREIGN, false},
        {.1, NAN, KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL, false},
        {.1, NAN, KNEE_WINDOW_FOREIGN | KNEE_WINDOW_EMPTY, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct knee_measured window = window_of(1, cases[i].items_cpus, 1);
        window.server_cpu_s = cases[i].server_cpus * .2;
        window.reasons = cases[i].reasons;
        window.valid = false;
        knee_validity_excuse(&window, cases[i].items_cpus, 2);
        if (window.valid != cases[i].valid)
            fail_msg("case %zu: valid %d", i, window.valid);
    }
}

static void what_was_invalid_before_stays_so(void **state)
{
    (void)state;
    struct knee_measured window = window_of(1, 0, 0);
    window.valid = false;
    window.reasons = KNEE_WINDOW_EMPTY;
    knee_validity_judge(&window, 2);
    assert_false(window.valid);
    assert_int_equal(window.reasons, KNEE_WINDOW_EMPTY);
}

static struct knee_validity sum_up(const double *foreign_cpus, const uint32_t *levels, size_t count)
{
    struct knee_window windows[40];
    struct knee_validity validity;
    for (size_t i = 0; i < count; i++) {
        struct knee_measured window = window_of(levels[i], 2.0, foreign_cpus[i]);
        knee_validity_judge(&window, 2);
        windows[i] = (struct knee_window){.level = window.level,
                                          .foreign_cpus = window.foreign_cpus,
                                          .valid = window.valid,
                                          .reasons = window.reasons};
    }
    knee_validity_sum_up(&validity, windows, count, 2);
    return validity;
}

static void a_steady_neighbour_is_seen_at_low_levels_alone(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 2, 16, 32, 32, 16, 2, 1, 16, 32};
    static const double foreign_cpus[] = {1, .66, .09, .06, .06, .09, .66, 1, .09, .06};
    struct knee_validity validity = sum_up(foreign_cpus, levels, COUNT(levels));
    assert_int_equal(validity.judged, 4);
    assert_int_equal(validity.rejected, 4);
    assert_true(validity.disturbed);
    assert_false(validity.hopeless); /* four windows are too few to give up */
    assert_close(validity.worst_cpus, .83, .01);
}

static void a_single_disturbance_is_no_verdict(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 2, 1, 2, 1, 2, 1, 2};
    static const double foreign_cpus[] = {.01, .01, .01, .9, .01, .01, .01, .01};
    struct knee_validity validity = sum_up(foreign_cpus, levels, COUNT(levels));
    assert_int_equal(validity.rejected, 1);
    assert_false(validity.disturbed);
    assert_close(validity.other_cpus, .01, 1e-9);
}

static void a_neighbour_that_stays_makes_it_hopeless(void **state)
{
    (void)state;
    uint32_t levels[16];
    double foreign_cpus[16];
    for (size_t i = 0; i < COUNT(levels); i++) {
        levels[i] = 1 + i % 2;
        foreign_cpus[i] = .9;
    }
    assert_true(sum_up(foreign_cpus, levels, COUNT(levels)).hopeless);
}

/* A level that cannot bear a few percent has no window then; the host is quiet all the same. */
static void little_steal_is_no_disturbance(void **state)
{
    (void)state;
    struct knee_window windows[8];
    struct knee_validity validity;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct knee_measured window = window_of(2, .1, .01);
        window.steal_ratio = .04; /* 5 % would be one */
        window.reasons = KNEE_WINDOW_STEAL;
        window.valid = false;
        assert_int_equal(knee_measured_keep(&window, false, &windows[i], NULL), 0);
    }
    knee_validity_sum_up(&validity, windows, COUNT(windows), 2);
    assert_int_equal(validity.judged, COUNT(windows));
    assert_int_equal(validity.rejected, 0);
    assert_false(validity.disturbed);
    for (size_t i = 0; i < COUNT(windows); i++)
        free(windows[i].rare);
}

/* Which of the two spoilt more is what the answer names. */
static void what_spoilt_the_windows_is_counted(void **state)
{
    (void)state;
    struct knee_window windows[6];
    struct knee_validity validity;
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct knee_measured window = window_of(2, 1.5, i == 5 ? 1 : 0);
        window.steal_ratio = i < 3 ? .2 + .1 * (double)i : .01;
        knee_validity_judge(&window, 2);
        assert_int_equal(knee_measured_keep(&window, false, &windows[i], NULL), 0);
    }
    knee_validity_sum_up(&validity, windows, COUNT(windows), 2);
    assert_int_equal(validity.rejected, 4);
    assert_int_equal(validity.stolen, 3);
    assert_close(validity.steal_ratio, .01, 1e-9);
    assert_close(validity.worst_steal, .25, 1e-9);
    for (size_t i = 0; i < COUNT(windows); i++)
        free(windows[i].rare);
}

static void unknown_load_is_neither_quiet_nor_disturbed(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 2, 1, 2, 1};
    static const double foreign_cpus[] = {NAN, NAN, NAN, NAN, NAN};
    struct knee_validity validity = sum_up(foreign_cpus, levels, COUNT(levels));
    assert_int_equal(validity.judged, 0);
    assert_false(validity.disturbed);
    assert_true(isnan(validity.other_cpus));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_spoil_a_window_when_they_compete_for_cpus),
        cmocka_unit_test(work_that_wants_little_is_excused),
        cmocka_unit_test(what_was_invalid_before_stays_so),
        cmocka_unit_test(a_steady_neighbour_is_seen_at_low_levels_alone),
        cmocka_unit_test(a_single_disturbance_is_no_verdict),
        cmocka_unit_test(a_neighbour_that_stays_makes_it_hopeless),
        cmocka_unit_test(little_steal_is_no_disturbance),
        cmocka_unit_test(what_spoilt_the_windows_is_counted),
        cmocka_unit_test(unknown_load_is_neither_quiet_nor_disturbed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
