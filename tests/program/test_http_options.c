/* SPDX-License-Identifier: MIT */
/* `knee sweep http://...` against real servers: the first request, the options, and that no secret
 * is kept. */
#include "tests/support/service.h"
#include "tests/support/shell.h"
#include "tests/support/target_sweep.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES 2048

#if defined KNEE_WITH_LIBCURL

static void sweep(struct target_sweep *swept, const char *options, const char *path, unsigned port)
{
    char url[512];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    target_sweep_run(swept, options, url);
}

static void the_first_request_says_at_once_that_it_is_no_use(void **state)
{
    static const struct {
        const char *arguments;
        int status;
        const char *what;
    } cases[] = {
        {"http://127.0.0.1:PORT/moved", 1, "it redirects to http://127.0.0.1:PORT/; sweep that"},
        {"http://127.0.0.1:PORT/busy", 1, "429 Too Many Requests; try again later"},
        {"http://127.0.0.1:PORT/rest", 1, "503 Service Unavailable; try again after 7.0 s (Retry"},
        {"http://127.0.0.1:PORT/secret", 1, "the answer is 401 Unauthorized; add --user-file"},
        {"http://127.0.0.1:1/", 1, "no connection (Connection refused); start the server"},
        {"https://127.0.0.1:PORT/", 1,
         "; check that it speaks TLS at this port, or ask it by http"},
        {"http://nonesuch.invalid/", 1, "the name does not resolve; "},
        {"http://me:word@127.0.0.1:PORT/", 2, "--user-file"},
        {"http://127.0.0.1:PORT/ --data /dev/null", 2, "--data: GET sends none; add --method POST"},
        {"http://127.0.0.1:PORT/{}", 2, "no items for {}"},
        {"http://127.0.0.1:PORT/ cpu", 2, "cpu beside a URL"},
        {"ftp://127.0.0.1:PORT/", 2, "sweep: unknown scheme ftp://; write one of http:// https://"},
        {"Http://127.0.0.1:PORT/", 2, "unknown scheme Http://; write one of http:// https://"},
        {"http://127.0.0.1:PORT/ --prepare true", 2, "--prepare is for a command"},
        {"http://127.0.0.1:PORT/ --param work=1ms", 2, "--param work: unknown here"},
        {"http://127.0.0.1:PORT/ --expect 2xx", 2, "is not a list of status codes"},
        {"http://127.0.0.1:PORT/ --method post", 2, "is not a method"},
        {"http://127.0.0.1:PORT/ --header nothing", 2, "no name; write NAME:VALUE"},
        {"http://127.0.0.1:PORT/ --header \"$(printf 'A: b\\r\\nC: d')\"", 2,
         "--header: a line break in a value"},
        {"http://127.0.0.1:PORT/ --vary cores", 2, "--vary cores: binds knee"},
        {"cpu --header A:b", 2, "--header is for a service"},
        {"http", 2, "a URL"},
    };
    struct service nginx;
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx,
                        "server { listen 127.0.0.1:PORT; location / { return 200 ok; } "
                        "location /moved { return 302 http://127.0.0.1:PORT/; } "
                        "location /busy { return 429; } location /secret { return 401; } "
                        "location /rest { add_header Retry-After 7 always; return 503; } }");
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
        target_sweep_expect_line(command, cases[i].status, what);
    }
    service_stop(&nginx);
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
             "timeout -s INT 3 $KNEE sweep http://127.0.0.1:%u/; test $? -eq 124 && timeout -s INT "
             "-k 60 3 $KNEE analyze http://127.0.0.1:%u/; test $? -eq 124",
             upstream.port, upstream.port);
    shell_run(&run, NULL, command);
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.err, "knee: interrupted\n"));
    shell_run_release(&run);
    service_stop(&upstream);
}

static void redirects_methods_and_items_go_through(void **state)
{
    struct service nginx;
    struct target_sweep swept;
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; location / { return 404; } "
                                "location = /ok { return 200 ok; } location = /a%b { return 200; } "
                                "location = /moved { return 302 http://127.0.0.1:PORT/ok; } "
                                "location = /post { if ($request_method != PUT) { return 405; } "
                                "if ($http_x_key != hush) { return 403; } return 201; } }");
    sweep(&swept, "--location --levels 1,2 --budget 1s", "/moved", nginx.port);
    assert_int_equal(swept.run.status, 0);
    target_sweep_release(&swept);
    sweep(&swept, "--method PUT --data /dev/null --header x-key:hush --levels 1,2 --budget 1s",
          "/post", nginx.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(target_sweep_total(&swept, "failed_items") < 1);
    target_sweep_release(&swept);
    sweep(&swept, "--max-requests 10 --levels 1 --budget 20s", "/ok", nginx.port);
    assert_int_equal(swept.run.status, 2);
    assert_non_null(strstr(swept.run.err, "--max-requests: all were made before the first"));
    target_sweep_release(&swept);
    service_stop(&nginx);
}

/* The server counts. libcurl follows a redirect by itself, and that is another request. */
static void a_redirect_counts_as_a_request(void **state)
{
    struct service nginx;
    struct shell_run run;
    char command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; access_log DIR/log; "
                                "location / { return 200 ok; } "
                                "location /moved { return 302 http://127.0.0.1:PORT/; } }");
    snprintf(command, sizeof command,
             "log=%s/log; url=http://127.0.0.1:%u/moved; for most in 1 2 101; do : >$log; "
             "$KNEE analyze --location --max-requests $most $url; test $? -eq 2 || exit 1; "
             "for i in $(seq 200); do [ $(grep -c . $log) -ge $most ] && break; sleep .1; done; "
             "sleep .1; test $(grep -c . $log) -eq $most || exit 1; done",
             nginx.dir, nginx.port);
    shell_run(&run, NULL, command);
    if (run.status != 0)
        fail_msg("%s", run.err);
    assert_non_null(strstr(run.err, "--max-requests: the first answer took all of them"));
    shell_run_release(&run);
    service_stop(&nginx);
}

