/* SPDX-License-Identifier: MIT */
/* plan.json -> struct knee_sweep_plan. A key that is missing is "not given": what an older knee
 * wrote stays readable; a key of the wrong type or out of range is an error. */
#include "tuner/store/sweep_plan.h"

#include "core/base/file.h"
#include "tuner/store/facts_json.h"
#include "tuner/store/json.h"
#include "tuner/options/sweep_options.h"
#include "tuner/store/json_read.h"
#include "tuner/store/texts_json.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum knee_class read_class(struct knee_json_reader *reader, const json_t *json)
{
    const char *name = knee_json_read_text(reader, json, "class");
    enum knee_class resource = KNEE_CLASS_CPU;
    if (knee_class_parse(name, &resource) && !reader->bad)
        reader->bad = "class";
    return resource;
}

static void read_parameter(struct knee_json_reader *reader, const json_t *json,
                           struct knee_parameter *to, double *value)
{
    to->name = knee_json_read_text(reader, json, "name");
    to->unit = (enum knee_parameter_unit)knee_json_read_count(reader, json, "unit",
                                                              KNEE_PARAMETER_WORD, 0);
    to->words = knee_json_read_text(reader, json, "words");
    to->noun = knee_json_read_text(reader, json, "noun");
    to->shown = knee_json_read_truth(reader, json, "shown");
    to->help = "";
    *value = knee_json_read_number(reader, json, "value", 0);
    bool complete = to->name && (to->unit != KNEE_PARAMETER_WORD || to->words);
    if (!complete && !reader->bad)
        reader->bad = "parameters";
}

/* Elements of a list; one with more than `most` is wrong. */
static size_t list_size(struct knee_json_reader *reader, const json_t *list, const char *key,
                        size_t most)
{
    size_t size = json_array_size(list);
    if (size > most && !reader->bad)
        reader->bad = key;
    return size > most ? most : size;
}

static void read_lists(struct knee_json_reader *reader, const json_t *json,
                       struct knee_sweep_plan_workload *to)
{
    json_t *list = json_object_get(json, "parameters");
    to->parameters_count = list_size(reader, list, "parameters", KNEE_PARAMETERS_MAX);
    for (size_t i = 0; i < to->parameters_count; i++) {
        read_parameter(reader, json_array_get(list, i), &to->parsed[i], &to->parameters[i].value);
        to->parameters[i].parameter = &to->parsed[i];
    }
    list = json_object_get(json, "candidates");
    to->candidates_count = list_size(reader, list, "candidates", KNEE_LEVELS_MAX);
    for (size_t i = 0; i < to->candidates_count; i++) {
        to->candidates[i].level = knee_json_read_count32(reader, json_array_get(list, i), "level");
        to->candidates[i].marks = knee_json_read_count32(reader, json_array_get(list, i), "marks");
        if (to->candidates[i].level == 0 && !reader->bad)
            reader->bad = "level";
    }
    knee_facts_json_read(reader, json, "notes", &to->notes);
    knee_facts_json_read(reader, json, "warnings", &to->warnings);
}

static void read_workload(struct knee_json_reader *reader, const json_t *json,
                          struct knee_sweep_plan_workload *to)
{
    knee_json_read_copy_text(reader, json, "workload", to->name, sizeof to->name);
    knee_json_read_copy_text(reader, json, "title", to->title, sizeof to->title);
    to->command = knee_json_read_truth(reader, json, "command");
    knee_json_read_copy_text(reader, json, "target", to->target, sizeof to->target);
    to->resource = read_class(reader, json);
    to->cpus = knee_json_read_count32(reader, json, "cpus");
    to->pus = knee_json_read_count32(reader, json, "pus");
    if (to->pus > 0)
        knee_json_read_copy_text(reader, json, "work", to->work, sizeof to->work);
    to->rule_of_thumb = knee_json_read_count32(reader, json, "rule_of_thumb");
    to->max_level = knee_json_read_count32(reader, json, "max_level");
    knee_json_read_copy_text(reader, json, "max_level_by", to->max_level_text,
                             sizeof to->max_level_text);
    to->current = knee_json_read_count32(reader, json, "current");
    to->total_items = knee_json_read_number(reader, json, "total_items", 0);
    to->setup_ns = knee_json_read_count(reader, json, "setup_ns", UINT64_MAX, 0);
    read_lists(reader, json, to);
    if (!to->name[0] && !reader->bad)
        reader->bad = "workload";
}

