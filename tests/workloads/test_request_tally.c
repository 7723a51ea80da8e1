/* SPDX-License-Identifier: MIT */
/* workloads/target/request_tally: what slots count adds up, and failures are listed. */
#include "workloads/target/request_tally.h"

#include "core/base/array.h"
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

/* Windows of these levels, each with a number of failures before it and inside. */
static void failures_in_windows_have_their_levels(void **state)
{
    (void)state;
    static const struct {
        struct {
            uint32_t level;
            int before, inside;
        } windows[6]; /* up to a level of 0 */
        const char *text;
    } CASES[] = {
        {{{8, 3, 0}}, "reset 3 times"}, /* between the windows: at which level is not known */
        {{{8, 0, 1}}, "reset once (at 8)"},
        {{{8, 1, 2}, {2, 1, 0}, {8, 0, 1}}, "reset 5 times (at 8)"},
        {{{16, 0, 1500}, {2, 5, 0}, {8, 0, 2}}, "reset 1,507 times (at 8: 2, 16: 1,500)"},
        {{{64, 0, 1}, {2, 0, 1}, {8, 0, 1}, {4, 0, 1}, {2, 0, 1}},
         "reset 5 times (at 2: 2, 4: 1, 8: 1, 64: 1)"},
        {{{64, 0, 1}, {2, 0, 1}, {8, 0, 1}, {4, 0, 1}, {16, 0, 1}},
         "reset 5 times (at 5 levels from 2 to 64)"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_request_failures failures;
        char text[400];
        knee_request_failures_init(&failures);
        for (size_t w = 0; w < 6 && CASES[i].windows[w].level > 0; w++) {
            for (int n = 0; n < CASES[i].windows[w].before; n++)
                knee_request_failures_note(&failures, "reset");
            knee_request_failures_edge(&failures);
            for (int n = 0; n < CASES[i].windows[w].inside; n++)
                knee_request_failures_note(&failures, "reset");
            knee_request_failures_edge(&failures);
            knee_request_failures_level(&failures, CASES[i].windows[w].level);
        }
        knee_request_failures_text(&failures, text, sizeof text);
        assert_string_equal(text, CASES[i].text);
        pthread_mutex_destroy(&failures.lock);
    }
}

static void more_levels_than_there_is_room_for_are_left_out(void **state)
{
    struct knee_request_failures failures;
    char text[400];
    (void)state;
    knee_request_failures_init(&failures);
    for (uint32_t level = 100; level > 0; level--) {
        knee_request_failures_edge(&failures);
        knee_request_failures_note(&failures, "reset");
        knee_request_failures_edge(&failures);
        knee_request_failures_level(&failures, level);
    }
    knee_request_failures_text(&failures, text, sizeof text);
    assert_string_equal(text, "reset 100 times (at 64 levels from 37 to 100)");
    pthread_mutex_destroy(&failures.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_add_up),
        cmocka_unit_test(failures_are_listed_in_the_order_in_which_they_came),
        cmocka_unit_test(failures_in_windows_have_their_levels),
        cmocka_unit_test(more_levels_than_there_is_room_for_are_left_out),
    };
    return cmocka_run_group_tests_name("request_tally", tests, NULL, NULL);
}
