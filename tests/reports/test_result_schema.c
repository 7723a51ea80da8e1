/* SPDX-License-Identifier: MIT */
/* reports/json/result.schema.json describes the files, and docs/columns.md is what the tables
 * of columns say. */
#include "reports/writers.h"
#include "tests/support/fixture_result.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "tuner/store/columns.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *read_json(const char *dir, const char *name)
{
    char *text = fixture_read(dir, name);
    assert_non_null(text);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    free(text);
    return json;
}

/* The properties of a definition. */
static json_t *properties_of(json_t *schema, const char *name)
{
    json_t *defined = json_object_get(json_object_get(schema, "$defs"), name);
    json_t *properties = json_object_get(defined, "properties");
    assert_non_null(properties);
    return properties;
}

static void expect_described(const json_t *properties, json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (!json_object_get(properties, key))
            fail_msg("the schema does not describe `%s`", key);
    }
}

static void write_result(const char *dir, const struct fixture_curve *const *curves, size_t count)
{
    struct knee_result result;
    fixture_result(&result, curves, count);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    knee_result_release(&result);
}

static void every_key_is_described(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    char dir[256];
    json_t *schema = read_json(".", "reports/json/result.schema.json");
    fixture_directory(dir, sizeof dir);
    write_result(dir, &curve, 1);
    json_t *result = read_json(dir, "result.json");
    json_t *workload = json_array_get(json_object_get(result, "workloads"), 0);
    expect_described(json_object_get(schema, "properties"), result);
    expect_described(properties_of(schema, "host"), json_object_get(result, "host"));
    expect_described(properties_of(schema, "workload"), workload);
    expect_described(properties_of(schema, "decision"), json_object_get(workload, "decision"));
    expect_described(properties_of(schema, "models"), json_object_get(workload, "models"));
    expect_described(properties_of(schema, "demands"), json_object_get(workload, "demands"));
    json_t *level = properties_of(schema, "level");
    expect_described(level, json_array_get(json_object_get(workload, "levels"), 0));
    assert_int_equal(json_object_size(level), knee_columns_levels.count);
    json_decref(result);
    json_decref(schema);
    fixture_remove(dir);
}

/* Says `valid` or the first errors of each file; nothing if there is no such validator. */
static const char VALIDATE[] =
    "python3 - \"$OLDPWD/reports/json/result.schema.json\" *.json <<'END'\n"
    "import json, sys\n"
    "from jsonschema import Draft202012Validator\n"
    "schema = json.load(open(sys.argv[1]))\n"
    "Draft202012Validator.check_schema(schema)\n"
    "for name in sys.argv[2:]:\n"
    "    errors = list(Draft202012Validator(schema).iter_errors(json.load(open(name))))\n"
    "    print(name, 'valid' if not errors else errors[0].json_path + ' ' + "
    "errors[0].message[:200])\n"
    "END";

static bool has_validator(void)
{
    return system("python3 -c 'from jsonschema import Draft202012Validator' >/dev/null 2>&1") == 0;
}

static void expect_valid(const char *dir)
{
    char command[2048];
    struct shell_run run;
    snprintf(command, sizeof command, "cd '%s' && %s", dir, VALIDATE);
    shell_run(&run, NULL, command);
    if (run.status != 0 || !strstr(run.out, "result.json valid\n"))
        fail_msg("%s%s", run.out, run.err);
    shell_run_release(&run);
}

static void a_validator_accepts_results(void **state)
{
    (void)state;
    static const struct fixture_curve *const curves[] = {
        &fixture_cpu,       &fixture_io,     &fixture_net,       &fixture_collapse,
        &fixture_disturbed, &fixture_single, &fixture_characters};
    char dir[256];
    struct shell_run run;
    if (!has_validator())
        skip();
    fixture_directory(dir, sizeof dir);
    write_result(dir, curves, sizeof curves / sizeof curves[0]);
    expect_valid(dir);
    fixture_remove(dir);
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "$KNEE sweep lock --budget 1s --max-level 4 --no-plots -q -o r && "
              "mv r/result.json . && rm -r r");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    expect_valid(dir);
    shell_dir_remove(dir);
}

static void a_validator_refuses_what_is_wrong(void **state)
{
    (void)state;
    static const char *const wrongs[] = {
        "s/\"schema_version\": 1/\"schema_version\": 2/", "s/\"limit\": 2/\"limit\": 0/",
        "s/\"verdict\": \"resolved\"/\"verdict\": \"sure\"/", "s/\"level\": 1,/\"level\": \"1\",/",
        "s/\"throughput_per_s\"/\"throughput\"/"};
    const struct fixture_curve *curve = &fixture_cpu;
    char dir[256], command[2048];
    if (!has_validator())
        skip();
    fixture_directory(dir, sizeof dir);
    write_result(dir, &curve, 1);
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        struct shell_run run;
        snprintf(command, sizeof command, "sed '%s' '%s/result.json' >'%s/wrong%zu.json'",
                 wrongs[i], dir, dir, i);
        assert_int_equal(system(command), 0);
        snprintf(command, sizeof command, "cd '%s' && %s", dir, VALIDATE);
        shell_run(&run, NULL, command);
        snprintf(command, sizeof command, "wrong%zu.json $", i);
        if (!strstr(run.out, command))
            fail_msg("taken for valid: %s\n%s%s", wrongs[i], run.out, run.err);
        shell_run_release(&run);
    }
    fixture_remove(dir);
}

static void the_document_of_columns_is_up_to_date(void **state)
{
    (void)state;
    char *made = NULL, *kept = fixture_read(".", "docs/columns.md");
    size_t bytes = 0;
    FILE *out = open_memstream(&made, &bytes);
    assert_non_null(out);
    assert_non_null(kept);
    knee_columns_document(out);
    fclose(out);
    if (strcmp(kept, made) != 0)
        fail_msg("docs/columns.md is old: make docs");
    free(kept);
    free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_described),
        cmocka_unit_test(a_validator_accepts_results),
        cmocka_unit_test(a_validator_refuses_what_is_wrong),
        cmocka_unit_test(the_document_of_columns_is_up_to_date),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
