/* SPDX-License-Identifier: MIT */
/* plan.json: it comes back byte for byte, and every value out of range is refused by name. */
#include "tuner/store/sweep_plan.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"
#include "tuner/options/sweep_options.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fixture_curve *const curves[] = {&fixture_cpu, &fixture_io};

static void write_text(const char *dir, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/plan.json", dir);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void a_plan_that_was_read_writes_the_same_bytes(void **state)
{
    (void)state;
    char dir[256], odd[] = "caf\xE9", quotes[] = "it's", newline[] = "a\nb";
    char *argv[] = {odd, quotes, newline};
    struct knee_sweep_plan plan, read;
    fixture_directory(dir, sizeof dir);
    fixture_plan(&plan, curves, 2);
    plan.argv = argv;
    plan.argc = 3;
    plan.seed = UINT64_MAX;
    plan.host.cpu_quota = 1.5;
    plan.goal.objective = knee_goal_objective_find("efficiency");
    plan.goal.min_efficiency_ratio = .7;
    assert_int_equal(knee_goal_add_slo(&plan.goal, "", "p99=50ms", NULL), 0);
    assert_int_equal(knee_goal_add_slo(&plan.goal, "", "errors=1%", NULL), 0);
    assert_int_equal(knee_sweep_plan_write(&plan, dir, NULL), 0);
    char *first = fixture_read(dir, "plan.json");
    assert_int_equal(knee_sweep_plan_read(&read, dir, NULL), 0);
    assert_string_equal(read.argv[0], odd);
    assert_true(read.seed == UINT64_MAX);
    assert_string_equal(read.goal.objective->name, "efficiency");
    assert_close(read.goal.min_efficiency_ratio, .7, 1e-12);
    assert_int_equal(read.goal.slos_count, 2);
    assert_close(read.goal.slos[0].limit, .05, 1e-12);
    assert_int_equal(knee_sweep_plan_write(&read, dir, NULL), 0);
    char *second = fixture_read(dir, "plan.json");
    assert_string_equal(first, second);
    knee_sweep_plan_release(&read);
    knee_sweep_plan_release(&read);
    free(first);
    free(second);
    free(plan.workloads);
    fixture_remove(dir);
}

static void set_command(struct knee_sweep_plan *plan, struct knee_arguments *arguments, int argc,
                        char **argv)
{
    static const struct knee_command sweep = {.name = "sweep",
                                              .options = knee_sweep_options_uses,
                                              .values_bytes = sizeof(struct knee_sweep_options),
                                              .takes_command = true};
    assert_int_equal(knee_arguments_parse(arguments, &sweep, NULL, argc, argv, NULL), 0);
    plan->argc = argc;
    plan->argv = argv;
    plan->arguments = arguments;
    plan->command = ((const struct knee_sweep_options *)arguments->values)->command;
    plan->workloads[0].command = true;
}

static void check_command(const struct knee_command_options *command)
{
    assert_int_equal(command->words_count, 3);
    assert_string_equal(command->words[0], "gzip");
    assert_string_equal(command->words[1], "caf\xE9");
    assert_string_equal(command->words[2], "--");
    assert_true(command->null && command->shell && !command->cold);
    assert_string_equal(command->items, "-");
    assert_int_equal(command->environment_count, 2);
    assert_string_equal(command->environment[0], "A=--x y");
    assert_string_equal(command->environment[1], "B=\xFF");
    assert_true(command->timeout_ns == 3000000000u && command->per_run == 7);
}

/* Parsed once: what the sweep was given comes back, whatever bytes it holds. */
static void the_command_comes_back_as_it_was_parsed(void **state)
{
    (void)state;
    char dir[256];
    struct knee_sweep_plan plan, read;
    struct knee_arguments arguments;
    static char words[][16] = {
        "knee",     "sweep",        "-q0",       "--items", "-",         "--env",
        "A=--x y",  "--env=B=\xFF", "--timeout", "3s",      "--per-run", "7",
        "--seed=9", "--shell",      "--",        "gzip",    "caf\xE9",   "--"};
    char *argv[18];
    for (size_t i = 0; i < 18; i++)
        argv[i] = words[i];
    fixture_directory(dir, sizeof dir);
    fixture_plan(&plan, curves, 1);
    set_command(&plan, &arguments, 18, argv);
    assert_int_equal(knee_sweep_plan_write(&plan, dir, NULL), 0);
    char *first = fixture_read(dir, "plan.json");
    assert_int_equal(knee_sweep_plan_read(&read, dir, NULL), 0);
    check_command(&read.command);
    assert_int_equal(knee_sweep_plan_write(&read, dir, NULL), 0);
    char *second = fixture_read(dir, "plan.json");
    assert_string_equal(first, second);
    knee_sweep_plan_release(&read);

    /* A plan of an earlier knee holds argv alone. */
    json_t *json = json_loads(first, 0, NULL);
    assert_int_equal(json_object_del(json, "command"), 0);
    char *older = json_dumps(json, 0);
    write_text(dir, older);
    assert_int_equal(knee_sweep_plan_read(&read, dir, NULL), 0);
    check_command(&read.command);
    knee_sweep_plan_release(&read);
    json_decref(json);
    free(older);
    free(first);
    free(second);
    knee_arguments_release(&arguments);
    free(plan.workloads);
    fixture_remove(dir);
}

static void everything_that_resume_needs_comes_back(void **state)
{
    (void)state;
    char dir[256];
    struct knee_sweep_plan plan, read;
    fixture_directory(dir, sizeof dir);
    fixture_plan(&plan, curves, 2);
    assert_int_equal(knee_sweep_plan_write(&plan, dir, NULL), 0);
    assert_int_equal(knee_sweep_plan_read(&read, dir, NULL), 0);
    assert_string_equal(read.strategy, "adaptive");
    assert_true(read.tolerance_ratio == .02 && read.confidence_ratio == .95);
    assert_true(read.budget_ns == 60000000000u && read.windows_max == 200);
    assert_true(read.quick && !read.strict && !read.fixed_levels);
    assert_string_equal(read.pin, "none");
    assert_string_equal(read.dir, "/var/tmp");
    assert_string_equal(read.results, "results/2026-01-31-142530");
    assert_int_equal(read.host_cpus, 2);
    assert_null(read.topology_source);
    assert_true(isinf(read.host.cpu_quota));
    assert_true(read.host.processes_max == UINT64_MAX);
    assert_true(read.topology.this_system);
    const struct knee_sweep_plan_workload *cpu = knee_sweep_plan_find(&read, "cpu");
    assert_non_null(cpu);
    assert_int_equal(cpu->candidates_count, 5);
    assert_int_equal(cpu->candidates[1].level, 2);
    assert_int_equal(cpu->candidates[1].marks, KNEE_MARK_CORES);
    assert_int_equal(cpu->parameters_count, 2);
    assert_string_equal(cpu->parameters[0].parameter->name, "work");
    assert_true(cpu->parameters[0].value == 1e6);
    assert_string_equal(cpu->parameters[1].parameter->words, "random|sequential");
    assert_int_equal(cpu->current, 16);
    assert_true(cpu->total_items == 40000 && cpu->setup_ns == 1234567891);
    assert_string_equal(cpu->max_level_text, "--max-level 16");
    assert_int_equal(cpu->warnings.count, 2);
    assert_int_equal(cpu->warnings.at[0].kind, KNEE_FACT_LINE);
    assert_string_equal(cpu->warnings.at[0].name, "the file lies on tmpfs");
    assert_int_equal(cpu->warnings.at[1].kind, KNEE_FACT_RUNS_FAILED);
    assert_true(cpu->warnings.at[1].values[0] == 3 && cpu->warnings.at[1].values[1] == 10);
    assert_null(knee_sweep_plan_find(&read, "net"));
    knee_sweep_plan_release(&read);
    free(plan.workloads);
    fixture_remove(dir);
}

static void a_result_starts_from_its_plan(void **state)
{
    (void)state;
    struct knee_sweep_plan plan;
    struct knee_result result;
    fixture_plan(&plan, curves, 2);
    assert_int_equal(knee_sweep_plan_result(&plan, &result, NULL), 0);
    assert_int_equal(result.workloads_count, 2);
    assert_string_equal(result.version, "1.0");
    assert_string_equal(result.workloads[1].title, "io (4 KiB, direct)");
    assert_int_equal(result.workloads[1].resource, KNEE_CLASS_IO);
    assert_int_equal(result.workloads[1].decision.rule_of_thumb, 5);
    assert_true(isnan(result.workloads[1].other_cpus));
    assert_int_equal(result.workloads[0].warnings.count, 2);
    knee_result_release(&result);
    free(plan.workloads);
}

static void what_is_no_plan_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "line 1: "},
        {"{\"a\": 1,}", "line 1: "},
        {"{}", "it has no schema_version; name a directory that knee wrote"},
        {"{\"schema_version\": \"1\"}", "its schema_version is not a whole number"},
        {"{\"schema_version\": 2}", "its schema_version is 2, not 1"},
        {"{\"schema_version\": 1}", "`workloads` is wrong"},
        {"{\"schema_version\": 1, \"kind\": \"run\"}", "is of knee run; name the directory of a"},
        {"{\"schema_version\": 1, \"workloads\": [{\"workload\": \"cpu\"}]}", "`class` is wrong"},
        {"{\"schema_version\": 1, \"workloads\": [{\"class\": \"cpu\"}]}", "`workload` is wrong"},
        {"{\"schema_version\": 1, \"search\": {\"seed\": -1}, \"workloads\": "
         "[{\"workload\": \"cpu\", \"class\": \"cpu\"}]}",
         "`seed` is wrong"},
        {"{\"schema_version\": 1, \"workloads\": [{\"workload\": \"cpu\", \"class\": \"cpu\", "
         "\"cpus\": 4294967296}]}",
         "`cpus` is wrong"},
        {"{\"schema_version\": 1, \"workloads\": [{\"workload\": \"cpu\", \"class\": \"cpu\", "
         "\"candidates\": [{\"level\": 0}]}]}",
         "`level` is wrong"},
    };
    char dir[256];
    fixture_directory(dir, sizeof dir);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_sweep_plan plan = {0};
        struct knee_err err = {0};
        write_text(dir, cases[i].text);
        assert_int_equal(knee_sweep_plan_read(&plan, dir, &err), -1);
        if (!strstr(err.message, cases[i].reason))
            fail_msg("`%s` gave `%s`", cases[i].text, err.message);
        assert_null(plan.workloads);
    }
    fixture_remove(dir);
}

