/* SPDX-License-Identifier: MIT */
/* `knee sweep http://...` against real servers: what it finds, how it fails, what it keeps to
 * itself. On a busy machine a sweep may say that it could not measure; it must not be sure and
 * wrong. */
#include "tests/support/service.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 2048

#if defined KNEE_WITH_LIBCURL

struct swept {
    char dir[128];
    struct shell_run run;
    json_t *json;
    const json_t *workload, *decision;
};

/* `format` has one %u, the port. */
static void sweep(struct swept *swept, const char *options, const char *url, unsigned port)
{
    char line[LINE_BYTES], where[512];
    *swept = (struct swept){0};
    shell_dir_make(swept->dir, sizeof swept->dir);
    snprintf(where, sizeof where, "http://127.0.0.1:%u%s", port, url);
    snprintf(line, sizeof line, "$KNEE sweep --json -q --no-plots -o r %s '%s'", options, where);
    shell_run(&swept->run, swept->dir, line);
    swept->json = json_loads(swept->run.out, 0, NULL);
    swept->workload = json_array_get(json_object_get(swept->json, "workloads"), 0);
    swept->decision = json_object_get(swept->workload, "decision");
}

static void release(struct swept *swept)
{
    json_decref(swept->json);
    shell_run_release(&swept->run);
    shell_dir_remove(swept->dir);
}

static bool is_resolved(const struct swept *swept)
{
    const char *verdict = json_string_value(json_object_get(swept->decision, "verdict"));
    return verdict && strcmp(verdict, "resolved") == 0;
}

static bool warns(const struct swept *swept, const char *what)
{
    const json_t *warnings = json_object_get(swept->workload, "warnings");
    for (size_t i = 0; i < json_array_size(warnings); i++)
        if (strstr(json_string_value(json_array_get(warnings, i)), what))
            return true;
    return false;
}

/* The number of a line's field, in a file whose quoted fields hold no commas. */
static double field(const char *line, size_t index)
{
    for (; index > 0 && line; index--) {
        line = strchr(line, ',');
        line += line != NULL;
    }
    return line && *line != ',' ? strtod(line, NULL) : 0;
}

/* The sum of a column of samples.csv: a busy machine makes windows invalid, and levels.csv has none
 * of these. */
static double total(const struct swept *swept, const char *column)
{
    char path[256], *line = NULL;
    size_t bytes = 0, index = 0;
    double sum = 0;
    snprintf(path, sizeof path, "%s/r/samples.csv", swept->dir);
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    assert_true(getline(&line, &bytes, in) > 0);
    const char *found = strstr(line, column);
    assert_non_null(found);
    for (const char *at = line; at < found; at++)
        index += *at == ',';
    while (getline(&line, &bytes, in) > 0)
        sum += field(line, index);
    free(line);
    fclose(in);
    return sum;
}

static void places_that_a_server_has_are_the_knee(void **state)
{
    struct service upstream, nginx;
    struct swept swept;
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
    assert_true(total(&swept, "failed_status") > 0);
    assert_true(total(&swept, "failed_reset") < 1);
    assert_true(total(&swept, "first_byte_mean_s") > 0.02);
    assert_true(warns(&swept, "503 Service Unavailable"));
    if (is_resolved(&swept))
        assert_int_equal(json_integer_value(json_object_get(swept.decision, "limit")), 12);
    release(&swept);
    service_stop(&nginx);
    service_stop(&upstream);
}

