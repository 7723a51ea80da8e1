/* SPDX-License-Identifier: MIT */
#include "reports/json/result_json.h"

#include "reports/json/models_json.h"
#include "tuner/store/columns.h"
#include "tuner/store/json.h"
#include "reports/words/reason.h"
#include "reports/words/next.h"
#include "reports/words/fact_text.h"

#include <math.h>
#include <stdlib.h>

/* The same text as in levels.csv, as a JSON value. */
static json_t *column_value(const struct knee_column *column, const char *workload,
                            const struct knee_level *level)
{
    char buffer[KNEE_COLUMN_BYTES];
    const void *field = (const char *)level + column->offset;
    const char *text = knee_column_text(&knee_columns_levels, column, workload, level, buffer);
    if (*text == '\0')
        return json_null();
    if (column->type == KNEE_COLUMN_DOUBLE)
        return knee_json_number(*(const double *)field);
    if (column->type == KNEE_COLUMN_UINT32)
        return json_integer(*(const uint32_t *)field);
    return knee_json_text(text);
}

static json_t *level_json(const char *workload, const struct knee_level *level)
{
    json_t *json = json_object();
    int failed = 0;
    for (size_t i = 0; i < knee_columns_levels.count; i++) {
        const struct knee_column *column = &knee_columns_levels.at[i];
        failed |= json_object_set_new(json, column->name, column_value(column, workload, level));
    }
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *levels_json(const struct knee_workload_result *workload)
{
    json_t *json = json_array();
    int failed = json ? 0 : -1;
    for (size_t i = 0; i < workload->levels_count && !failed; i++)
        failed = json_array_append_new(json, level_json(workload->name, &workload->levels[i]));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static int set_goal(json_t *json, const struct knee_workload_result *workload)
{
    const struct knee_goal *goal = &workload->goal;
    const struct knee_goal_objective *objective = knee_goal_objective(goal);
    char text[KNEE_SLO_TEXT_BYTES];
    json_t *slos = json_array();
    int failed = 0;
    for (size_t i = 0; i < goal->slos_count; i++)
        failed |= json_array_append_new(slos, json_string(knee_slo_text(&goal->slos[i], text)));
    failed |= json_object_set_new(json, "objective", json_string(objective->name));
    failed |= json_object_set_new(
        json, "min_efficiency",
        knee_json_number(objective->uses_min_efficiency ? goal->min_efficiency_ratio : NAN));
    failed |= json_object_set_new(json, "slo", slos);
    return failed | json_object_set_new(json, "slo_met",
                                        workload->slo == KNEE_SLO_STATE_UNKNOWN ||
                                                workload->slo == KNEE_SLO_STATE_OPEN
                                            ? json_null()
                                            : json_boolean(workload->slo == KNEE_SLO_STATE_MET));
}

static json_t *decision_json(const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    char reason[KNEE_REASON_BYTES], next[KNEE_NEXT_BYTES];
    json_t *json = json_object();
    int failed =
        json_object_set_new(json, "verdict", json_string(knee_verdict_text(decision->verdict)));
    failed |= json_object_set_new(json, "knee", knee_json_level(decision->knee));
    failed |= json_object_set_new(json, "knee_low", knee_json_level(decision->knee_low));
    failed |= json_object_set_new(json, "knee_high", knee_json_level(decision->knee_high));
    failed |= json_object_set_new(json, "peak", knee_json_level(decision->peak));
    failed |= json_object_set_new(json, "limit", json_integer(knee_workload_result_use(workload)));
    failed |= json_object_set_new(json, "rule_of_thumb", knee_json_level(decision->rule_of_thumb));
    failed |= json_object_set_new(json, "tolerance", knee_json_number(decision->tolerance_ratio));
    failed |= json_object_set_new(json, "confidence", knee_json_number(decision->confidence_ratio));
    failed |= json_object_set_new(json, "bound_ratio",
                                  knee_json_number(knee_workload_result_bound_ratio(workload)));
    failed |= set_goal(json, workload);
    failed |= json_object_set_new(json, "windows", json_integer(decision->windows));
    failed |= json_object_set_new(json, "elapsed_s", knee_json_number(decision->elapsed_s));
    failed |=
        json_object_set_new(json, "reason", knee_json_text(knee_reason_text(workload, reason)));
    failed |= json_object_set_new(json, "next", knee_json_text(knee_next_text(workload, next)));
    failed |= json_object_set_new(json, "tolerance_resolved",
                                  knee_json_number(decision->tolerance_resolved_ratio));
    failed |= json_object_set_new(
        json, "source",
        json_string(knee_result_source_text(knee_workload_result_source(workload))));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *warnings_json(const struct knee_workload_result *workload)
{
    json_t *json = json_array();
    int failed = json ? 0 : -1;
    char text[KNEE_FACT_TEXT_BYTES];
    for (size_t i = 0; i < workload->warnings.count && !failed; i++)
        failed = json_array_append_new(
            json, knee_json_text(knee_fact_text(&workload->warnings.at[i], text)));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *demands_json(const struct knee_demands *demands)
{
    const struct {
        const char *key;
        double value;
    } numbers[] = {
        {"cpu_per_item_s", demands->cpu_s},
        {"wait_per_item_s", demands->wait_s},
        {"cpu_ratio", demands->cpu_ratio},
        {"ideal_level", demands->ideal_level},
        {"cpu_bound_per_s", demands->cpu_bound_per_s},
        {"level_bound_per_s", demands->level_bound_per_s},
        {"served_at_a_time", demands->served},
        {"queueing_ratio", demands->queueing_ratio},
    };
    json_t *json = json_object();
    int failed = json_object_set_new(json, "base_level", knee_json_level(demands->base_level));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        failed |= json_object_set_new(json, numbers[i].key, knee_json_number(numbers[i].value));
    failed |= json_object_set_new(json, "standing_from", knee_json_level(demands->standing_from));
    failed |= json_object_set_new(json, "queueing_from", knee_json_level(demands->queueing_from));
    failed |= json_object_set_new(json, "limited_by",
                                  json_string(knee_limited_by_text(demands->limited_by)));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *workload_json(const struct knee_workload_result *workload)
{
    json_t *json = json_object();
    json_t *total =
        workload->total_items > 0 ? knee_json_number(workload->total_items) : json_null();
    int failed = json_object_set_new(json, "workload", knee_json_text(workload->name));
    failed |= json_object_set_new(json, "title", knee_json_text(workload->title));
    failed |= json_object_set_new(json, "class", json_string(knee_class_text(workload->resource)));
    failed |= json_object_set_new(
        json, "parameters", knee_json_parameters(workload->parameters, workload->parameters_count));
    failed |= json_object_set_new(json, "cpus", knee_json_level(workload->cpus));
    failed |= json_object_set_new(json, "current", knee_json_level(workload->current));
    failed |= json_object_set_new(json, "total_items", total);
    failed |= json_object_set_new(json, "setup_s", knee_json_number(workload->setup_s));
    failed |= json_object_set_new(json, "other_cpus", knee_json_number(workload->other_cpus));
    failed |= json_object_set_new(json, "decision", decision_json(workload));
    failed |= json_object_set_new(json, "levels", levels_json(workload));
    failed |= json_object_set_new(json, "models", knee_models_json_in_full(&workload->models));
    failed |= json_object_set_new(json, "demands", demands_json(&workload->demands));
    failed |= json_object_set_new(json, "warnings", warnings_json(workload));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *result_json(const struct knee_result *result)
{
    json_t *json = json_object(), *workloads = json_array();
    int failed = workloads ? 0 : -1;
    for (size_t i = 0; i < result->workloads_count && !failed; i++)
        failed = json_array_append_new(workloads, workload_json(&result->workloads[i]));
    failed |= json_object_set_new(json, "schema_version", json_integer(KNEE_RESULT_SCHEMA_VERSION));
    failed |= json_object_set_new(json, "knee_version", knee_json_text(result->version));
    failed |= json_object_set_new(json, "date", knee_json_text(result->date));
    failed |= knee_json_set_argv(json, result->argc, result->argv);
    failed |= json_object_set_new(json, "seed", knee_json_whole(result->seed));
    failed |= json_object_set_new(json, "elapsed_s", knee_json_number(result->elapsed_s));
    failed |= json_object_set_new(json, "host", knee_json_host(&result->host, &result->topology));
    failed |= json_object_set_new(json, "workloads", workloads);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_result_json(const struct knee_result *result, FILE *out, struct knee_err *err)
{
    json_t *json = result_json(result);
    if (!json)
        return knee_err_set(err, KNEE_FAILED, "result.json: out of memory; end other programs");
    /* A failed write leaves its mark in `out`; whoever closes it looks. */
    (void)knee_json_write(json, knee_columns_levels.digits, out);
    json_decref(json);
    return 0;
}