static void read_host(struct knee_json_reader *reader, const json_t *json, struct knee_host *host)
{
    knee_json_read_copy_text(reader, json, "name", host->name, sizeof host->name);
    knee_json_read_copy_text(reader, json, "kernel", host->kernel, sizeof host->kernel);
    host->cpu_quota = knee_json_read_number(reader, json, "cpu_quota", INFINITY);
    knee_json_read_copy_text(reader, json, "cpu_quota_group", host->cpu_quota_group,
                             sizeof host->cpu_quota_group);
    host->memory_total_bytes =
        knee_json_read_count(reader, json, "memory_total_bytes", UINT64_MAX, UINT64_MAX);
    host->memory_available_bytes =
        knee_json_read_count(reader, json, "memory_available_bytes", UINT64_MAX, UINT64_MAX);
    knee_json_read_copy_text(reader, json, "memory_group", host->memory_group,
                             sizeof host->memory_group);
    host->open_files_max =
        knee_json_read_count(reader, json, "open_files_max", UINT64_MAX, UINT64_MAX);
    host->processes_max =
        knee_json_read_count(reader, json, "processes_max", UINT64_MAX, UINT64_MAX);
}

static void read_topology(struct knee_json_reader *reader, const json_t *json,
                          struct knee_topology_counts *topology)
{
    knee_json_read_copy_text(reader, json, "cpu_model", topology->model, sizeof topology->model);
    topology->this_system = knee_json_read_truth(reader, json, "this_system");
    topology->packages = knee_json_read_count32(reader, json, "packages");
    topology->numa_nodes = knee_json_read_count32(reader, json, "numa_nodes");
    topology->l3_groups = knee_json_read_count32(reader, json, "l3_groups");
    topology->cores = knee_json_read_count32(reader, json, "cores");
    topology->pus = knee_json_read_count32(reader, json, "pus");
    topology->core_kinds = knee_json_read_count32(reader, json, "core_kinds");
    topology->allowed_cores = knee_json_read_count32(reader, json, "allowed_cores");
    topology->allowed_pus = knee_json_read_count32(reader, json, "usable_cpus");
}

static void read_goal(struct knee_json_reader *reader, const json_t *json, struct knee_goal *goal)
{
    const char *name = knee_json_read_text(reader, json, "objective");
    const json_t *slos = json_object_get(json, "slo");
    goal->objective = name ? knee_goal_objective_find(name) : NULL;
    if (name && !goal->objective && !reader->bad)
        reader->bad = "objective";
    goal->min_efficiency_ratio =
        knee_json_read_number(reader, json, "min_efficiency", KNEE_MIN_EFFICIENCY_RATIO);
    for (size_t i = 0; i < json_array_size(slos); i++) {
        const char *text = json_string_value(json_array_get(slos, i));
        if (knee_goal_add_slo(goal, "", text ? text : "", NULL) && !reader->bad)
            reader->bad = "slo";
    }
}

static void read_servers(struct knee_json_reader *reader, const json_t *json,
                         struct knee_sweep_plan *plan)
{
    const json_t *servers = json_object_get(json, "servers");
    size_t size = json_array_size(servers);
    if (size > KNEE_MEASURING_SERVERS_MAX && !reader->bad)
        reader->bad = "servers";
    for (size_t i = 0; i < size && i < KNEE_MEASURING_SERVERS_MAX; i++) {
        const char *text = json_string_value(json_array_get(servers, i));
        if (!text && !reader->bad)
            reader->bad = "servers";
        plan->servers[plan->servers_count++] = text ? text : "";
    }
}