static const struct {
    const char *part, *key, *value, *bad; /* value NULL: the key is removed */
} RANGE_CASES[] = {
    {"search", "strategy", "\"better\"", "strategy"},
    {"search", "strategy", NULL, "strategy"},
    {"search", "strategy", "7", "strategy"},
    {"search", "pin", NULL, "pin"},
    {"search", "pin", "\"node\"", "pin"},
    {"search", "tolerance", NULL, "tolerance"},
    {"search", "tolerance", "1.5", "tolerance"},
    {"search", "tolerance", "0", "tolerance"},
    {"search", "confidence", "1", "confidence"},
    {"search", "min_efficiency", "-1", "min_efficiency"},
    {"search", "load_factor", "1e300", "load_factor"},
    {"search", "budget_ns", "9000000000000000000", "budget_ns"},
    {"search", "window_ns", "9000000000000000000", "window_ns"},
    {"workload", "candidates", "[]", "candidates"},
    {"workload", "candidates", NULL, "candidates"},
    {"workload", "candidates", "[{\"level\": 4097}]", "level"},
    {"workload", "candidates", "[{\"level\": 2}, {\"level\": 1}]", "level"},
    {"workload", "candidates", "[{\"level\": 1}, {\"level\": 1}]", "level"},
    {"workload", "max_level", "5000", "max_level"},
    {"workload", "current", "5000", "current"},
    {"workload", "total_items", "-1", "total_items"},
    {NULL, "search", NULL, "strategy"},
    {NULL, "workloads", "[]", "workloads"},
};

