/* SPDX-License-Identifier: MIT */
/* reports/words/explain_servers: who takes the CPUs, if servers are part of the work. */
#include "reports/words/explain_servers.h"

#include "core/text/human.h"
#include "reports/words/explain.h"
#include "reports/words/fact_text.h"
#include "tests/support/test.h"

#include <math.h>
#include <string.h>

static void the_servers_share_is_beside_the_items(void **state)
{
    (void)state;
    static const struct {
        const char *servers;
        double used_cpus;
        const char *text, *share;
    } CASES[] = {
        {"redis-server, pid 6053", .5,
         "At 8, redis-server takes 25 % of the CPUs and the items 40 %.", "25 %"},
        {"redis-server, pid 6053", .98,
         "At 8, redis-server takes 49 % of the CPUs and the items 40 %. redis-server uses one "
         "whole CPU: if it has one thread, that is the cap.",
         "49 %"},
        {"nginx, 3 processes; postgres, pid 7", 1,
         "At 8, the servers take 50 % of the CPUs and the items 40 %.", "50 %"},
        {"redis-server, pid 6053", NAN, "", "-"},
        {NULL, .98, "", "49 %"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_workload_result workload = {.cpus = 2};
        const struct knee_level level = {
            .level = 8, .cpu_utilization = .4, .server_cpu_utilization = CASES[i].used_cpus};
        char text[KNEE_EXPLAIN_BYTES], share[KNEE_HUMAN_BYTES];
        if (CASES[i].servers)
            knee_facts_add(&workload.warnings, KNEE_FACT_SERVER, (const double[]){.5, 1},
                           CASES[i].servers);
        assert_int_equal(knee_explain_has_servers(&workload), CASES[i].servers != NULL);
        assert_string_equal(knee_explain_servers(&workload, &level, text), CASES[i].text);
        assert_string_equal(knee_explain_server_share(&workload, &level, share), CASES[i].share);
    }
}

/* It is busy with saying no. */
static void a_server_that_refuses_is_not_capped_by_its_cpu(void **state)
{
    (void)state;
    struct knee_workload_result workload = {.cpus = 2};
    const struct knee_level level = {.level = 64,
                                     .marks = KNEE_MARK_ERRORS,
                                     .cpu_utilization = .4,
                                     .server_cpu_utilization = .98};
    char text[KNEE_EXPLAIN_BYTES];
    knee_facts_add(&workload.warnings, KNEE_FACT_SERVER, (const double[]){.5, 1}, "gunicorn");
    assert_string_equal(knee_explain_servers(&workload, &level, text),
                        "At 64, gunicorn takes 49 % of the CPUs and the items 40 %.");
}

static void what_items_wait_for_is_the_server(void **state)
{
    (void)state;
    static const struct {
        const char *servers, *says;
    } CASES[] = {
        {"nginx, 2 processes", "nginx (or something that it asks) serves 4 at a time."},
        {"nginx, 2 processes; python3, pid 7",
         "one of the servers (or something that it asks) serves 4 at a time."},
        {NULL, "a lock, a pool or a device serves 4 at a time."},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_level levels[] = {{.level = 4, .windows = 3, .server_in_service = NAN}};
        struct knee_workload_result workload = {
            .levels = levels,
            .levels_count = 1,
            .decision = {.verdict = KNEE_VERDICT_RESOLVED, .knee = 4, .limit = 4},
            .demands = {.limited_by = KNEE_LIMITED_BY_WAITING, .served = 4, .standing_from = 4}};
        char text[KNEE_EXPLAIN_BYTES];
        if (CASES[i].servers)
            knee_facts_add(&workload.warnings, KNEE_FACT_SERVER, (const double[]){.5, 1},
                           CASES[i].servers);
        if (!strstr(knee_explain_limits(&workload, text), CASES[i].says))
            fail_msg("case %zu: %s", i, text);
    }
}

static void one_that_was_found_can_be_refused(void **state)
{
    (void)state;
    struct knee_facts facts = {0};
    char text[KNEE_FACT_TEXT_BYTES];
    knee_facts_add(&facts, KNEE_FACT_SERVER, (const double[]){.9, 1}, "redis-server, pid 6053");
    assert_string_equal(knee_fact_text(&facts.at[0], text),
                        "redis-server, pid 6053, 0.9 CPUs with the items: counted as part of the "
                        "work; --server none to refuse");
    knee_facts_add(&facts, KNEE_FACT_SERVER, (const double[]){.9, 0}, "redis-server, pid 6053");
    assert_string_equal(knee_fact_text(&facts.at[0], text),
                        "redis-server, pid 6053, 0.9 CPUs with the items: counted as part of the "
                        "work");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_servers_share_is_beside_the_items),
        cmocka_unit_test(a_server_that_refuses_is_not_capped_by_its_cpu),
        cmocka_unit_test(what_items_wait_for_is_the_server),
        cmocka_unit_test(one_that_was_found_can_be_refused),
    };
    return cmocka_run_group_tests_name("explain_servers", tests, NULL, NULL);
}