static void a_rate_limit_is_not_taken_for_places(void **state)
{
    struct service nginx;
    struct swept swept;
    (void)state;
    service_need("nginx");
    service_start_nginx(
        &nginx, "limit_req_zone $server_port zone=r:1m rate=100r/s; server { listen "
                "127.0.0.1:PORT; add_header Retry-After 7 always; location / { limit_req "
                "zone=r; root DIR; } location = /nginx.conf { limit_req zone=r; root DIR; } "
                "}");
    sweep(&swept, "--levels 1,2,4 --budget 3s", "/nginx.conf", nginx.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(warns(&swept, "the service limits the rate, to about"));
    assert_true(warns(&swept, "come back after 7 s (Retry-After)") ||
                warns(&swept, "come back after 7.0 s (Retry-After)"));
    release(&swept);
    service_stop(&nginx);
}

static void connections_that_break_are_counted_as_such(void **state)
{
    struct service upstream;
    struct swept swept;
    (void)state;
    service_start_upstream(&upstream, "2 0 100");
    sweep(&swept, "--levels 2,4 --budget 2s", "/", upstream.port);
    assert_int_equal(swept.run.status, 0);
    double reset = total(&swept, "failed_reset"), items = total(&swept, "items");
    assert_true(reset > 0);
    assert_close(reset / (items + reset), .01, .3);
    assert_close(total(&swept, "failed_items"), reset, .01);
    assert_true(total(&swept, "connect_mean_s") > 0);
    release(&swept);
    service_stop(&upstream);
}

static void expect_line(const char *command, int status, const char *what)
{
    struct shell_run run;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    if (run.status != status || !strstr(run.err, what))
        fail_msg("%s: exit %d: %s", command, run.status, run.err);
    assert_ptr_equal(strchr(run.err, '\n'), run.err + strlen(run.err) - 1);
    assert_int_equal(shell_dir_count(dir), 0);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* Also while the very first request waits for its answer. */
static void an_interrupt_ends_a_request_that_hangs(void **state)
{
    struct service upstream;
    struct shell_run run;
    char command[LINE_BYTES];
    (void)state;
    service_start_upstream(&upstream, "60000");
    snprintf(command, sizeof command,
             "timeout -s INT 1 $KNEE sweep http://127.0.0.1:%u/; test $? -eq 124 && timeout -s INT "
             "-k 20 1 $KNEE analyze http://127.0.0.1:%u/; test $? -eq 124",
             upstream.port, upstream.port);
    shell_run(&run, NULL, command);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.err, "knee: interrupted\n"));
    shell_run_release(&run);
    service_stop(&upstream);
}

static void no_more_requests_are_made_than_allowed(void **state)
{
    struct service upstream;
    struct swept swept;
    (void)state;
    service_start_upstream(&upstream, "10");
    sweep(&swept, "--connections new --max-requests 200 --levels 2,4 --budget 60s", "/",
          upstream.port);
    assert_int_equal(swept.run.status, 0);
    double items = total(&swept, "items");
    assert_true(items > 0 && items <= 200);
    assert_true(warns(&swept, "the sweep ended at 200 requests (--max-requests)"));
    release(&swept);
    service_stop(&upstream);
}

