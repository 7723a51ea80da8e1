/* SPDX-License-Identifier: MIT */
#include "tuner/store/sweep_plan.h"

#include "core/base/file.h"
#include "core/text/strings.h"
#include "tuner/store/facts_json.h"
#include "tuner/store/json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fifteen digits keep every decimal number that a person types as it was typed. */
#define DIGITS 15

static json_t *optional_text(const char *text)
{
    return text ? knee_json_text(text) : json_null();
}

/* Every byte of argv in hexadecimal where UTF-8, and so JSON, cannot hold it. */
static json_t *argv_hex(int argc, char *const *argv)
{
    json_t *list = json_array();
    int failed = list ? 0 : -1;
    for (int i = 0; i < argc && !failed; i++) {
        size_t bytes = strlen(argv[i]);
        char *hex = malloc(2 * bytes + 1);
        for (size_t c = 0; hex && c <= bytes; c++)
            snprintf(hex + 2 * c, c < bytes ? 3 : 1, "%02x", (unsigned char)argv[i][c]);
        failed = hex ? json_array_append_new(list, json_string(hex)) : -1;
        free(hex);
    }
    if (!failed)
        return list;
    json_decref(list);
    return NULL;
}

static int set_argv(json_t *json, const struct knee_sweep_plan *plan)
{
    int failed = knee_json_set_argv(json, plan->argc, plan->argv);
    bool odd = false;
    for (int i = 0; i < plan->argc; i++) {
        json_t *exact = json_string(plan->argv[i]);
        odd = odd || !exact;
        json_decref(exact);
    }
    return odd ? failed | json_object_set_new(json, "argv_hex", argv_hex(plan->argc, plan->argv))
               : failed;
}

static json_t *parameter_json(const struct knee_parameter_value *value)
{
    const struct knee_parameter *parameter = value->parameter;
    json_t *json = json_object();
    int failed = json_object_set_new(json, "name", knee_json_text(parameter->name));
    failed |= json_object_set_new(json, "unit", json_integer(parameter->unit));
    failed |= json_object_set_new(json, "value", knee_json_number(value->value));
    failed |= json_object_set_new(json, "words", optional_text(parameter->words));
    failed |= json_object_set_new(json, "shown", json_boolean(parameter->shown));
    failed |= json_object_set_new(json, "noun", optional_text(parameter->noun));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *candidate_json(const struct knee_candidate *candidate)
{
    char text[128];
    return json_pack("{s:I, s:I, s:s}", "level", (json_int_t)candidate->level, "marks",
                     (json_int_t)candidate->marks, "text",
                     knee_mark_text(candidate->marks, text, sizeof text));
}

/* The lists of a workload. */
static int set_lists(json_t *json, const struct knee_sweep_plan_workload *workload)
{
    json_t *parameters = json_array(), *candidates = json_array();
    int failed = json_object_set_new(json, "notes", knee_facts_json(&workload->notes));
    for (size_t i = 0; i < workload->parameters_count; i++)
        failed |= json_array_append_new(parameters, parameter_json(&workload->parameters[i]));
    for (size_t i = 0; i < workload->candidates_count; i++)
        failed |= json_array_append_new(candidates, candidate_json(&workload->candidates[i]));
    failed |= json_object_set_new(json, "parameters", parameters);
    failed |= json_object_set_new(json, "candidates", candidates);
    failed |= json_object_set_new(json, "warnings", knee_facts_json(&workload->warnings));
    return failed;
}

static json_t *workload_json(const struct knee_sweep_plan_workload *workload)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "workload", knee_json_text(workload->name));
    failed |= json_object_set_new(json, "title", knee_json_text(workload->title));
    failed |= json_object_set_new(json, "command", json_boolean(workload->command));
    failed |= json_object_set_new(json, "class", json_string(knee_class_text(workload->resource)));
    failed |= json_object_set_new(json, "cpus", json_integer(workload->cpus));
    failed |= json_object_set_new(json, "rule_of_thumb", knee_json_level(workload->rule_of_thumb));
    failed |= json_object_set_new(json, "max_level", knee_json_level(workload->max_level));
    failed |= json_object_set_new(json, "max_level_by", knee_json_text(workload->max_level_text));
    failed |= json_object_set_new(json, "current", knee_json_level(workload->current));
    failed |= json_object_set_new(json, "total_items", knee_json_number(workload->total_items));
    failed |= json_object_set_new(json, "setup_ns", knee_json_count(workload->setup_ns));
    failed |= set_lists(json, workload);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static int set_goal(json_t *json, const struct knee_goal *goal)
{
    char text[KNEE_SLO_TEXT_BYTES];
    json_t *slos = json_array();
    int failed = 0;
    for (size_t i = 0; i < goal->slos_count; i++)
        failed |= json_array_append_new(slos, json_string(knee_slo_text(&goal->slos[i], text)));
    failed |= json_object_set_new(json, "objective", json_string(knee_goal_objective(goal)->name));
    failed |=
        json_object_set_new(json, "min_efficiency", knee_json_number(goal->min_efficiency_ratio));
    return failed | json_object_set_new(json, "slo", slos);
}