static void read_search(struct knee_json_reader *reader, const json_t *json,
                        struct knee_sweep_plan *plan)
{
    plan->strategy = knee_json_read_text(reader, json, "strategy");
    plan->seed = knee_json_read_count(reader, json, "seed", UINT64_MAX, UINT64_MAX);
    plan->tolerance_ratio = knee_json_read_number(reader, json, "tolerance", NAN);
    plan->tolerance_is_default = knee_json_read_truth(reader, json, "tolerance_is_default");
    plan->confidence_ratio = knee_json_read_number(reader, json, "confidence", NAN);
    read_goal(reader, json, &plan->goal);
    plan->budget_ns = knee_json_read_count(reader, json, "budget_ns", UINT64_MAX, 0);
    plan->window_ns = knee_json_read_count(reader, json, "window_ns", UINT64_MAX, 0);
    plan->windows_max = knee_json_read_count32(reader, json, "windows_max");
    read_servers(reader, json, plan);
    plan->quick = knee_json_read_truth(reader, json, "quick");
    plan->strict = knee_json_read_truth(reader, json, "strict");
    plan->fixed_levels = knee_json_read_truth(reader, json, "fixed_levels");
    plan->pin = knee_json_read_text(reader, json, "pin");
    plan->dir = knee_json_read_text(reader, json, "dir");
    plan->results = knee_json_read_text(reader, json, "results");
    plan->host_cpus = knee_json_read_count32(reader, json, "host_cpus");
    plan->topology_source = knee_json_read_text(reader, json, "topology");
    plan->load_factor = knee_json_read_number(reader, json, "load_factor", 1);
}

static int read_argv(struct knee_sweep_plan *plan, const json_t *json)
{
    size_t count = 0;
    plan->read_argv = plan->argv = knee_texts_json_read(json, "argv", NULL, &count);
    plan->argc = (int)count;
    return plan->argv ? 0 : -1;
}

/* The command line of a service: `knee sweep OPTIONS URL...`. */
static char **service_line(const json_t *service, size_t *count)
{
    json_t *start = json_pack("{s:[s, s]}", "start", "knee", "sweep");
    *count = 0;
    char **line = knee_texts_json_read(start, "start", NULL, count);
    line = line ? knee_texts_json_read(service, "options", line, count) : NULL;
    line = line ? knee_texts_json_read(service, "words", line, count) : NULL;
    json_decref(start);
    return line;
}

/* The command line that holds the command: `knee sweep OPTIONS -- WORDS`. A plan of an earlier knee
 * has no `command`: its argv is that line. NULL out of memory. */
static char **command_line(const json_t *plan, size_t *count)
{
    const json_t *command = json_object_get(plan, "command");
    json_t *start = json_pack("{s:[s, s], s:[s]}", "start", "knee", "sweep", "end", "--");
    char **line;
    *count = 0;
    if (command) {
        line = knee_texts_json_read(start, "start", NULL, count);
        line = line ? knee_texts_json_read(command, "options", line, count) : NULL;
        line = line ? knee_texts_json_read(start, "end", line, count) : NULL;
        line = line ? knee_texts_json_read(command, "words", line, count) : NULL;
    } else {
        line = knee_texts_json_read(plan, "argv", NULL, count);
    }
    json_decref(start);
    return line;
}

/* Read by the very tables that the command line is read by, so that ranges hold. */
static int read_command(struct knee_json_reader *reader, struct knee_sweep_plan *plan,
                        const json_t *json, bool target)
{
    static const struct knee_command sweep = {.name = "sweep",
                                              .options = knee_sweep_options_uses,
                                              .values_bytes = sizeof(struct knee_sweep_options),
                                              .operands_max = KNEE_ARGUMENTS_WORDS_MAX,
                                              .takes_command = true};
    size_t count;
    const json_t *service = json_object_get(json, "service");
    plan->read_command = target ? service_line(service, &count) : command_line(json, &count);
    if (!plan->read_command)
        return -1;
    if (knee_arguments_parse(&plan->read_arguments, &sweep, NULL, (int)count, plan->read_command,
                             NULL) == 0) {
        const struct knee_sweep_options *options = plan->read_arguments.values;
        plan->command = options->command;
        plan->arguments = &plan->read_arguments;
    }
    if (target)
        knee_json_read_copy_text(reader, service, "hidden_headers", plan->hidden,
                                 sizeof plan->hidden);
    bool found = target ? plan->read_arguments.words_count > 0 : plan->command.words != NULL;
    if (!found && !reader->bad)
        reader->bad = target ? "service" : "command";
    return 0;
}

static void read_versions(struct knee_sweep_plan *plan, json_t *json)
{
    const char *name;
    json_t *version;
    json_object_foreach(json, name, version)
    {
        if (plan->versions_count == KNEE_SWEEP_PLAN_VERSIONS_MAX || !json_is_string(version))
            continue;
        plan->versions[plan->versions_count].name = name;
        plan->versions[plan->versions_count++].version = json_string_value(version);
    }
}

