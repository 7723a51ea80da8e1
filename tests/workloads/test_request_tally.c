/* SPDX-License-Identifier: MIT */
/* workloads/target/request_tally: what slots count adds up, and failures are listed. */
#include "workloads/target/request_tally.h"

#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

static void slots_add_up(void **state)
{
    struct knee_workload_probe probe = {0};
    struct knee_request_tally *tallies = knee_request_tally_make(3);
    (void)state;
    assert_non_null(tallies);
    for (uint64_t i = 0; i < 3; i++)
        knee_request_tally_answer(&tallies[i], (i + 1) * 1000000);
    knee_request_tally_connect(&tallies[2], 500000);
    knee_request_tally_fail(&tallies[0], KNEE_FAILURE_RESET);
    knee_request_tally_fail(&tallies[2], KNEE_FAILURE_RESET);
    knee_request_tally_probe(tallies, 3, &probe);
    assert_true(probe.requests);
    assert_close(probe.first_byte_s, .006, 1e-9);
    assert_close(probe.first_bytes, 3, 0);
    assert_close(probe.connect_s, .0005, 1e-9);
    assert_close(probe.connects, 1, 0);
    assert_close(probe.failed[KNEE_FAILURE_RESET], 2, 0);
    assert_close(probe.failed[KNEE_FAILURE_STATUS], 0, 0);
    free(tallies);
}

static void failures_are_listed_in_the_order_in_which_they_came(void **state)
{
    struct knee_request_failures failures;
    char text[400], what[16];
    (void)state;
    knee_request_failures_init(&failures);
    knee_request_failures_text(&failures, text, sizeof text);
    assert_string_equal(text, "");
    for (int i = 0; i < 1204; i++)
        knee_request_failures_note(&failures, "503 Service Unavailable");
    knee_request_failures_note(&failures, "reset");
    knee_request_failures_text(&failures, text, sizeof text);
    assert_string_equal(text, "503 Service Unavailable 1,204 times, reset once");
    for (int i = 0; i < 20; i++) {
        snprintf(what, sizeof what, "%d", i);
        knee_request_failures_note(&failures, what);
    }
    knee_request_failures_text(&failures, text, sizeof text);
    assert_string_equal(
        text,
        "503 Service Unavailable 1,204 times, reset once, 0 once, 1 once, otherwise 18 times");
    knee_request_failures_retry(&failures, 3);
    knee_request_failures_retry(&failures, 2);
    assert_close(failures.retry_after_s, 3, 0);
    pthread_mutex_destroy(&failures.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_add_up),
        cmocka_unit_test(failures_are_listed_in_the_order_in_which_they_came),
    };
    return cmocka_run_group_tests_name("request_tally", tests, NULL, NULL);
}
