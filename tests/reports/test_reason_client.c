/* SPDX-License-Identifier: MIT */
/* A limit of our own CPUs is said before all else, in the words of each target. */
#include "core/base/array.h"
#include "reports/text/text.h"
#include "reports/words/explain.h"
#include "reports/words/reason.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What there is to sweep, as far as it matters whose CPUs are the limit. */
enum {
    HTTP,
    POSTGRES,
    COMMAND,
    CPU,
    MEMORY,
    IO,
    NET,
    MIXED,
    SLEEP,
    HELD_COMMAND,
    HELD_CPU,
    HELD_NET
};
static const struct target {
    const char *name;
    bool service, command;
    double quota_cpus; /* that held windows back; 0: none did */
} targets[] = {
    [HTTP] = {.name = "http", .service = true}, /* https, too */
    [POSTGRES] = {.name = "postgres", .service = true},
    [COMMAND] = {.name = "gzip", .command = true},
    [CPU] = {.name = "cpu"},
    [MEMORY] = {.name = "memory"},
    [IO] = {.name = "io"}, /* with either engine */
    [NET] = {.name = "net"},
    [MIXED] = {.name = "mixed"},
    [SLEEP] = {.name = "sleep"},
    [HELD_COMMAND] = {.name = "gzip", .command = true, .quota_cpus = 1.5},
    [HELD_CPU] = {.name = "cpu", .quota_cpus = 1.5},
    [HELD_NET] = {.name = "net", .quota_cpus = 1.5},
};

#define CLIENT_ANSWER "; it is the client's limit, not the service's"
#define CLIENT_REASON                                                                              \
    "This is the limit of the client, whose CPUs are busy with asking, and not of the service. "
#define SHARED_ANSWER "; the limit is this host, which client and service share"
#define SHARED_REASON                                                                              \
    "This is the limit of this host's CPUs, which the client and the service share: ask from "     \
    "another host. "
#define HOST_ANSWER "; the limit is this host's CPUs"
#define HOST_REASON "This is the limit of this host's CPUs. "
#define QUOTA_ANSWER "; the limit is the CPU quota of 1.5"
#define QUOTA_REASON "This is the limit that the CPU quota of 1.5 sets. "

static const struct whose_case {
    int target;
    double own, server; /* of four CPUs */
    size_t hosts;
    enum knee_verdict verdict;
    const char *answer, *reason; /* what comes before all else; "": nothing */
} whose_cases[] = {
    {HTTP, 3.9, NAN, 0, KNEE_VERDICT_RESOLVED, CLIENT_ANSWER, CLIENT_REASON},
    {HTTP, 2.0, 1.9, 0, KNEE_VERDICT_RESOLVED, SHARED_ANSWER, SHARED_REASON},
    {HTTP, 0.5, NAN, 0, KNEE_VERDICT_RESOLVED, "", ""},
    {HTTP, 0.2, 3.8, 0, KNEE_VERDICT_RESOLVED, "", ""}, /* the service's CPUs */
    {POSTGRES, 3.9, NAN, 0, KNEE_VERDICT_RESOLVED, CLIENT_ANSWER, CLIENT_REASON},
    {POSTGRES, 1.5, 2.5, 0, KNEE_VERDICT_UNRESOLVED, SHARED_ANSWER, SHARED_REASON},
    {COMMAND, 3.7, 0.2, 0, KNEE_VERDICT_RESOLVED, CLIENT_ANSWER, CLIENT_REASON},
    {COMMAND, 4.0, NAN, 0, KNEE_VERDICT_RESOLVED, HOST_ANSWER, HOST_REASON},
    {COMMAND, 1.0, NAN, 0, KNEE_VERDICT_RESOLVED, "", ""},
    {COMMAND, 4.0, NAN, 4, KNEE_VERDICT_RESOLVED, "; the limit is the hosts' CPUs",
     "This is the limit of the hosts' CPUs. "},
    {CPU, 4.0, NAN, 0, KNEE_VERDICT_RESOLVED, HOST_ANSWER, HOST_REASON},
    {CPU, 4.0, NAN, 0, KNEE_VERDICT_RISING, HOST_ANSWER, HOST_REASON},
    {CPU, 4.0, NAN, 0, KNEE_VERDICT_DISTURBED, "", ""}, /* only the rule of thumb */
    {MEMORY, 3.9, NAN, 0, KNEE_VERDICT_UNRESOLVED, "; the limit is this host's CPUs or memory",
     "This is the limit of this host's CPUs, or of the memory that they wait for. "},
    {MEMORY, 2.0, NAN, 0, KNEE_VERDICT_RESOLVED, "", ""}, /* full with two of four */
    {IO, 3.6, NAN, 0, KNEE_VERDICT_RESOLVED, HOST_ANSWER, HOST_REASON},
    {IO, 1.0, NAN, 0, KNEE_VERDICT_RESOLVED, "", ""},
    {NET, 2.0, 0.9, 0, KNEE_VERDICT_RESOLVED, "", ""},
    {NET, 2.4, 1.2, 0, KNEE_VERDICT_RESOLVED, HOST_ANSWER, HOST_REASON},
    {MIXED, 3.6, NAN, 0, KNEE_VERDICT_RESOLVED, HOST_ANSWER, HOST_REASON},
    {SLEEP, 0.1, NAN, 0, KNEE_VERDICT_RESOLVED, "", ""},
    {HELD_CPU, 1.5, NAN, 0, KNEE_VERDICT_RESOLVED, QUOTA_ANSWER, QUOTA_REASON},
    {HELD_COMMAND, 1.45, NAN, 0, KNEE_VERDICT_UNRESOLVED, QUOTA_ANSWER, QUOTA_REASON},
    {HELD_NET, 0.9, 0.5, 0, KNEE_VERDICT_RESOLVED, QUOTA_ANSWER, QUOTA_REASON},
    {HELD_CPU, 1.5, NAN, 0, KNEE_VERDICT_DISTURBED, "", ""}, /* only the rule of thumb */
    {HELD_NET, 0.5, 0.2, 0, KNEE_VERDICT_RESOLVED, "", ""},  /* not at this level */
};

