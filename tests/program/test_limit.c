/* SPDX-License-Identifier: MIT */
/* `knee limit` and `knee topology` as a user meets them: one integer at once, the measured limit
 * read back with its source, and one clear line for options that contradict each other. */
#include "tests/support/test.h"
#include "tests/support/tree.h"
#include "tuner/cli/commands.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A command's two streams and its error. */
struct said {
    char *out, *log;
    int failed;
    struct knee_err err;
};

#define ARGUMENTS_MAX 16
#define ELSEWHERE                                                                                  \
    " --topology pack:2,core:4,pu:2" /* not this system: the same answer everywhere                \
                                      */

/* Runs `knee LINE`, in this process. */
static void run_line(struct said *said, const char *format, ...)
{
    size_t out_bytes, log_bytes;
    char line[512] = "";
    char *argv[ARGUMENTS_MAX] = {line};
    int argc = 1;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *rest = line, *word; (word = strsep(&rest, " ")) && argc < ARGUMENTS_MAX;)
        if (*word)
            argv[argc++] = word;
    *said = (struct said){0};
    struct knee_streams io = {.out = open_memstream(&said->out, &out_bytes),
                              .log = open_memstream(&said->log, &log_bytes)};
    said->failed = knee_commands_run(argc, argv, &io, &said->err);
    fclose(io.out);
    fclose(io.log);
}

static void release(struct said *said)
{
    free(said->out);
    free(said->log);
}

static void rule_of_thumb_is_one_integer(void **state)
{
    (void)state;
    static const struct {
        const char *line, *out;
    } cases[] = {
        {"", "16\n"},
        {"cpu", "16\n"},
        {"sleep", "64\n"},
        {"cpu --load 0.6", "10\n"},
        {"cpu --max-level 7", "7\n"},
        {"lock --load 0.01", "1\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said said;
        run_line(&said, "limit %s" ELSEWHERE, cases[i].line);
        assert_int_equal(said.failed, 0);
        assert_string_equal(said.out, cases[i].out);
        assert_string_equal(said.log, "");
        release(&said);
    }
}

static void explanations_go_to_the_log(void **state)
{
    (void)state;
    struct said said;
    /* Another system's load is 1, at once. */
    run_line(&said, "limit cpu --explain --load auto --max-level 3" ELSEWHERE);
    assert_string_equal(said.out, "3\n");
    assert_non_null(strstr(said.log, "cpu: 3 is the rule of thumb: 1 x 16 CPUs, cut by"));
    release(&said);
}

#define RESULT(workloads)                                                                          \
    "{\"schema_version\": 1, \"date\": \"2030-01-02T03:04:05Z\", \"host\": {\"name\": \"vm7\"},"   \
    " \"workloads\": [" workloads "]}"
#define CPU                                                                                        \
    "{\"workload\": \"cpu\", \"title\": \"cpu (1 ms)\", \"decision\": {\"verdict\": \"resolved\"," \
    " \"limit\": 3, \"reason\": \"Both CPUs are full.\"}}"
#define NET "{\"workload\": \"net\", \"decision\": {\"verdict\": \"disturbed\", \"limit\": 8}}"

static void measured_limits_are_read_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
        int code;
        const char *out, *error; /* a part of it */
    } cases[] = {
        {RESULT(CPU), "", 0, "3\n", ""},
        {RESULT(CPU), "cpu", 0, "3\n", ""},
        {RESULT(CPU), "--max-level 2", 0, "2\n", ""},
        {RESULT(CPU "," NET), "net", 0, "8\n", ""},
        {RESULT(CPU "," NET), "", KNEE_USAGE, "",
         "name one of cpu, net, or give the number that its file holds, as cpu.limit there"},
        {RESULT(CPU), "io", KNEE_USAGE, "", "holds no io; it holds cpu"},
        {RESULT(""), "", KNEE_USAGE, "", "holds no workload"},
        {"{\"schema_version\": 2}", "", KNEE_USAGE, "", "schema_version is 2, not 1"},
        {"{\n\"schema_version\": 1", "", KNEE_USAGE, "", "line 2"},
        {"[]", "", KNEE_USAGE, "", "it has no schema_version"},
        {RESULT("{\"workload\": \"cpu\", \"decision\": {\"limit\": null}}"), "", KNEE_USAGE, "",
         "cpu has no limit"},
        {RESULT("{\"workload\": \"\", \"decision\": {\"limit\": 3}}"), "", KNEE_USAGE, "",
         "workload 1 has no name; sweep again"},
        {RESULT(CPU ", {}"), "cpu", KNEE_USAGE, "", "workload 2 has no name; sweep again"},
        {NULL, "", KNEE_USAGE, "", "result.json: No such file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct tree_file files[] = {
            {cases[i].text ? "/result.json" : "/other", cases[i].text ? cases[i].text : ""},
            {NULL, NULL}};
        struct said said;
        char *root = tree_make(files);
        run_line(&said, "limit %s --from %s", cases[i].line, root);
        tree_remove(root);
        if (strcmp(said.out, cases[i].out) || (said.failed ? said.err.code : 0) != cases[i].code ||
            !strstr(said.err.message, cases[i].error))
            fail_msg("case %zu: \"%s\", %d %s", i, said.out, said.err.code, said.err.message);
        release(&said);
    }
}