static void the_first_request_says_at_once_that_it_is_no_use(void **state)
{
    static const struct {
        const char *arguments;
        int status;
        const char *what;
    } cases[] = {
        {"http://127.0.0.1:PORT/moved", 1, "it redirects to http://127.0.0.1:PORT/; sweep that"},
        {"http://127.0.0.1:PORT/busy", 1, "the answer is 429 Too Many Requests; "},
        {"http://127.0.0.1:PORT/secret", 1, "the answer is 401 Unauthorized; add --user-file"},
        {"http://127.0.0.1:1/", 1, "no connection (Connection refused); start the server"},
        {"http://nonesuch.invalid/", 1, "the name does not resolve; "},
        {"http://me:word@127.0.0.1:PORT/", 2, "--user-file"},
        {"http://127.0.0.1:PORT/ --data /dev/null", 2, "--data: GET sends none; add --method POST"},
        {"http://127.0.0.1:PORT/{}", 2, "no items for {}"},
        {"http://127.0.0.1:PORT/ cpu", 2, "cpu beside a URL"},
        {"http://127.0.0.1:PORT/ --prepare true", 2, "--prepare is for a command"},
        {"http://127.0.0.1:PORT/ --param work=1ms", 2, "--param work: unknown here"},
        {"http://127.0.0.1:PORT/ --expect 2xx", 2, "is not a list of status codes"},
        {"http://127.0.0.1:PORT/ --method post", 2, "is not a method"},
        {"http://127.0.0.1:PORT/ --header nothing", 2, "no name; write NAME:VALUE"},
        {"cpu --header A:b", 2, "--header is for a service"},
        {"http", 2, "a URL"},
    };
    struct service nginx;
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx,
                        "server { listen 127.0.0.1:PORT; location / { return 200 ok; } "
                        "location /moved { return 302 http://127.0.0.1:PORT/; } "
                        "location /busy { return 429; } location /secret { return 401; } }");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[LINE_BYTES], what[256], port[16];
        snprintf(port, sizeof port, "%u", nginx.port);
        const char *at = strstr(cases[i].arguments, "PORT"), *in = strstr(cases[i].what, "PORT");
        snprintf(command, sizeof command, "$KNEE sweep %.*s%s%s",
                 (int)(at ? at - cases[i].arguments : (long)strlen(cases[i].arguments)),
                 cases[i].arguments, at ? port : "", at ? at + 4 : "");
        snprintf(what, sizeof what, "%.*s%s%s",
                 (int)(in ? in - cases[i].what : (long)strlen(cases[i].what)), cases[i].what,
                 in ? port : "", in ? in + 4 : "");
        expect_line(command, cases[i].status, what);
    }
    service_stop(&nginx);
}

static void redirects_methods_and_items_go_through(void **state)
{
    struct service nginx;
    struct swept swept;
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; location / { return 404; } "
                                "location = /ok { return 200 ok; } location = /a%b { return 200; } "
                                "location = /moved { return 302 http://127.0.0.1:PORT/ok; } "
                                "location = /post { if ($request_method != PUT) { return 405; } "
                                "if ($http_x_key != hush) { return 403; } return 201; } }");
    sweep(&swept, "--location --levels 1,2 --budget 1s", "/moved", nginx.port);
    assert_int_equal(swept.run.status, 0);
    release(&swept);
    sweep(&swept, "--method PUT --data /dev/null --header x-key:hush --levels 1,2 --budget 1s",
          "/post", nginx.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(total(&swept, "failed_items") < 1);
    release(&swept);
    sweep(&swept, "--max-requests 10 --levels 1 --budget 20s", "/ok", nginx.port);
    assert_int_equal(swept.run.status, 2);
    assert_non_null(strstr(swept.run.err, "--max-requests: all were made before the first"));
    release(&swept);
    service_stop(&nginx);
}