static json_t *search_json(const struct knee_sweep_plan *plan)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "strategy", optional_text(plan->strategy));
    failed |= json_object_set_new(json, "seed", knee_json_whole(plan->seed));
    failed |= json_object_set_new(json, "tolerance", knee_json_number(plan->tolerance_ratio));
    failed |= json_object_set_new(json, "confidence", knee_json_number(plan->confidence_ratio));
    failed |= set_goal(json, &plan->goal);
    failed |= json_object_set_new(json, "budget_ns", knee_json_count(plan->budget_ns));
    failed |= json_object_set_new(json, "window_ns", knee_json_count(plan->window_ns));
    failed |= json_object_set_new(json, "windows_max", json_integer(plan->windows_max));
    failed |= json_object_set_new(json, "quick", json_boolean(plan->quick));
    failed |= json_object_set_new(json, "strict", json_boolean(plan->strict));
    failed |= json_object_set_new(json, "fixed_levels", json_boolean(plan->fixed_levels));
    failed |= json_object_set_new(json, "pin", optional_text(plan->pin));
    failed |= json_object_set_new(json, "dir", optional_text(plan->dir));
    failed |= json_object_set_new(json, "results", optional_text(plan->results));
    failed |= json_object_set_new(json, "host_cpus", knee_json_level(plan->host_cpus));
    failed |= json_object_set_new(json, "topology", optional_text(plan->topology_source));
    failed |= json_object_set_new(json, "load_factor", knee_json_number(plan->load_factor));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *plan_json(const struct knee_sweep_plan *plan)
{
    json_t *json = json_object(), *versions = json_object(), *workloads = json_array();
    int failed =
        json_object_set_new(json, "schema_version", json_integer(KNEE_SWEEP_PLAN_SCHEMA_VERSION));
    failed |= json_object_set_new(json, "knee_version", optional_text(plan->version));
    failed |= json_object_set_new(json, "date", knee_json_text(plan->date));
    failed |= set_argv(json, plan);
    for (size_t i = 0; i < plan->versions_count; i++)
        failed |= json_object_set_new(versions, plan->versions[i].name,
                                      knee_json_text(plan->versions[i].version));
    failed |= json_object_set_new(json, "versions", versions);
    failed |= json_object_set_new(json, "host", knee_json_host(&plan->host, &plan->topology));
    failed |= json_object_set_new(json, "host_memory_by_topology_bytes",
                                  knee_json_count(plan->topology.memory_bytes));
    failed |= json_object_set_new(json, "search", search_json(plan));
    for (size_t i = 0; i < plan->workloads_count; i++)
        failed |= json_array_append_new(workloads, workload_json(&plan->workloads[i]));
    failed |= json_object_set_new(json, "workloads", workloads);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_sweep_plan_write(const struct knee_sweep_plan *plan, const char *dir, struct knee_err *err)
{
    struct knee_file file;
    json_t *json = plan_json(plan);
    if (!json)
        return knee_err_set(err, KNEE_FAILED, "plan.json: out of memory; end other programs");
    int failed = knee_file_open(&file, dir, "plan.json", err);
    if (!failed) {
        (void)knee_json_write(json, DIGITS, file.out); /* what fails here shows on closing */
        failed = knee_file_close(&file, err);
    }
    json_decref(json);
    return failed;
}

const struct knee_sweep_plan_workload *knee_sweep_plan_find(const struct knee_sweep_plan *plan,
                                                            const char *name)
{
    for (size_t i = 0; i < plan->workloads_count; i++)
        if (strcmp(plan->workloads[i].name, name) == 0)
            return &plan->workloads[i];
    return NULL;
}
