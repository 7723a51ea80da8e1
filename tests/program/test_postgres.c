/* SPDX-License-Identifier: MIT */
/* `knee sweep postgres://...` against a server of the test's own. On a busy machine a sweep may say
 * that it could not measure; it must not be sure and wrong. */
#include "tests/support/service.h"
#include "tests/support/shell.h"
#include "tests/support/target_sweep.h"
#include "tests/support/test.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 2048

#if defined KNEE_WITH_LIBPQ

#define CONNECTIONS 30

static struct service server;

static int start_server(void **state)
{
    char path[1024];
    if (service_find_postgres(path))
        service_start_postgres(&server, "-c max_connections=30");
    return shell_set_progs(state);
}

static int stop_server(void **state)
{
    (void)state;
    service_stop(&server);
    return 0;
}

static void need_server(void)
{
    if (server.pid > 0)
        return;
    print_message("there is no PostgreSQL server: not tested\n");
    skip();
}

static void sweep(struct target_sweep *swept, const char *options)
{
    char url[LINE_BYTES];
    snprintf(url, sizeof url, "postgres:///postgres?host=%s&port=%u&user=me", server.dir,
             server.port);
    target_sweep_run(swept, options, url);
    if (swept->run.status != 0)
        fail_msg("exit %d: %s", swept->run.status, swept->run.err);
}

static json_int_t highest_level(const struct target_sweep *swept)
{
    const json_t *levels = json_object_get(swept->workload, "levels");
    size_t count = json_array_size(levels);
    return count ? json_integer_value(json_object_get(json_array_get(levels, count - 1), "level"))
                 : 0;
}

static void sleepers_rise_to_what_max_connections_allows(void **state)
{
    struct target_sweep swept;
    (void)state;
    need_server();
    sweep(&swept, "--budget 4s --param 'query=SELECT pg_sleep(0.02)'");
    assert_true(highest_level(&swept) <= CONNECTIONS);
    assert_false(target_sweep_warns(&swept, "too many"));
    if (strcmp(target_sweep_verdict(&swept), "rising") == 0) {
        const char *reason = json_string_value(json_object_get(swept.decision, "reason"));
        assert_non_null(strstr(reason, "max_connections 30, 3 reserved, 0 in use"));
        assert_int_equal(target_sweep_limit(&swept), CONNECTIONS);
    }
    assert_string_not_equal(target_sweep_verdict(&swept), "resolved");
    target_sweep_release(&swept);
}

/* A second one in line fills the time between two transactions: on a busy machine that is worth it.
 */
static void a_lock_is_one_at_a_time(void **state)
{
    struct target_sweep swept;
    (void)state;
    need_server();
    sweep(&swept, "--budget 4s --levels 1,2,4 --param think=0ms --param "
                  "'query=SELECT pg_advisory_xact_lock(1), pg_sleep(0.03)'");
    if (target_sweep_is_resolved(&swept))
        assert_true(target_sweep_limit(&swept) <= 2);
    target_sweep_release(&swept);
}

static void computing_needs_no_more_than_the_cores(void **state)
{
    struct target_sweep swept;
    (void)state;
    need_server();
    sweep(&swept, "--budget 3s --max-level 8 --param "
                  "'query=SELECT sum(sqrt(i)) FROM generate_series(1, 20000) i'");
    if (target_sweep_is_resolved(&swept))
        assert_true(target_sweep_limit(&swept) <= 2 * sysconf(_SC_NPROCESSORS_ONLN));
    target_sweep_release(&swept);
}

