/* SPDX-License-Identifier: MIT */
#include "tuner/store/sweep_plan.h"

#include "core/base/file.h"
#include "core/text/builder.h"
#include "tuner/store/facts_json.h"
#include "tuner/options/target_options.h"
#include "tuner/store/json.h"
#include "tuner/store/texts_json.h"

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

/* One option as `--name=value`; a new string, NULL out of memory. */
static char *option_text(const struct knee_arguments_given *given)
{
    struct knee_builder text = {0};
    knee_builder_add(&text, "--%s", given->option->name);
    if (given->value)
        knee_builder_add(&text, "=%s", given->value);
    return knee_builder_take(&text);
}

/* Whether an option says what to run, or what to ask: it is kept for --resume. The value of a
 * header may be a secret, unless it is the name of a file. */
static bool is_kept(const struct knee_arguments_given *given, bool target)
{
    if (knee_option_is_of(given->option, &knee_command_options_part))
        return true;
    if (!target)
        return false;
    if (strcmp(given->option->name, "header") == 0)
        return given->value[0] == '@';
    return knee_option_is_of(given->option, &knee_target_options_part) ||
           strcmp(given->option->name, "param") == 0;
}

/* The options that the command or the service was given with, in long spelling, and its words.
 * NULL out of memory. */
static json_t *command_json(const struct knee_sweep_plan *plan, size_t words_count,
                            const char *const *words, bool target)
{
    const struct knee_arguments *arguments = plan->arguments;
    size_t given = arguments ? arguments->given_count : 0, count = 0;
    char **options = calloc(given + 1, sizeof *options);
    json_t *json = json_object();
    int failed = options ? 0 : -1;
    for (size_t i = 0; i < given && !failed; i++) {
        if (!is_kept(&arguments->given[i], target))
            continue;
        options[count] = option_text(&arguments->given[i]);
        failed = options[count++] ? 0 : -1;
    }
    if (!failed)
        failed = knee_texts_json_set(json, "options", count, (const char *const *)options);
    failed |= knee_texts_json_set(json, "words", words_count, words);
    if (target)
        failed |= json_object_set_new(json, "hidden_headers", knee_json_text(plan->hidden));
    for (size_t i = 0; i < count; i++)
        free(options[i]);
    free(options);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
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
    if (workload->target[0])
        failed |= json_object_set_new(json, "target", json_string(workload->target));
    failed |= json_object_set_new(json, "class", json_string(knee_class_text(workload->resource)));
    failed |= json_object_set_new(json, "cpus", json_integer(workload->cpus));
    if (workload->pus > 0) {
        failed |= json_object_set_new(json, "pus", json_integer(workload->pus));
        failed |= json_object_set_new(json, "work", knee_json_text(workload->work));
    }
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
    failed |=
        json_object_set_new(json, "tolerance_is_default", json_boolean(plan->tolerance_is_default));
    failed |= json_object_set_new(json, "confidence", knee_json_number(plan->confidence_ratio));
    failed |= set_goal(json, &plan->goal);
    failed |= json_object_set_new(json, "budget_ns", knee_json_count(plan->budget_ns));
    failed |= json_object_set_new(json, "window_ns", knee_json_count(plan->window_ns));
    failed |= json_object_set_new(json, "windows_max", json_integer(plan->windows_max));
    failed |= knee_texts_json_set(json, "servers", plan->servers_count, plan->servers);
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
    failed |=
        knee_texts_json_set(json, "argv", (size_t)plan->argc, (const char *const *)plan->argv);
    if (plan->command.words)
        failed |=
            json_object_set_new(json, "command",
                                command_json(plan, plan->command.words_count,
                                             (const char *const *)plan->command.words, false));
    else if (plan->arguments)
        failed |= json_object_set_new(
            json, "service",
            command_json(plan, plan->arguments->words_count, plan->arguments->words, true));
    for (size_t i = 0; i < plan->versions_count; i++)
        failed |= json_object_set_new(versions, plan->versions[i].name,
                                      knee_json_text(plan->versions[i].version));
    failed |= json_object_set_new(json, "versions", versions);
    failed |= json_object_set_new(json, "host", knee_json_host(&plan->host, &plan->topology));
    failed |= json_object_set_new(json, "host_memory_by_topology_bytes",
                                  knee_json_count(plan->topology.memory_bytes));
    failed |= json_object_set_new(json, "search", search_json(plan));
    if (plan->hosts_count > 0) {
        failed |= knee_texts_json_set(json, "hosts", plan->hosts_count, plan->hosts);
        failed |= json_object_set_new(json, "split", json_integer(plan->split));
    }
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
        return knee_err_memory(err, "plan.json");
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