/* "run 8 at once", "still rising at 8; run 8 at once", ..., and then `ends`, and nothing else. */
static void assert_answer_ends(const char *answer, const char *ends)
{
    const char *found = strstr(answer, "; the limit is");
    found = found ? found : strstr(answer, "; it is");
    assert_string_equal(found ? found : "", ends);
}

static void a_limit_of_our_own_cpus_comes_first_for_every_target(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(whose_cases); i++) {
        const struct whose_case *c = &whose_cases[i];
        struct knee_level level = {.level = 8,
                                   .windows = 4,
                                   .throughput_per_s = 100,
                                   .cpu_utilization = c->own / 4,
                                   .server_cpu_utilization = c->server};
        struct knee_workload_result workload = {
            .service = targets[c->target].service,
            .command = targets[c->target].command,
            .cpus = 4,
            .hosts_count = c->hosts,
            .levels = &level,
            .levels_count = 1,
            .decision = {.verdict = c->verdict,
                         .knee = 8,
                         .limit = 8,
                         .peak = 8,
                         .rule_of_thumb = 8,
                         .why = {.kind = KNEE_DECISION_PROVEN, .bound_ratio = .99}}};
        snprintf(workload.name, sizeof workload.name, "%s", targets[c->target].name);
        if (targets[c->target].quota_cpus > 0)
            knee_facts_add(&workload.warnings, KNEE_FACT_THROTTLED, &targets[c->target].quota_cpus,
                           NULL);
        char text[KNEE_REASON_BYTES], answer[KNEE_EXPLAIN_BYTES], wanted[KNEE_REASON_BYTES];
        snprintf(wanted, sizeof wanted, "%sThe limit 8 gives", c->reason);
        knee_reason_text(&workload, text);
        assert_memory_equal(text, wanted, strlen(wanted));
        assert_answer_ends(knee_explain_answer(&workload, answer), c->answer);
    }
}

/* Whoever's CPUs are busy with refusals. */
static void a_bounded_rate_is_part_of_the_answer(void **state)
{
    (void)state;
    const double values[] = {100, 0};
    struct knee_level level = {.level = 1,
                               .windows = 4,
                               .throughput_per_s = 100,
                               .cpu_utilization = .95,
                               .server_cpu_utilization = NAN};
    struct knee_workload_result workload = {
        .name = "http",
        .service = true,
        .cpus = 4,
        .levels = &level,
        .levels_count = 1,
        .decision = {.verdict = KNEE_VERDICT_RESOLVED,
                     .knee = 1,
                     .limit = 1,
                     .peak = 1,
                     .rule_of_thumb = 8,
                     .why = {.kind = KNEE_DECISION_PROVEN, .bound_ratio = .99}}};
    static const char WHOSE[] = "This is the limit of the service's rate, about 100 requests a "
                                "second, and not of how many it takes at a time.";
    struct knee_result result = {.workloads = &workload, .workloads_count = 1};
    char answer[KNEE_EXPLAIN_BYTES], text[KNEE_REASON_BYTES];
    knee_facts_add(&workload.warnings, KNEE_FACT_RATE_LIMIT, values, NULL);
    assert_answer_ends(knee_explain_answer(&workload, answer),
                       "; the limit is the service's rate, about 100 requests a second");
    assert_string_equal(knee_explain_whose(&workload, answer), WHOSE);
    assert_memory_equal(knee_reason_text(&workload, text), WHOSE, strlen(WHOSE));
    workload.demands.limited_by = KNEE_LIMITED_BY_FAILURES;
    assert_non_null(strstr(knee_explain_limits(&workload, answer), "The service's rate"));
    char *quiet = knee_text_answers(&result);
    assert_string_equal(quiet, "USE 1   http   resolved: run 1 at once; the limit is the service's "
                               "rate, about 100 requests a second\n");
    free(quiet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_of_our_own_cpus_comes_first_for_every_target),
        cmocka_unit_test(a_bounded_rate_is_part_of_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