/* Of a sweep that was killed: its directory is one of knee's. */
static void an_unwritten_result_is_said_to_be_that(void **state)
{
    (void)state;
    static const struct tree_file files[] = {{"/plan.json", "{}"}, {NULL, NULL}};
    static const char *const LINES[] = {"limit --from %s", "recommend %s --for sh"};
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        struct said said;
        char *root = tree_make(files), line[256];
        snprintf(line, sizeof line, LINES[i], root);
        run_line(&said, "%s", line);
        assert_int_equal(said.err.code, KNEE_USAGE);
        if (!strstr(said.err.message, "result.json: not written yet") ||
            !strstr(said.err.message, "knee report ") || !strstr(said.err.message, root))
            fail_msg("%s", said.err.message);
        tree_remove(root);
        release(&said);
    }
}

static void a_measured_limit_is_explained_with_date_and_host(void **state)
{
    (void)state;
    static const struct tree_file files[] = {{"/result.json", RESULT(CPU "," NET)}, {NULL, NULL}};
    struct said said;
    char *root = tree_make(files);
    run_line(&said, "limit cpu --explain --from %s", root);
    assert_string_equal(said.log, "knee: cpu (1 ms): 3 was measured, 2030-01-02T03:04:05Z, on vm7; "
                                  "resolved: Both CPUs are full.\n");
    release(&said);
    /* That it was never measured is said without being asked. */
    run_line(&said, "limit net --from %s", root);
    assert_non_null(strstr(said.log, "knee: warning: net was too disturbed to measure"));
    release(&said);
    tree_remove(root);
}

#define SLO(met) ", \"slo\": [\"p99=1ms\"], \"slo_met\": " met
#define REASON(text) ", \"reason\": \"" text "\""
#define EMPTY "None of 2 windows could be used (no item ended in 2), so no limit is known."

static const struct {
    const char *verdict, *source, *more; /* of the decision */
    const char *warning, *explained;     /* all of the line; a part of it */
} FLAWS[] = {
    {"resolved", "measured", "", "", ": 8 was measured; resolved\n"},
    {"resolved", "measured", SLO("true"), "", ": 8 was measured; resolved\n"},
    {"unresolved", "measured", ", \"slo\": [\"p99=1ms\", \"errors=0\"], \"slo_met\": false",
     "knee: warning: net: no level that was measured meets p99=1ms, errors=0; 8 only comes "
     "closest\n",
     ": 8 was measured; unresolved\nknee: warning: net: no level that was measured meets p99"},
    {"unresolved", "guess", SLO("false"),
     "knee: warning: net: no level that was measured meets p99=1ms; 8 only comes closest\n",
     ": 8 was a guess: too little was measured to tell; unresolved\nknee: warning: net: no"},
    {"unresolved", "measured", SLO("null"),
     "knee: warning: net: whether a level meets p99=1ms is open; 8 is not proven to\n",
     ": 8 was measured; unresolved\nknee: warning: net: whether a level meets p99=1ms is open"},
    {"unresolved", "guess", SLO("null"),
     "knee: warning: net: 8 is a guess: too little was measured\n",
     ": 8 was a guess: too little was measured to tell; unresolved\n"},
    {"disturbed", "rule", REASON("R."),
     "knee: warning: net was too disturbed to measure: 8 is the rule of thumb\n",
     ": 8 was the rule of thumb: it was too disturbed to measure; disturbed: R.\n"},
    {"disturbed", "guess", "", "knee: warning: net was too disturbed to measure: 8 is a guess\n",
     ": 8 was a guess: it was too disturbed to measure; disturbed\n"},
    {"unresolved", "rule", REASON(EMPTY), "knee: warning: net: 8 is the rule of thumb: " EMPTY "\n",
     ": 8 was the rule of thumb: no window could be used; unresolved: " EMPTY},
    {"unresolved", "rule", "",
     "knee: warning: net: 8 is the rule of thumb: no window could be used\n",
     ": 8 was the rule of thumb: no window could be used; unresolved\n"},
    {"unresolved", "guess", REASON("R."),
     "knee: warning: net: 8 is a guess: too little was measured\n",
     ": 8 was a guess: too little was measured to tell; unresolved: R.\n"},
};

