/* SPDX-License-Identifier: MIT */
/* result.json: the keys of the contract, the digits of the CSV, null for the unknown, and bytes of
 * argv that come back. */
#include "reports/json/result_json.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"
#include "tuner/store/columns.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *json_of(const struct knee_result *result)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    assert_int_equal(knee_result_json(result, out, NULL), 0);
    fclose(out);
    assert_int_equal(text[bytes - 1], '\n');
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    free(text);
    return json;
}

static json_t *first_workload(const json_t *json)
{
    json_t *workload = json_array_get(json_object_get(json, "workloads"), 0);
    assert_non_null(workload);
    return workload;
}

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    assert_non_null(text);
    return text;
}

static void the_keys_are_those_of_the_contract(void **state)
{
    (void)state;
    static const char *const top[] = {"schema_version", "knee_version", "argv", "host",
                                      "workloads"};
    static const char *const middle[] = {"workload", "parameters", "levels",
                                         "decision", "models",     "warnings"};
    static const char *const decided[] = {
        "verdict",       "knee",      "knee_low",           "knee_high",   "peak",    "limit",
        "rule_of_thumb", "tolerance", "confidence",         "bound_ratio", "windows", "elapsed_s",
        "reason",        "next",      "tolerance_resolved", "source"};
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_cpu;
    fixture_result(&result, &curve, 1);
    json_t *json = json_of(&result), *workload = first_workload(json);
    json_t *decision = json_object_get(workload, "decision");
    for (size_t i = 0; i < sizeof top / sizeof top[0]; i++)
        assert_non_null(json_object_get(json, top[i]));
    for (size_t i = 0; i < sizeof middle / sizeof middle[0]; i++)
        assert_non_null(json_object_get(workload, middle[i]));
    for (size_t i = 0; i < sizeof decided / sizeof decided[0]; i++)
        assert_non_null(json_object_get(decision, decided[i]));
    assert_int_equal(json_integer_value(json_object_get(json, "schema_version")), 1);
    assert_int_equal(json_integer_value(json_object_get(decision, "limit")), 2);
    assert_string_equal(text_at(decision, "verdict"), "resolved");
    json_decref(json);
    knee_result_release(&result);
}

static void a_level_has_every_column_with_the_digits_of_the_csv(void **state)
{
    (void)state;
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_cpu;
    fixture_result(&result, &curve, 1);
    json_t *json = json_of(&result);
    json_t *row = json_array_get(json_object_get(first_workload(json), "levels"), 1);
    assert_int_equal(json_object_size(row), knee_columns_levels.count);
    for (size_t i = 0; i < knee_columns_levels.count; i++) {
        const struct knee_column *column = &knee_columns_levels.at[i];
        char buffer[KNEE_COLUMN_BYTES];
        const char *text = knee_column_text(&knee_columns_levels, column, "cpu",
                                            &result.workloads[0].levels[1], buffer);
        json_t *value = json_object_get(row, column->name);
        assert_non_null(value);
        if (*text == '\0')
            assert_true(json_is_null(value));
        else if (json_is_string(value))
            assert_string_equal(json_string_value(value), text);
        else
            assert_true(json_number_value(value) == strtod(text, NULL));
    }
    json_decref(json);
    knee_result_release(&result);
}

static void what_is_unknown_is_null(void **state)
{
    (void)state;
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_disturbed;
    fixture_result(&result, &curve, 1);
    result.workloads[0].decision.knee = 0;
    result.workloads[0].levels[0].max_rss_bytes = NAN;
    json_t *json = json_of(&result), *workload = first_workload(json);
    json_t *decision = json_object_get(workload, "decision");
    json_t *row = json_array_get(json_object_get(workload, "levels"), 0);
    assert_true(json_is_null(json_object_get(decision, "knee")));
    assert_true(json_is_null(json_object_get(decision, "bound_ratio")));
    assert_true(json_is_null(json_object_get(row, "max_rss_bytes")));
    assert_true(json_is_null(json_object_get(json_object_get(json, "host"), "cpu_quota")));
    assert_int_equal(json_integer_value(json_object_get(decision, "limit")), 2);
    json_decref(json);
    knee_result_release(&result);
}

static void models_are_fitted_to_the_levels(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "model",         "lambda",           "lambda_ci_low",   "lambda_ci_high",
        "sigma",         "sigma_ci_low",     "sigma_ci_high",   "kappa",
        "kappa_ci_low",  "kappa_ci_high",    "peak_level",      "peak_throughput_per_s",
        "extrapolated",  "refused",          "levels",          "aic",
        "lack_of_fit_p", "worst_miss_ratio", "worst_miss_level"};
    static const struct {
        const struct fixture_curve *curve;
        const char *model;
    } cases[] = {{&fixture_io, "usl"}, {&fixture_cpu, "none"}, {&fixture_collapse, "none"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_result result;
        fixture_result(&result, &cases[i].curve, 1);
        json_t *json = json_of(&result);
        json_t *models = json_object_get(first_workload(json), "models");
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            assert_non_null(json_object_get(models, keys[k]));
        assert_int_equal(json_object_size(models), sizeof keys / sizeof keys[0]);
        assert_string_equal(text_at(models, "model"), cases[i].model);
        bool refused = strcmp(cases[i].model, "none") == 0;
        assert_int_equal(json_is_null(json_object_get(models, "lambda")), refused);
        assert_int_equal(json_is_string(json_object_get(models, "refused")), refused);
        json_decref(json);
        knee_result_release(&result);
    }
}

static void argv_that_is_no_utf8_survives_for_a_shell(void **state)
{
    (void)state;
    char knee[] = "knee", odd[] = "caf\xE9 'x'", line[] = "a\nb";
    char *argv[] = {knee, odd, line};
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_characters;
    fixture_result(&result, &curve, 1);
    result.argv = argv;
    result.argc = 3;
    json_t *json = json_of(&result);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json, "argv"), 1)),
                        "caf\xEF\xBF\xBD 'x'");
    assert_string_equal(text_at(json, "argv_shell"), "knee $'caf\\351 \\'x\\'' $'a\\012b'");
    assert_string_equal(text_at(first_workload(json), "workload"), fixture_characters.name);
    json_decref(json);
    knee_result_release(&result);
}

static void parameters_carry_their_units(void **state)
{
    (void)state;
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_cpu;
    fixture_result(&result, &curve, 1);
    json_t *json = json_of(&result);
    json_t *parameters = json_object_get(first_workload(json), "parameters");
    assert_close(json_number_value(json_object_get(parameters, "work_s")), .001, 1e-9);
    assert_string_equal(text_at(parameters, "pattern"), "sequential");
    json_decref(json);
    knee_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keys_are_those_of_the_contract),
        cmocka_unit_test(a_level_has_every_column_with_the_digits_of_the_csv),
        cmocka_unit_test(what_is_unknown_is_null),
        cmocka_unit_test(models_are_fitted_to_the_levels),
        cmocka_unit_test(argv_that_is_no_utf8_survives_for_a_shell),
        cmocka_unit_test(parameters_carry_their_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