static void a_server_of_http2_alone_is_understood(void **state)
{
    struct service server;
    struct swept swept;
    (void)state;
    service_need("nghttpd");
    service_start_nghttpd(&server);
    sweep(&swept, "--levels 1,2 --budget 1s", "/", server.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(total(&swept, "items") > 0);
    assert_true(total(&swept, "failed_items") < 1);
    release(&swept);
    service_stop(&server);
}

static void a_certificate_of_ones_own_needs_a_word(void **state)
{
    struct service nginx;
    struct shell_run run;
    char dir[128], http[LINE_BYTES], command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_need("openssl");
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 "
              "-subj /CN=localhost 2>/dev/null");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    snprintf(http, sizeof http,
             "server { listen 127.0.0.1:PORT ssl; ssl_certificate %s/cert; ssl_certificate_key "
             "%s/key; location / { return 200 ok; } }",
             dir, dir);
    service_start_nginx(&nginx, http);
    snprintf(command, sizeof command, "$KNEE sweep https://127.0.0.1:%u/", nginx.port);
    expect_line(command, 1, "if it is your own server, add --insecure");
    snprintf(command, sizeof command,
             "$KNEE sweep -q --no-plots -o r --insecure --levels 1,2 --budget 1s "
             "https://127.0.0.1:%u/",
             nginx.port);
    shell_run(&run, dir, command);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    shell_dir_remove(dir);
    service_stop(&nginx);
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

static void secrets_are_kept_nowhere_and_asked_for_again(void **state)
{
    struct service nginx;
    struct shell_run run;
    char dir[128], command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; location / { if ($http_x_key != "
                                "hush1) { return 403; } if ($http_x_more != hush2) { return 403; } "
                                "if ($http_authorization = \"\") { return 401; } return 200; } }");
    shell_dir_make(dir, sizeof dir);
    snprintf(
        command, sizeof command,
        "echo 'X-More: hush2' > more; echo me:hush3 > user; $KNEE sweep -q --no-plots -o r "
        "--levels 1,2 --budget 1s --header 'X-Key: hush1' --header=@more --user-file user "
        "http://127.0.0.1:%u/ && ! grep -rq 'hush' r && ! $KNEE sweep -q --resume r --no-plots "
        "2>said && grep -q 'give --header again for X-Key' said && $KNEE sweep -q --no-plots "
        "--resume r --budget 2s --header 'X-Key: hush1' && ! grep -rq 'hush' r && "
        "$KNEE report r | grep -q http://",
        nginx.port);
    shell_run(&run, dir, command);
    if (run.status != 0)
        fail_msg("%d: %s", run.status, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
    service_stop(&nginx);
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
    service_stop(&upstream);
}

static void items_fill_the_url(void **state)
{
    struct service nginx;
    struct shell_run run;
    char dir[128], command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; location / { return 404; } "
                                "location = /one { return 200; } location = \"/a b\" { return 200; "
                                "} }");
    shell_dir_make(dir, sizeof dir);
    snprintf(
        command, sizeof command,
        "printf 'one\\na b\\n' > items; $KNEE sweep -q --no-plots -o r --levels 1,2 --budget 1s "
        "--items items 'http://127.0.0.1:%u/{}' --name shop && grep -q KNEE_SHOP_LIMIT "
        "r/recommendation.env && ! cut -d, -f7 r/samples.csv | grep -q '^[1-9]' && rm items && "
        "$KNEE sweep -q --no-plots --resume r --budget 2s && $KNEE recommend r --for xargs && "
        "cp -R r r2 && $KNEE compare r r2 >/dev/null",
        nginx.port);
    shell_run(&run, dir, command);
    if (run.status != 0)
        fail_msg("%d: %s", run.status, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
    service_stop(&nginx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_that_a_server_has_are_the_knee),
        cmocka_unit_test(a_rate_limit_is_not_taken_for_places),
        cmocka_unit_test(connections_that_break_are_counted_as_such),
        cmocka_unit_test(an_interrupt_ends_a_request_that_hangs),
        cmocka_unit_test(no_more_requests_are_made_than_allowed),
        cmocka_unit_test(the_first_request_says_at_once_that_it_is_no_use),
        cmocka_unit_test(redirects_methods_and_items_go_through),
        cmocka_unit_test(a_server_of_http2_alone_is_understood),
        cmocka_unit_test(a_certificate_of_ones_own_needs_a_word),
        cmocka_unit_test(a_server_that_dies_is_named_and_the_journal_kept),
        cmocka_unit_test(secrets_are_kept_nowhere_and_asked_for_again),
        cmocka_unit_test(a_service_is_analyzed_by_its_url),
        cmocka_unit_test(items_fill_the_url),
    };
    return cmocka_run_group_tests_name("http", tests, shell_set_progs, NULL);
}

#else

static void a_knee_without_libcurl_says_so(void **state)
{
    struct shell_run run;
    (void)state;
    shell_run(&run, NULL, "$KNEE sweep http://127.0.0.1/");
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "this knee was built without libcurl"));
    shell_run_release(&run);
    shell_run(&run, NULL,
              "{ $KNEE list workloads; $KNEE sweep --help; } | grep -E 'http|--header'");
    assert_int_equal(run.status, 1);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_knee_without_libcurl_says_so)};
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}

#endif