static void errors_are_named_by_their_sqlstate(void **state)
{
    struct target_sweep swept;
    struct shell_run run;
    char line[LINE_BYTES];
    (void)state;
    need_server();
    snprintf(line, sizeof line, "psql -q -h %s -p %u -U me postgres -c 'CREATE SEQUENCE s'",
             server.dir, server.port);
    shell_run(&run, NULL, line);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    sweep(&swept, "--budget 2s --levels 1,2 --param \"query=SELECT 1 / (nextval('s') % 10)\"");
    assert_true(target_sweep_warns(&swept, "SQLSTATE 22012 (division by zero)"));
    assert_true(target_sweep_warns(&swept, " times (at 1"));
    assert_true(target_sweep_reports(&swept, "\nFailed   SQLSTATE: "));
    assert_true(target_sweep_shows(&swept, " % SQLSTATE</td>"));
    target_sweep_release(&swept);
}

static void a_file_of_statements_is_one_transaction(void **state)
{
    struct target_sweep swept;
    struct shell_run run;
    char line[LINE_BYTES];
    (void)state;
    need_server();
    snprintf(line, sizeof line,
             "psql -q -h %s -p %u -U me postgres -c 'CREATE TABLE t (n int); INSERT INTO t VALUES "
             "(0)'; printf 'UPDATE t SET n = n + 1;\\nSELECT n FROM t;\\n' > %s/file",
             server.dir, server.port, server.dir);
    shell_run(&run, NULL, line);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    snprintf(line, sizeof line,
             "--budget 1s --levels 1,2 --max-requests 100000 --param file=%s/file", server.dir);
    sweep(&swept, line);
    assert_false(target_sweep_warns(&swept, "failed"));
    target_sweep_release(&swept);
}

static void make_role(const char *options)
{
    struct shell_run run;
    char line[LINE_BYTES];
    snprintf(line, sizeof line,
             "psql -q -h %s -p %u -U me postgres -c 'DROP ROLE IF EXISTS few' -c 'CREATE ROLE few "
             "LOGIN' -c 'ALTER ROLE few %s'",
             server.dir, server.port, options);
    shell_run(&run, NULL, line);
    if (run.status != 0)
        fail_msg("%d: %s", run.status, run.err);
    shell_run_release(&run);
}

/* Another session of the role holds one of its six. Raising max_connections would not help. */
static void a_roles_own_limit_of_connections_is_named(void **state)
{
    struct shell_run run;
    char line[LINE_BYTES];
    (void)state;
    need_server();
    make_role("CONNECTION LIMIT 6");
    snprintf(line, sizeof line,
             "url='postgres:///postgres?host=%s&port=%u&user=few'; psql -q $url -c 'SELECT "
             "pg_sleep(600)' >psql.out & psql=$!; until psql -At $url -c 'SELECT query FROM "
             "pg_stat_activity' | grep -q '^SELECT pg_sleep'; do sleep .1; done; $KNEE analyze "
             "$url; kill $psql; wait",
             server.dir, server.port);
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, line);
    assert_non_null(strstr(run.out, "5 at a time: CONNECTION LIMIT 6 of the role few, 1 in use\n"));
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void a_timeout_of_the_roles_own_stays(void **state)
{
    struct shell_run run;
    char line[LINE_BYTES];
    (void)state;
    need_server();
    make_role("SET statement_timeout = 50");
    snprintf(line, sizeof line,
             "$KNEE sweep 'postgres:///postgres?host=%s&port=%u&user=few' --param 'query=SELECT "
             "pg_sleep(.5)' --budget 1s --no-plots",
             server.dir, server.port);
    shell_run(&run, NULL, line);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.err, "the query fails: SQLSTATE 57014 (timeout)"));
    shell_run_release(&run);
}