static void a_server_of_http2_alone_is_understood(void **state)
{
    struct service server;
    struct target_sweep swept;
    (void)state;
    service_need("nghttpd");
    service_start_nghttpd(&server);
    sweep(&swept, "--levels 1,2 --budget 1s", "/", server.port);
    assert_int_equal(swept.run.status, 0);
    assert_true(target_sweep_total(&swept, "items") > 0);
    assert_true(target_sweep_total(&swept, "failed_items") < 1);
    target_sweep_release(&swept);
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
    target_sweep_expect_line(command, 1, "if it is your own server, add --insecure");
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

/* In a fresh directory. */
static void succeeds(const char *command)
{
    struct shell_run run;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    if (run.status != 0)
        fail_msg("%d: %s", run.status, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void secrets_are_kept_nowhere_and_asked_for_again(void **state)
{
    struct service nginx;
    char command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; location / { if ($http_x_key != "
                                "hush1) { return 403; } if ($http_x_more != hush2) { return 403; } "
                                "if ($http_authorization = \"\") { return 401; } return 200; } }");
    snprintf(
        command, sizeof command,
        "echo 'X-More: hush2' > more; echo me:hush3 > user; $KNEE sweep -q --no-plots -o r "
        "--levels 1,2 --budget 1s --header 'X-Key: hush1' --header=@more --user-file user "
        "http://127.0.0.1:%u/ && ! grep -rq 'hush' r && ! $KNEE sweep -q --resume r --no-plots "
        "2>said && grep -q 'give --header again for X-Key' said && $KNEE sweep -q --no-plots "
        "--resume r --budget 2s --header 'X-Key: hush1' && ! grep -rq 'hush' r && "
        "$KNEE report r | grep -q http://",
        nginx.port);
    succeeds(command);
    service_stop(&nginx);
}

/* The library that was built with is not there, or damaged. */
static void a_library_that_cannot_be_loaded_is_named(void **state)
{
    static const struct {
        const char *files, *url, *said;
    } cases[] = {
        {"libcurl.so.4 libcurl-gnutls.so.4", "http://127.0.0.1:1/",
         "knee: http: ./libcurl.so.4: file too short; install libcurl (Debian: libcurl4)\n"},
        {"libpq.so.5", "postgres://127.0.0.1:1/x",
         "knee: postgres: ./libpq.so.5: file too short; install libpq (Debian: libpq5)\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char dir[128], command[512];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        snprintf(command, sizeof command,
                 "$KNEE list workloads | grep -q '^%.4s' || exit 77; touch %s; "
                 "LD_LIBRARY_PATH=. $KNEE sweep '%s'",
                 cases[i].url, cases[i].files, cases[i].url);
        shell_run(&run, dir, command);
        if (run.status != 77) {
            assert_string_equal(run.err, cases[i].said);
            assert_int_equal(run.status, 1);
        }
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

/* Cookies and tokens may be: if a line were cut, its rest would be a header of its own. */
static void headers_may_be_long(void **state)
{
    struct service nginx;
    char command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx,
                        "large_client_header_buffers 4 32k; server { listen 127.0.0.1:PORT; "
                        "location / { if ($http_x_long !~ \"; end$\") { return 403; } "
                        "return 200; } }");
    snprintf(command, sizeof command,
             "printf 'X-Long: %%09000d; end\\r\\n' 0 >long; $KNEE sweep -q --no-plots -o r "
             "--levels 1,2 --budget 1s --header @long http://127.0.0.1:%u/",
             nginx.port);
    succeeds(command);
    service_stop(&nginx);
}

static void items_fill_the_url(void **state)
{
    struct service nginx;
    char command[LINE_BYTES];
    (void)state;
    service_need("nginx");
    service_start_nginx(&nginx, "server { listen 127.0.0.1:PORT; location / { return 404; } "
                                "location = /one { return 200; } location = \"/a b\" { return 200; "
                                "} }");
    snprintf(
        command, sizeof command,
        "printf 'one\\na b\\n' > items; $KNEE sweep -q --no-plots -o r --levels 1,2 --budget 1s "
        "--items items 'http://127.0.0.1:%u/{}' --name shop && grep -q KNEE_SHOP_LIMIT "
        "r/recommendation.env && ! cut -d, -f7 r/samples.csv | grep -q '^[1-9]' && rm items && "
        "$KNEE sweep -q --no-plots --resume r --budget 2s && $KNEE recommend r --for xargs && "
        "cp -R r r2 && $KNEE compare r r2 >/dev/null",
        nginx.port);
    succeeds(command);
    service_stop(&nginx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_request_says_at_once_that_it_is_no_use),
        cmocka_unit_test(an_interrupt_ends_a_request_that_hangs),
        cmocka_unit_test(redirects_methods_and_items_go_through),
        cmocka_unit_test(a_redirect_counts_as_a_request),
        cmocka_unit_test(a_server_of_http2_alone_is_understood),
        cmocka_unit_test(a_certificate_of_ones_own_needs_a_word),
        cmocka_unit_test(secrets_are_kept_nowhere_and_asked_for_again),
        cmocka_unit_test(headers_may_be_long),
        cmocka_unit_test(items_fill_the_url),
        cmocka_unit_test(a_library_that_cannot_be_loaded_is_named),
    };
    return cmocka_run_group_tests_name("http_options", tests, shell_set_progs, NULL);
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
    return cmocka_run_group_tests_name("http_options", tests, NULL, NULL);
}

#endif
