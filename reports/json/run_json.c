/* SPDX-License-Identifier: MIT */
#include "reports/json/run_json.h"

#include "core/base/file.h"
#include "tuner/decide/level.h"
#include "tuner/levels/classify.h"
#include "tuner/result/result.h"
#include "tuner/store/columns.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#define DIGITS 9

static const char *end_word(enum knee_run_end end)
{
    static const char *const words[] = {
        [KNEE_RUN_ALL_DONE] = "done",           [KNEE_RUN_SOME_FAILED] = "some_failed",
        [KNEE_RUN_ALL_FAILED] = "all_failed",   [KNEE_RUN_HALTED] = "halted",
        [KNEE_RUN_INTERRUPTED] = "interrupted", [KNEE_RUN_BROKEN] = "broken",
    };
    return words[end];
}

static json_t *limits_json(const struct knee_run_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->decisions_count; i++) {
        const struct knee_run_decision *decision = &result->decisions[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:i, s:o, s:o, s:s}", "time_s",
                                              knee_json_number(decision->time_s), "from",
                                              knee_json_level(decision->from), "limit",
                                              (int)decision->to, "throughput_per_s",
                                              knee_json_number(decision->throughput_per_s),
                                              "gain_ratio", knee_json_number(decision->gain_ratio),
                                              "reason", knee_run_reason_name(decision->reason)));
    }
    return list;
}

static json_t *failures_json(const struct knee_run_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->failures_count; i++) {
        const struct knee_run_failure *failure = &result->failures[i];
        json_array_append_new(
            list, json_pack("{s:I, s:o, s:o, s:o}", "item", (json_int_t)failure->number, "argument",
                            knee_json_text(failure->item), "how", knee_json_text(failure->how),
                            "last_error_line", knee_json_text(failure->line)));
    }
    return list;
}

static json_t *run_json(const struct knee_run_result *result)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "items", knee_json_count(result->items));
    failed |= json_object_set_new(json, "done", knee_json_count(result->done));
    failed |= json_object_set_new(json, "failed", knee_json_count(result->failed));
    failed |= json_object_set_new(json, "interrupted", knee_json_count(result->interrupted));
    failed |= json_object_set_new(json, "skipped", knee_json_count(result->skipped));
    failed |= json_object_set_new(json, "retries", knee_json_count(result->retries));
    failed |= json_object_set_new(json, "elapsed_s", knee_json_number(result->elapsed_s));
    failed |=
        json_object_set_new(json, "throughput_per_s", knee_json_number(result->throughput_per_s));
    failed |= json_object_set_new(json, "item_mean_s", knee_json_number(result->item_mean_s));
    failed |= json_object_set_new(json, "item_cv", knee_json_number(result->item_cv));
    failed |= json_object_set_new(json, "limit_first", knee_json_level(result->limit_first));
    failed |= json_object_set_new(json, "limit_last", knee_json_level(result->limit_last));
    failed |= json_object_set_new(json, "limit_best", knee_json_level(result->limit_best));
    failed |= json_object_set_new(json, "rule_of_thumb", knee_json_level(result->rule_of_thumb));
    failed |= json_object_set_new(json, "learned", json_boolean(result->learned));
    failed |= json_object_set_new(json, "end", json_string(end_word(result->end)));
    failed |= json_object_set_new(json, "limits", limits_json(result));
    failed |= json_object_set_new(json, "failures", failures_json(result));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* A run compares levels as it goes, and claims nothing: it is read like an unresolved sweep. If it
 * compared none, its limit is the one that it began with, or what the first items' CPU time said.
 */
static json_t *workload_json(const struct knee_run_result *result, const struct knee_run_plan *plan)
{
    enum knee_result_source source =
        result->learned ? KNEE_RESULT_SOURCE_MEASURED : KNEE_RESULT_SOURCE_GUESS;
    return json_pack("{s:o, s:o, s:{s:o, s:s, s:s, s:s}}", "workload", knee_json_text(plan->name),
                     "title", knee_json_text(plan->title), "decision", "limit",
                     knee_json_level(result->limit_best), "verdict", "unresolved", "source",
                     knee_result_source_text(source), "reason",
                     result->learned ? "found by knee run while it did the work"
                                     : "knee run compared no other limit with it");
}