static void trouble_is_said_at_once(void **state)
{
    static const struct {
        const char *arguments;
        int status;
        const char *what;
    } cases[] = {
        {"postgres://me:word@127.0.0.1/x", 2, "put it into ~/.pgpass or set PGPASSWORD"},
        {"'postgres://127.0.0.1/x?password=word'", 2, "put it into ~/.pgpass or set PGPASSWORD"},
        {"postgres://127.0.0.1:1/x", 1, "Connection refused; try psql with the same URL\n"},
#if defined KNEE_WITH_LIBCURL
        {"postgres://127.0.0.1:1/x --header A:b", 2, "--header is for http"},
#endif
        {"postgres://127.0.0.1:1/x --param quary=1", 2, "write one of query, file, think"},
        {"postgres://127.0.0.1:1/x --param think=5", 2, "think"},
        {"postgres://127.0.0.1:1/x --param file=/nonesuch", 2, "give a file that can be read"},
        {"'postgres://127.0.0.1:1/x?nonesuch=1'", 2, "write postgres://USER@HOST/DATABASE"},
        {"postgres", 2, "postgres needs a URL"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[LINE_BYTES];
        snprintf(command, sizeof command, "$KNEE sweep %s", cases[i].arguments);
        target_sweep_expect_line(command, cases[i].status, cases[i].what);
    }
}

/* A BEGIN of its own must not leave the connection in a transaction that has failed. */
static void a_transaction_that_fails_is_rolled_back(void **state)
{
    struct target_sweep swept;
    struct shell_run run;
    char line[LINE_BYTES];
    (void)state;
    need_server();
    snprintf(line, sizeof line,
             "psql -q -h %s -p %u -U me postgres -c 'CREATE SEQUENCE own'; printf 'BEGIN;\\n"
             "SELECT 1 / (nextval(%s) %%%% 10);\\nCOMMIT;\\n' > %s/own",
             server.dir, server.port, "'\\''own'\\''", server.dir);
    shell_run(&run, NULL, line);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    snprintf(line, sizeof line, "--budget 2s --levels 1,2 --param file=%s/own", server.dir);
    sweep(&swept, line);
    assert_true(target_sweep_warns(&swept, "SQLSTATE 22012 (division by zero)"));
    assert_false(target_sweep_warns(&swept, "SQLSTATE 25P02"));
    target_sweep_release(&swept);
}

static void a_wrong_query_and_a_dead_server_are_named(void **state)
{
    struct shell_run run;
    char dir[128], line[LINE_BYTES];
    (void)state;
    need_server();
    shell_dir_make(dir, sizeof dir);
    snprintf(
        line, sizeof line,
        "url='postgres:///postgres?host=%s&port=%u&user=me'; $KNEE sweep $url --param "
        "'query=SELECT nonesuch' 2>said; test $? -eq 1 && grep -q 'SQLSTATE 42703' said && "
        "$KNEE sweep -q --no-plots -o r --levels 1,2 --budget 30s $url 2>said & sweep=$!; i=0; "
        "until [ \"$(grep -c . r/samples.csv 2>/dev/null)\" -ge 4 ] || [ $((i += 1)) -gt 200 ]; "
        "do sleep .1; done; kill -INT %d; wait $sweep; test $? -eq 1 && grep -q 'is gone; the "
        "windows so far are in r' said && test -s r/result.json",
        server.dir, server.port, (int)server.pid);
    shell_run(&run, dir, line);
    if (run.status != 0)
        fail_msg("%d: %s", run.status, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trouble_is_said_at_once),
        cmocka_unit_test(sleepers_rise_to_what_max_connections_allows),
        cmocka_unit_test(a_lock_is_one_at_a_time),
        cmocka_unit_test(computing_needs_no_more_than_the_cores),
        cmocka_unit_test(errors_are_named_by_their_sqlstate),
        cmocka_unit_test(a_file_of_statements_is_one_transaction),
        cmocka_unit_test(a_transaction_that_fails_is_rolled_back),
        cmocka_unit_test(a_roles_own_limit_of_connections_is_named),
        cmocka_unit_test(a_timeout_of_the_roles_own_stays),
        cmocka_unit_test(a_wrong_query_and_a_dead_server_are_named), /* it ends the server */
    };
    return cmocka_run_group_tests_name("postgres", tests, start_server, stop_server);
}

#else

static void a_service_can_be_swept(void **state)
{
    (void)state;
    print_message("built without libpq: not tested\n");
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_service_can_be_swept)};
    return cmocka_run_group_tests_name("postgres", tests, NULL, NULL);
}

#endif