/* Each change of a good plan, and the key that is then called wrong. */
static void values_out_of_range_are_refused_by_name(void **state)
{
    (void)state;
    char dir[256];
    struct knee_sweep_plan plan;
    fixture_directory(dir, sizeof dir);
    fixture_plan(&plan, curves, 1);
    assert_int_equal(knee_sweep_plan_write(&plan, dir, NULL), 0);
    char *good = fixture_read(dir, "plan.json");
    for (size_t i = 0; i < sizeof RANGE_CASES / sizeof RANGE_CASES[0]; i++) {
        struct knee_sweep_plan read = {0};
        struct knee_err err = {0};
        char expected[64];
        json_t *json = json_loads(good, 0, NULL);
        json_t *part = !RANGE_CASES[i].part ? json
                       : strcmp(RANGE_CASES[i].part, "search") == 0
                           ? json_object_get(json, "search")
                           : json_array_get(json_object_get(json, "workloads"), 0);
        if (RANGE_CASES[i].value)
            json_object_set_new(part, RANGE_CASES[i].key,
                                json_loads(RANGE_CASES[i].value, JSON_DECODE_ANY, NULL));
        else
            json_object_del(part, RANGE_CASES[i].key);
        char *text = json_dumps(json, 0);
        write_text(dir, text);
        snprintf(expected, sizeof expected, "plan.json: `%s` is wrong;", RANGE_CASES[i].bad);
        assert_int_equal(knee_sweep_plan_read(&read, dir, &err), -1);
        if (!strstr(err.message, expected))
            fail_msg("%s %s: %s", RANGE_CASES[i].key,
                     RANGE_CASES[i].value ? RANGE_CASES[i].value : "", err.message);
        json_decref(json);
        free(text);
    }
    free(good);
    free(plan.workloads);
    fixture_remove(dir);
}