int knee_run_json(const struct knee_run_result *result, const struct knee_run_plan *plan, FILE *out,
                  struct knee_err *err)
{
    json_t *json = json_object();
    int failed =
        json_object_set_new(json, "schema_version", json_integer(KNEE_RESULT_SCHEMA_VERSION));
    failed |= json_object_set_new(json, "knee_version", knee_json_text(plan->version));
    failed |= json_object_set_new(json, "date", knee_json_text(plan->date));
    failed |= knee_json_set_argv(json, plan->argc, plan->argv);
    failed |= json_object_set_new(json, "host", knee_json_host(plan->host, plan->topology));
    failed |= json_object_set_new(json, "run", run_json(result));
    json_t *list = json_array();
    if (result->done > 0)
        failed |= json_array_append_new(list, workload_json(result, plan));
    failed |= json_object_set_new(json, "workloads", list);
    int status = failed ? knee_err_memory(err, "result.json") : 0;
    if (!failed && knee_json_write(json, DIGITS, out))
        status = knee_err_set(err, KNEE_FAILED, "result: %s", strerror(errno));
    json_decref(json);
    return status;
}

/* The columns of a sweep that a run can fill. */
static struct knee_level level_of(const struct knee_run_result *result,
                                  const struct knee_run_record *record, size_t index)
{
    const struct knee_run_level *from = &result->levels[index];
    const struct knee_run_level *first = &result->levels[0];
    static const struct knee_run_record_level none = {.latency_mean_s = NAN,
                                                      .latency_p50_s = NAN,
                                                      .latency_p95_s = NAN,
                                                      .latency_p99_s = NAN,
                                                      .latency_max_s = NAN,
                                                      .latency_cv = NAN,
                                                      .cpu_per_item_s = NAN,
                                                      .max_rss_bytes = NAN};
    const struct knee_run_record_level *more =
        record ? knee_run_record_level(record, from->level) : NULL;
    bool known = more != NULL;
    more = known ? more : &none;
    double speedup = first->level == 1 && first->throughput_per_s > 0.
                         ? from->throughput_per_s / first->throughput_per_s
                         : NAN;
    return (struct knee_level){
        .level = from->level,
        .windows = from->windows,
        .items = from->items,
        .failed_items = known ? (double)more->failed : (double)NAN,
        .throughput_per_s = from->throughput_per_s,
        .throughput_ci_low_per_s = NAN,
        .throughput_ci_high_per_s = NAN,
        .throughput_cv = from->throughput_cv,
        .throughput_median_per_s = NAN,
        .speedup = speedup,
        .parallel_efficiency = speedup / from->level,
        .throughput_per_slot_per_s = from->throughput_per_s / from->level,
        .latency_mean_s = more->latency_mean_s,
        .latency_p50_s = more->latency_p50_s,
        .latency_p95_s = more->latency_p95_s,
        .latency_p99_s = more->latency_p99_s,
        .latency_max_s = more->latency_max_s,
        .latency_cv = more->latency_cv,
        .consistency = knee_classify_consistency(more->latency_cv),
        .cpu_utilization = NAN,
        .cpu_per_item_s = more->cpu_per_item_s,
        .runqueue_wait_per_item_s = NAN,
        .other_wait_per_item_s = NAN,
        .switches_voluntary_per_s = NAN,
        .switches_involuntary_per_s = NAN,
        .max_rss_bytes = more->max_rss_bytes,
        .steal_ratio = NAN,
        .foreign_cpus = NAN,
        .server_in_service = NAN,
        .server_cpu_utilization = NAN,
        .requests = KNEE_REQUESTS_UNKNOWN,
    };
}

static int write_levels(const struct knee_run_result *result, const struct knee_run_record *record,
                        const char *name, const char *dir, struct knee_err *err)
{
    struct knee_file file;
    if (knee_file_open(&file, dir, knee_columns_levels.file, err))
        return -1;
    knee_columns_header(&knee_columns_levels, file.out);
    for (size_t i = 0; i < result->levels_count; i++) {
        struct knee_level level = level_of(result, record, i);
        knee_columns_row(&knee_columns_levels, name, &level, file.out);
    }
    return knee_file_close(&file, err);
}

int knee_run_json_levels(const struct knee_run_record *record, const char *dir,
                         struct knee_err *err)
{
    return write_levels(&record->result, record, record->name, dir, err);
}

int knee_run_json_write(const struct knee_run_result *result, const struct knee_run_plan *plan,
                        const char *dir, struct knee_err *err)
{
    struct knee_file file;
    if (write_levels(result, NULL, plan->name, dir, err) ||
        knee_file_open(&file, dir, "result.json", err))
        return -1;
    if (knee_run_json(result, plan, file.out, err)) {
        knee_file_drop(&file);
        return -1;
    }
    return knee_file_close(&file, err);
}