/* 0; -1 out of memory. What is wrong in the file is left in `reader`. */
static int read_plan(struct knee_json_reader *reader, json_t *json, struct knee_sweep_plan *plan)
{
    json_t *host = json_object_get(json, "host"), *list = json_object_get(json, "workloads");
    plan->source = json_incref(json);
    plan->version = knee_json_read_text(reader, json, "knee_version");
    knee_json_read_copy_text(reader, json, "date", plan->date, sizeof plan->date);
    read_host(reader, host, &plan->host);
    read_topology(reader, host, &plan->topology);
    plan->topology.memory_bytes =
        knee_json_read_count(reader, json, "host_memory_by_topology_bytes", UINT64_MAX, 0);
    read_search(reader, json_object_get(json, "search"), plan);
    read_versions(plan, json_object_get(json, "versions"));
    if (json_object_get(json, "hosts")) {
        plan->read_hosts = knee_texts_json_read(json, "hosts", NULL, &plan->hosts_count);
        if (!plan->read_hosts)
            return -1;
        plan->hosts = (const char *const *)plan->read_hosts;
        plan->split = (int)knee_json_read_count(reader, json, "split", KNEE_FLEET_SPLIT_CPUS, 0);
    }
    size_t size = list_size(reader, list, "workloads", KNEE_SWEEP_PLAN_WORKLOADS_MAX);
    if (size == 0 && !reader->bad)
        reader->bad = "workloads";
    plan->workloads = calloc(size + 1, sizeof *plan->workloads);
    if (!plan->workloads || read_argv(plan, json) != 0)
        return -1;
    plan->workloads_count = size;
    for (size_t i = 0; i < size; i++)
        read_workload(reader, json_array_get(list, i), &plan->workloads[i]);
    bool target = size > 0 && plan->workloads[0].target[0];
    return size > 0 && (target || plan->workloads[0].command)
               ? read_command(reader, plan, json, target)
               : 0;
}

static bool is_run(const json_t *json)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    return kind && strcmp(kind, "run") == 0;
}

int knee_sweep_plan_parse(struct knee_sweep_plan *plan, const char *text, size_t bytes,
                          const char *path, struct knee_err *err)
{
    json_error_t wrong;
    json_t *json = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &wrong);
    if (!json)
        return knee_err_set(err, KNEE_USAGE, "%s: line %d: %s; sweep again", path, wrong.line,
                            wrong.text);
    struct knee_sweep_plan read = {0};
    struct knee_json_reader reader = {0};
    int failed = knee_json_read_schema(json, KNEE_SWEEP_PLAN_SCHEMA_VERSION, path, err);
    if (!failed && is_run(json))
        failed = knee_err_set(err, KNEE_USAGE, "%s: is of knee run; name the directory of a sweep",
                              path);
    if (!failed && read_plan(&reader, json, &read) != 0)
        failed = knee_err_memory(err, path);
    if (!failed && !reader.bad)
        reader.bad = knee_sweep_plan_check(&read);
    if (!failed && reader.bad)
        failed = knee_err_set(err, KNEE_USAGE,
                              "%s: `%s` is wrong; use the knee that wrote it, or sweep again", path,
                              reader.bad);
    json_decref(json);
    if (failed) {
        knee_sweep_plan_release(&read);
        return -1;
    }
    *plan = read;
    if (plan->arguments)
        plan->arguments = &plan->read_arguments;
    return 0;
}

int knee_sweep_plan_read(struct knee_sweep_plan *plan, const char *dir, struct knee_err *err)
{
    char path[PATH_MAX];
    char *text = NULL;
    size_t bytes = 0;
    if (knee_file_read(&text, &bytes, dir, "plan.json", path, sizeof path, err) != 0)
        return -1;
    int failed = knee_sweep_plan_parse(plan, text, bytes, path, err);
    free(text);
    return failed;
}

void knee_sweep_plan_release(struct knee_sweep_plan *plan)
{
    knee_texts_json_release(plan->read_argv);
    knee_texts_json_release(plan->read_hosts);
    knee_texts_json_release(plan->read_command);
    knee_arguments_release(&plan->read_arguments);
    free(plan->workloads);
    json_decref(plan->source);
    *plan = (struct knee_sweep_plan){0};
}