/* Without being asked: a limit that was not measured, and why; an SLO that no level meets. The exit
 * code is 0: the number is there. */
static void a_limit_with_a_flaw_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof FLAWS / sizeof *FLAWS; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"schema_version\": 1, \"workloads\": [{\"workload\": \"net\", "
                 "\"decision\": {\"limit\": 8, \"verdict\": \"%s\", \"source\": \"%s\"%s}}]}",
                 FLAWS[i].verdict, FLAWS[i].source, FLAWS[i].more);
        const struct tree_file files[] = {{"/result.json", text}, {NULL, NULL}};
        struct said said;
        char *root = tree_make(files);
        run_line(&said, "limit --from %s", root);
        assert_int_equal(said.failed, 0);
        assert_string_equal(said.log, FLAWS[i].warning);
        assert_string_equal(said.out, "8\n");
        release(&said);
        run_line(&said, "limit --explain --from %s", root);
        if (!strstr(said.log, FLAWS[i].explained))
            fail_msg("case %zu: %s", i, said.log);
        release(&said);
        tree_remove(root);
    }
}

/* A result of somebody else's cannot speak to the terminal. */
static void an_explanation_holds_no_control_characters(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        {"/result.json",
         "{\"schema_version\": 1, \"date\": \"2030\\u001b]0;x\\u0007\", \"host\": {\"name\": "
         "\"a\\nb\"}, \"workloads\": [{\"workload\": \"cpu\", \"title\": \"t\\u001b[2J\", "
         "\"decision\": {\"verdict\": \"resolved\\nrm -rf\", \"limit\": 3, \"reason\": "
         "\"r\\u001b[31m\"}}]}"},
        {NULL, NULL}};
    struct said said;
    char *root = tree_make(files);
    run_line(&said, "limit --explain --from %s", root);
    assert_string_equal(said.out, "3\n");
    for (const char *at = said.log; *at; at++)
        assert_true((unsigned char)*at >= ' ' || (*at == '\n' && at[1] == '\0'));
    release(&said);
    tree_remove(root);
}

static void what_contradicts_is_refused(void **state)
{
    (void)state;
    struct said said;
    run_line(&said, "limit nonsense" ELSEWHERE);
    assert_int_equal(said.err.code, KNEE_USAGE);
    assert_string_equal(said.out, "");
    release(&said);
    run_line(&said, "limit cpu --from /nowhere" ELSEWHERE);
    assert_int_equal(said.err.code, KNEE_USAGE);
    release(&said);
}

static void topology_has_the_promised_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "packages",    "numa_nodes",    "l3_groups", "cores",
        "pus",         "usable_cpus",   "cpu_quota", "memory_available_bytes",
        "load_factor", "binding_limits"};
    struct said said;
    run_line(&said, "topology --json --topology pack:2,numa:1,l3:2,core:4,pu:2");
    json_t *json = json_loads(said.out, 0, NULL);
    assert_non_null(json);
    assert_int_equal(json_object_size(json), sizeof keys / sizeof *keys);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_object_get(json, keys[i]));
    assert_int_equal(json_integer_value(json_object_get(json, "pus")), 32);
    assert_int_equal(json_integer_value(json_object_get(json, "usable_cpus")), 32);
    assert_true(json_is_null(json_object_get(json, "cpu_quota")));
    assert_true(json_is_null(json_object_get(json, "memory_available_bytes")));
    const json_t *bounds = json_object_get(json, "binding_limits");
    assert_string_equal(json_string_value(json_object_get(bounds, "cpu")), "cpus");
    json_decref(json);
    release(&said);
}

static void topology_of_another_system_says_so(void **state)
{
    (void)state;
    struct said said;
    run_line(&said, "topology" ELSEWHERE);
    assert_non_null(strstr(said.out, "Not this system"));
    assert_non_null(strstr(said.out, "2 packages\n"));
    assert_null(strstr(said.out, "affinity "));
    assert_null(strstr(said.out, "Load factor"));
    release(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_of_thumb_is_one_integer),
        cmocka_unit_test(explanations_go_to_the_log),
        cmocka_unit_test(measured_limits_are_read_back),
        cmocka_unit_test(an_unwritten_result_is_said_to_be_that),
        cmocka_unit_test(a_measured_limit_is_explained_with_date_and_host),
        cmocka_unit_test(a_limit_with_a_flaw_says_so),
        cmocka_unit_test(an_explanation_holds_no_control_characters),
        cmocka_unit_test(what_contradicts_is_refused),
        cmocka_unit_test(topology_has_the_promised_keys),
        cmocka_unit_test(topology_of_another_system_says_so),
    };
    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
