/* SPDX-License-Identifier: MIT */
#include "reports/compare/comparison_json.h"

#include "reports/compare/comparison_words.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define JSON_DIGITS 6 /* of ratios: no better is known */

static int set_ratio(json_t *json, const struct knee_compare_ratio *ratio)
{
    return json_object_set_new(json, "ratio", knee_json_number(ratio->ratio)) ||
           json_object_set_new(json, "ratio_ci_low", knee_json_number(ratio->low)) ||
           json_object_set_new(json, "ratio_ci_high", knee_json_number(ratio->high));
}

/* Adds `value` to the array; both are this function's to release on failure. */
static json_t *append(json_t *array, json_t *value, int failed)
{
    if (!failed && json_array_append_new(array, value) == 0)
        return array;
    if (failed)
        json_decref(value);
    json_decref(array);
    return NULL;
}

static json_t *levels_json(const struct knee_compare *compare)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < compare->levels_count; i++) {
        const struct knee_compare_level *level = &compare->levels[i];
        json_t *json = json_object();
        int failed = json_object_set_new(json, "level", json_integer(level->level)) ||
                     set_ratio(json, &level->throughput) ||
                     json_object_set_new(json, "p99_ratio", knee_json_number(level->p99_ratio)) ||
                     json_object_set_new(json, "moved",
                                         json_string(level->moved < 0   ? "slower"
                                                     : level->moved > 0 ? "faster"
                                                                        : "no"));
        array = append(array, json, failed);
    }
    return array;
}

static json_t *notes_json(const struct knee_comparison *comparison)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < comparison->facts_count; i++) {
        char text[KNEE_COMPARISON_WORDS_BYTES];
        knee_comparison_words_fact(&comparison->facts[i], text);
        array = append(array, knee_json_text(text), 0);
    }
    return array;
}

static json_t *workload_json(const struct knee_comparison *comparison)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "workload", knee_json_text(comparison->workload)) ||
                 json_object_set_new(json, "verdict",
                                     json_string(knee_compare_verdict_text(comparison->verdict))) ||
                 json_object_set_new(json, "knee_base", knee_json_level(comparison->knee_base)) ||
                 json_object_set_new(json, "knee_new", knee_json_level(comparison->knee_new)) ||
                 json_object_set_new(json, "knee_moved", json_boolean(comparison->knee_moved)) ||
                 json_object_set_new(json, "worse", json_boolean(comparison->worse)) ||
                 set_ratio(json, &comparison->compare.throughput) ||
                 json_object_set_new(json, "levels", levels_json(&comparison->compare)) ||
                 json_object_set_new(json, "notes", notes_json(comparison));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_comparison_json(const struct knee_comparison *comparisons, size_t count, FILE *out,
                         struct knee_err *err)
{
    enum knee_compare_verdict worst = KNEE_COMPARE_FASTER;
    json_t *workloads = json_array(), *json = json_object();
    for (size_t i = 0; workloads && i < count; i++) {
        worst = comparisons[i].verdict > worst ? comparisons[i].verdict : worst;
        workloads = append(workloads, workload_json(&comparisons[i]), 0);
    }
    int failed =
        json_object_set_new(json, "verdict", json_string(knee_compare_verdict_text(worst))) ||
        json_object_set_new(json, "workloads", workloads);
    int status = failed ? knee_err_memory(err, "compare") : knee_json_write(json, JSON_DIGITS, out);
    if (!failed && status)
        knee_err_set(err, KNEE_FAILED, "compare: JSON: %s; write it elsewhere", strerror(errno));
    json_decref(json);
    return status;
}
