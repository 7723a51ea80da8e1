/* SPDX-License-Identifier: MIT */
/* workloads/target/asking: how many may be made, what ends them, and what a failure counts as. */
#include "workloads/target/asking.h"

#include "tests/support/test.h"

#include <errno.h>

struct service {
    struct knee_asking asking;
};

static void no_more_are_made_than_allowed(void **state)
{
    struct service service;
    const struct knee_target_params params = {.max_requests = 2};
    (void)state;
    knee_asking_init(&service.asking, &params);
    assert_false(knee_asking_must_end(&service));
    assert_true(knee_asking_may_ask(&service.asking));
    assert_true(knee_asking_may_ask(&service.asking));
    assert_true(knee_asking_must_end(&service));
    assert_false(knee_asking_may_ask(&service.asking));
    knee_asking_release(&service.asking);
}

static void without_a_bound_none_is_refused(void **state)
{
    struct service service;
    const struct knee_target_params params = {.max_requests = 0};
    (void)state;
    knee_asking_init(&service.asking, &params);
    for (int i = 0; i < 100; i++)
        assert_true(knee_asking_may_ask(&service.asking));
    assert_false(knee_asking_must_end(&service));
    knee_asking_release(&service.asking);
}

static void a_signal_or_a_cancel_makes_further_ones_unwanted(void **state)
{
    struct service service;
    volatile sig_atomic_t signal = 0;
    const struct knee_target_params params = {.interrupted = &signal};
    struct knee_asking_shared shared = {.service = &service};
    (void)state;
    knee_asking_init(&service.asking, &params);
    assert_false(knee_asking_is_cancelled(&service.asking));
    signal = SIGINT;
    assert_true(knee_asking_is_cancelled(&service.asking));
    signal = 0;
    knee_asking_cancel(&shared);
    assert_true(knee_asking_is_cancelled(&service.asking));
    knee_asking_sleep(&service.asking, UINT64_MAX / 2); /* it returns at once */
    knee_asking_release(&service.asking);
}

static void each_slot_counts_its_failures_and_a_teardown_starts_anew(void **state)
{
    struct service service;
    struct knee_asking_shared shared = {0};
    struct knee_workload_probe probe = {0};
    const struct knee_target_params params = {0};
    const struct knee_workload_setup setup = {.workers_max = 2, .custom = &service};
    char text[200];
    (void)state;
    knee_asking_init(&service.asking, &params);
    assert_int_equal(knee_asking_setup(&shared, &setup, NULL, 0, NULL), 0);
    for (int slot = 0; slot < 2; slot++)
        assert_int_equal(knee_asking_fail(&service.asking, &service.asking.tallies[slot],
                                          KNEE_FAILURE_RESET, "it broke"),
                         ECONNRESET);
    knee_asking_probe(&shared, &probe);
    assert_close(probe.failed[KNEE_FAILURE_RESET], 2, 0);
    knee_asking_failures(&service, text, sizeof text);
    assert_string_equal(text, "it broke 2 times");
    assert_close(knee_asking_retry_after_s(&service), -1, 0);
    assert_close(knee_asking_for_now_ratio(&service), 0, 0);
    for (int i = 0; i < 4; i++)
        knee_asking_fail(&service.asking, &service.asking.tallies[0], KNEE_FAILURE_STATUS, "503");
    knee_asking_refused_for_now(&service.asking);
    assert_close(knee_asking_for_now_ratio(&service), .25, 0);
    knee_asking_cancel(&shared);
    knee_asking_teardown(&shared);
    assert_false(knee_asking_is_cancelled(&service.asking));
    knee_asking_release(&service.asking);
}

/* As the engine and who watches it do: probes before the window's begin, and after its end. */
static void a_window_lies_between_the_first_two_probes_after_its_begin(void **state)
{
    struct service service;
    struct knee_asking_shared shared = {0};
    const struct knee_target_params params = {0};
    const struct knee_workload_setup setup = {.workers_max = 1, .custom = &service};
    char text[200];
    (void)state;
    knee_asking_init(&service.asking, &params);
    assert_int_equal(knee_asking_setup(&shared, &setup, NULL, 0, NULL), 0);
    struct knee_request_tally *tally = service.asking.tallies;
    for (uint32_t level = 4; level > 0; level /= 4) {
        struct knee_workload_probe probe = {0};
        knee_asking_probe(&shared, &probe);
        assert_int_equal(knee_asking_begin(&shared, 0, level, NULL), 0);
        knee_asking_fail(&service.asking, tally, KNEE_FAILURE_STATUS, "settling");
        knee_asking_probe(&shared, &probe);
        for (uint32_t i = 0; i < level; i++)
            knee_asking_fail(&service.asking, tally, KNEE_FAILURE_STATUS, "inside");
        knee_asking_probe(&shared, &probe);
        knee_asking_fail(&service.asking, tally, KNEE_FAILURE_STATUS, "later");
        knee_asking_probe(&shared, &probe);
        knee_asking_window_ended(&service, level);
    }
    knee_asking_failures(&service, text, sizeof text);
    assert_string_equal(text, "settling 2 times, inside 5 times (at 1: 1, 4: 4), later 2 times");
    knee_asking_teardown(&shared);
    knee_asking_release(&service.asking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_are_made_than_allowed),
        cmocka_unit_test(without_a_bound_none_is_refused),
        cmocka_unit_test(a_signal_or_a_cancel_makes_further_ones_unwanted),
        cmocka_unit_test(each_slot_counts_its_failures_and_a_teardown_starts_anew),
        cmocka_unit_test(a_window_lies_between_the_first_two_probes_after_its_begin),
    };
    return cmocka_run_group_tests_name("asking", tests, NULL, NULL);
}
