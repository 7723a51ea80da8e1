/* SPDX-License-Identifier: MIT */
#include "reports/compare/history_report.h"

#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define JSON_DIGITS 6

static json_t *entry_json(const struct knee_history_entry *entry)
{
    const double *values = entry->values;
    return json_pack("{s:o,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:b}", "result", knee_json_text(entry->dir),
                     "date", entry->date, "verdict", knee_verdict_text(entry->verdict), "knee",
                     knee_json_number(values[KNEE_HISTORY_KNEE]), "throughput_per_s",
                     knee_json_number(values[KNEE_HISTORY_THROUGHPUT]), "throughput_ci_low_per_s",
                     knee_json_number(entry->low_per_s), "throughput_ci_high_per_s",
                     knee_json_number(entry->high_per_s), "latency_p99_s",
                     knee_json_number(values[KNEE_HISTORY_P99]), "left_out", entry->is_left_out);
}

static json_t *change_json(const struct knee_history *history,
                           const struct knee_history_change *change)
{
    return json_pack("{s:s,s:o,s:o,s:o,s:b,s:b}", "metric",
                     knee_history_metric_text(change->metric), "since",
                     knee_json_text(history->entries[change->entry].dir), "before",
                     knee_json_number(change->before), "after", knee_json_number(change->after),
                     "worse", change->worse, "last", change->last);
}

static json_t *history_json(const struct knee_history *history)
{
    json_t *results = json_array(), *changes = json_array();
    int failed = !results || !changes;
    for (size_t i = 0; !failed && i < history->entries_count; i++)
        failed = json_array_append_new(results, entry_json(&history->entries[i]));
    for (size_t i = 0; !failed && i < history->changes_count; i++)
        failed = json_array_append_new(changes, change_json(history, &history->changes[i]));
    if (!failed)
        return json_pack("{s:o,s:b,s:o,s:o}", "workload", knee_json_text(history->workload),
                         "worse", history->worse, "results", results, "changes", changes);
    json_decref(results);
    json_decref(changes);
    return NULL;
}

int knee_history_report_json(const struct knee_history *histories, size_t count, FILE *out,
                             struct knee_err *err)
{
    json_t *workloads = json_array();
    int failed = !workloads;
    bool worse = false;
    for (size_t i = 0; !failed && i < count; i++) {
        worse |= histories[i].worse;
        failed = json_array_append_new(workloads, history_json(&histories[i]));
    }
    json_t *json = failed ? NULL : json_pack("{s:b,s:O}", "worse", worse, "workloads", workloads);
    json_decref(workloads);
    if (!json)
        return knee_err_memory(err, "compare");
    int status = knee_json_write(json, JSON_DIGITS, out);
    if (status)
        knee_err_set(err, KNEE_FAILED, "compare: JSON: %s; write it elsewhere", strerror(errno));
    json_decref(json);
    return status;
}
