/* SPDX-License-Identifier: MIT */
/* `knee sweep http://...` against real servers: what it finds, and how they fail. On a busy machine
 * a sweep may say that it could not measure; it must not be sure and wrong. */
#include "core/base/array.h"
#include "tests/support/service.h"
#include "tests/support/shell.h"
#include "tests/support/target_sweep.h"
#include "tests/support/test.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 2048

#if defined KNEE_WITH_LIBCURL

static void sweep(struct target_sweep *swept, const char *options, const char *path, unsigned port)
{
    char url[512];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    target_sweep_run(swept, options, url);
}

static void places_that_a_server_has_are_the_knee(void **state)
{
    struct service upstream, nginx;
    struct target_sweep swept;
    char http[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_upstream(&upstream, "20");
    snprintf(http, sizeof http,
             "limit_conn_zone $server_port zone=c:1m; upstream u { server 127.0.0.1:%u; keepalive "
             "64; } server { listen 127.0.0.1:PORT; location / { limit_conn c 12; "
             "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_pass http://u; } }",
             upstream.port);
    service_start_nginx(&nginx, http);
    sweep(&swept, "--levels 4,8,12,16,24 --budget 8s", "/", nginx.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(target_sweep_total(&swept, "failed_status") > 0);
    assert_true(target_sweep_total(&swept, "failed_reset") < 1);
    assert_true(target_sweep_total(&swept, "first_byte_mean_s") > 0.02);
    assert_true(target_sweep_warns(&swept, "503 Service Unavailable"));
    assert_true(target_sweep_reports(&swept, "\nFailed   HTTP status: "));
    assert_true(target_sweep_shows(&swept, " % status</td>"));
    if (target_sweep_is_resolved(&swept))
        assert_int_equal(target_sweep_limit(&swept), 12);
    target_sweep_release(&swept);
    service_stop(&nginx);
    service_stop(&upstream);
}

/* With 40 requests in flight it takes four times as long for each. */
static void a_service_that_gets_slow_is_left_below_that(void **state)
{
    struct service upstream;
    struct target_sweep swept;
    (void)state;
    service_start_upstream(&upstream, "10 0 0 0 /dev/null 127.0.0.1 40");
    sweep(&swept, "--levels 20,39,40,64 --budget 2s", "/", upstream.port);
    assert_int_equal(swept.run.status, 0);
    if (target_sweep_is_resolved(&swept))
        assert_int_equal(target_sweep_limit(&swept), 39);
    target_sweep_release(&swept);
    service_stop(&upstream);
}

/* It takes one connection at a time: the second slot's first request is not answered as long as the
 * first one keeps its own. The sweep went on for minutes. */
static void requests_that_hang_end_with_the_budget(void **state)
{
    struct service upstream;
    struct target_sweep swept;
    (void)state;
    service_start_upstream(&upstream, "10 0 0 0 /dev/null 127.0.0.1 0 1");
    sweep(&swept, "--levels 1,2,4 --budget 4s", "/", upstream.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(target_sweep_warns(&swept, "at 2 some items had not ended after"));
    assert_false(target_sweep_warns(&swept, "Timeout")); /* of 30 s */
    const char *next = json_string_value(json_object_get(swept.decision, "next"));
    assert_non_null(strstr(next, "--timeout 1s"));
    target_sweep_release(&swept);
    service_stop(&upstream);
}

/* A busy machine cost it windows, and it says so. */
static bool has_lost_windows(const struct target_sweep *swept)
{
    const json_t *levels = json_object_get(swept->workload, "levels");
    for (size_t i = 0; i < json_array_size(levels); i++)
        if (json_integer_value(json_object_get(json_array_get(levels, i), "rejected_windows")) > 0)
            return true;
    return false;
}

static void a_rate_limit_is_not_taken_for_places(void **state)
{
    struct service nginx;
    struct target_sweep swept;
    (void)state;
    service_need("nginx");
    service_start_nginx(
        &nginx,
        "limit_req_zone $server_port zone=r:1m rate=100r/s; server { listen "
        "127.0.0.1:PORT; add_header Retry-After 7 always; location / { limit_req "
        "zone=r; root DIR; } location = /nginx.conf { limit_req zone=r; root DIR; } "
        "location = /broken { limit_req zone=r; limit_req_status 500; alias DIR/nginx.conf; } "
        "}");
    /* On a busy machine most windows of a short sweep may be rejected. */
    static const char *const budgets[] = {"3s", "6s", "12s", "24s"};
    bool warned = false, busy = true;
    for (size_t i = 0; i < KNEE_COUNT(budgets) && !warned && busy; i++) {
        char options[64];
        snprintf(options, sizeof options, "--levels 1,2,4 --budget %s", budgets[i]);
        sweep(&swept, options, "/nginx.conf", nginx.port);
        assert_int_equal(swept.run.status, 0);
        warned = target_sweep_warns(&swept, "the service limits the rate, to about");
        assert_true(target_sweep_warns(&swept, "come back after 7 s (Retry-After)") ||
                    target_sweep_warns(&swept, "come back after 7.0 s (Retry-After)"));
        busy = has_lost_windows(&swept);
        target_sweep_release(&swept);
    }
    /* An error of its own does not ask to come back later, however much more often it comes. */
    sweep(&swept, "--levels 1,2,4 --budget 3s", "/broken", nginx.port);
    assert_true(target_sweep_warns(&swept, "500 Internal Server Error"));
    assert_false(target_sweep_warns(&swept, "limits the rate"));
    target_sweep_release(&swept);
    service_stop(&nginx);
    if (!warned && busy)
        skip(); /* the machine is too busy to measure, and knee says so */
    assert_true(warned);
}

static void connections_that_break_are_counted_as_such(void **state)
{
    struct service upstream;
    struct target_sweep swept;
    (void)state;
    service_start_upstream(&upstream, "2 0 100");
    sweep(&swept, "--levels 2,4 --budget 2s", "/", upstream.port);
    assert_int_equal(swept.run.status, 0);
    double reset = target_sweep_total(&swept, "failed_reset"),
           items = target_sweep_total(&swept, "items");
    assert_true(reset > 0);
    assert_close(reset / (items + reset), .01, .3);
    assert_close(target_sweep_total(&swept, "failed_items"), reset, .01);
    assert_true(target_sweep_total(&swept, "connect_mean_s") > 0);
    assert_true(target_sweep_reports(&swept, "\nFailed   reset: "));
    assert_true(target_sweep_shows(&swept, " % reset</td>"));
    target_sweep_release(&swept);
    service_stop(&upstream);
}

static void no_more_requests_are_made_than_allowed(void **state)
{
    struct service upstream;
    struct target_sweep swept;
    (void)state;
    service_start_upstream(&upstream, "10");
    sweep(&swept, "--connections new --max-requests 200 --levels 2,4 --budget 60s", "/",
          upstream.port);
    assert_int_equal(swept.run.status, 0);
    double items = target_sweep_total(&swept, "items");
    assert_true(items > 0 && items <= 200);
    assert_true(target_sweep_warns(&swept, "the sweep ended at 200 requests (--max-requests)"));
    target_sweep_release(&swept);
    service_stop(&upstream);
}

/* The windows from before are kept, and the sweep goes on where it was. */
static void a_server_that_dies_is_named_and_the_journal_kept(void **state)
{
    struct service upstream;
    struct shell_run run;
    char dir[128], command[LINE_BYTES];
    (void)state;
    service_start_upstream(&upstream, "5");
    shell_dir_make(dir, sizeof dir);
    snprintf(command, sizeof command,
             "$KNEE sweep -q --no-plots -o r --levels 1,2,4 --budget 30s http://127.0.0.1:%u/ & "
             "sweep=$!; i=0; until [ \"$(grep -c . r/samples.csv 2>/dev/null)\" -ge 4 ] || "
             "[ $((i += 1)) -gt 200 ]; do sleep .1; done; kill -KILL %d; wait $sweep",
             upstream.port, (int)upstream.pid);
    shell_run(&run, dir, command);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.err, "is gone (Connection refused); the windows so far are in r: "
                                    "start it, and go on with knee sweep --resume r"));
    shell_run_release(&run);
    shell_run(&run, dir,
              "test $(grep -c . r/samples.csv) -ge 4 && test -s r/result.json && "
              "! cut -d, -f7 r/samples.csv | grep -q '^[1-9][0-9][0-9]'");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    shell_dir_remove(dir);
    service_stop(&upstream);
}

/* However long the first answer takes: here it is between 1 and 41 ms. */
static void a_sample_is_as_many_requests_as_asked_for(void **state)
{
    static const struct {
        const char *options;
        int requests;
    } CASES[] = {
        {"--sample 2", 2},
        {"--sample 7", 7},
        {"--sample 7 --max-requests 7", 7},
        {"--sample 3 --connections new", 3},
        {"", 100},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct service upstream;
        struct shell_run run;
        char command[LINE_BYTES], dir[128], arguments[256];
        shell_dir_make(dir, sizeof dir);
        snprintf(arguments, sizeof arguments, "1 0 0 40 %s/log", dir);
        service_start_upstream(&upstream, arguments);
        snprintf(
            command, sizeof command,
            "$KNEE analyze %s --json http://127.0.0.1:%u/ >json || exit; i=0; until [ $(grep -c "
            ". log) -ge %d ] || [ $((i += 1)) -gt 100 ]; do sleep .1; done; sleep .1; "
            "grep -c . log",
            CASES[i].options, upstream.port, CASES[i].requests);
        shell_run(&run, dir, command);
        if (run.status != 0)
            fail_msg("%s: %s", CASES[i].options, run.err);
        assert_int_equal(strtol(run.out, NULL, 10), CASES[i].requests);
        shell_run_release(&run);
        snprintf(command, sizeof command, "grep '\"items\": %d,' json", CASES[i].requests);
        shell_run(&run, dir, command);
        assert_int_equal(run.status, 0);
        shell_run_release(&run);
        service_stop(&upstream);
        shell_dir_remove(dir);
    }
}

static void a_service_is_analyzed_by_its_url(void **state)
{
    struct service upstream;
    struct shell_run run;
    char command[LINE_BYTES];
    (void)state;
    service_start_upstream(&upstream, "20");
    snprintf(command, sizeof command, "$KNEE analyze --sample 5 http://127.0.0.1:%u/",
             upstream.port);
    shell_run(&run, NULL, command);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "/: net work\n"));
    assert_non_null(strstr(run.out, "\n  an answer  HTTP/1.1 200, 2 B; connecting took "));
    assert_non_null(strstr(run.out, "\nmeasure it:  knee sweep http://127.0.0.1:"));
    shell_run_release(&run);
    snprintf(command, sizeof command, "$KNEE analyze --json http://127.0.0.1:%u/ --sample 5",
             upstream.port);
    shell_run(&run, NULL, command);
    json_t *json = json_loads(run.out, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "class")), "net");
    assert_true(json_number_value(json_object_get(json, "item_mean_s")) >= .02);
    json_decref(json);
    shell_run_release(&run);
    snprintf(command, sizeof command,
             "$KNEE analyze http://127.0.0.1:%u/ --sample 100000 & sleep 1; kill -TERM $!; wait $!",
             upstream.port);
    shell_run(&run, NULL, command);
    assert_int_equal(run.status, 128 + SIGTERM);
    shell_run_release(&run);
    service_stop(&upstream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_that_a_server_has_are_the_knee),
        cmocka_unit_test(requests_that_hang_end_with_the_budget),
        cmocka_unit_test(a_service_that_gets_slow_is_left_below_that),
        cmocka_unit_test(a_rate_limit_is_not_taken_for_places),
        cmocka_unit_test(connections_that_break_are_counted_as_such),
        cmocka_unit_test(no_more_requests_are_made_than_allowed),
        cmocka_unit_test(a_server_that_dies_is_named_and_the_journal_kept),
        cmocka_unit_test(a_sample_is_as_many_requests_as_asked_for),
        cmocka_unit_test(a_service_is_analyzed_by_its_url),
    };
    return cmocka_run_group_tests_name("http", tests, shell_set_progs, NULL);
}

#else

static void a_service_can_be_swept(void **state)
{
    (void)state;
    print_message("built without libcurl: not tested\n");
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_service_can_be_swept)};
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}

#endif