/* 257 candidates, 33 workloads: more than the program has room for. */
static void too_many_of_a_list_are_refused(void **state)
{
    (void)state;
    char dir[256];
    struct knee_sweep_plan plan;
    fixture_directory(dir, sizeof dir);
    fixture_plan(&plan, curves, 1);
    assert_int_equal(knee_sweep_plan_write(&plan, dir, NULL), 0);
    char *good = fixture_read(dir, "plan.json");
    for (int many_workloads = 0; many_workloads < 2; many_workloads++) {
        struct knee_sweep_plan read = {0};
        struct knee_err err = {0};
        json_t *json = json_loads(good, 0, NULL), *list = json_object_get(json, "workloads");
        json_t *first = json_array_get(list, 0), *candidates = json_array();
        for (int i = 1; i <= KNEE_LEVELS_MAX + 1; i++)
            json_array_append_new(candidates, json_pack("{s:i, s:i}", "level", i, "marks", 0));
        for (int i = 0; many_workloads && i < KNEE_SWEEP_PLAN_WORKLOADS_MAX; i++)
            json_array_append_new(list, json_deep_copy(first));
        if (!many_workloads)
            json_object_set(first, "candidates", candidates);
        char *text = json_dumps(json, 0);
        write_text(dir, text);
        assert_int_equal(knee_sweep_plan_read(&read, dir, &err), -1);
        assert_non_null(strstr(err.message, many_workloads ? "`workloads`" : "`candidates`"));
        json_decref(candidates);
        json_decref(json);
        free(text);
    }
    free(good);
    free(plan.workloads);
    fixture_remove(dir);
}

static void a_row_above_the_plans_levels_names_its_line(void **state)
{
    (void)state;
    struct knee_sweep_plan plan;
    struct knee_window windows[2] = {{.level = 1}, {.level = 64}};
    uint32_t lines[2] = {2, 3};
    char name[] = "cpu";
    struct knee_journal_part part = {
        .workload = name, .windows = windows, .lines = lines, .count = 2};
    const struct knee_journal_rows rows = {.parts = &part, .count = 1};
    struct knee_err err = {0};
    fixture_plan(&plan, curves, 1);
    assert_int_equal(knee_sweep_plan_check_rows(&plan, &rows, "r", &err), -1);
    assert_non_null(strstr(err.message, "r/samples.csv: line 3: level 64 of cpu, but plan.json"));
    part.count = 1;
    assert_int_equal(knee_sweep_plan_check_rows(&plan, &rows, "r", &err), 0);
    free(plan.workloads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_that_was_read_writes_the_same_bytes),
        cmocka_unit_test(the_command_comes_back_as_it_was_parsed),
        cmocka_unit_test(everything_that_resume_needs_comes_back),
        cmocka_unit_test(a_result_starts_from_its_plan),
        cmocka_unit_test(values_out_of_range_are_refused_by_name),
        cmocka_unit_test(too_many_of_a_list_are_refused),
        cmocka_unit_test(a_row_above_the_plans_levels_names_its_line),
        cmocka_unit_test(what_is_no_plan_is_refused_with_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
