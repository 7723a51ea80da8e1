/* SPDX-License-Identifier: MIT */
#include "tuner/compare/history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *knee_history_metric_text(enum knee_history_metric metric)
{
    static const char *const texts[] = {"throughput", "knee", "p99"};
    return texts[metric];
}

/* A cut sweep's knee that is its highest level. */
static bool is_bound(const struct knee_workload_result *workload)
{
    uint32_t top = 0;
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].windows > 0)
            top = workload->levels[i].level;
    return knee_workload_result_is_cut(workload) && workload->decision.knee >= top;
}

void knee_history_entry_of(struct knee_history_entry *entry, const struct knee_result *result,
                           const struct knee_workload_result *workload, const char *dir)
{
    const struct knee_decision *decision = &workload->decision;
    const struct knee_level *row = knee_workload_result_at(workload, decision->knee);
    *entry = (struct knee_history_entry){.dir = dir,
                                         .values = {NAN, NAN, NAN},
                                         .low_per_s = NAN,
                                         .high_per_s = NAN,
                                         .verdict = decision->verdict};
    snprintf(entry->date, sizeof entry->date, "%s", result->date);
    /* A disturbed sweep has no knee: what it names is the rule of thumb. */
    if (decision->verdict == KNEE_VERDICT_DISTURBED || !row)
        return;
    entry->values[KNEE_HISTORY_THROUGHPUT] = row->throughput_per_s;
    entry->values[KNEE_HISTORY_KNEE] = decision->knee;
    entry->values[KNEE_HISTORY_P99] = row->latency_p99_s;
    entry->low_per_s = row->throughput_ci_low_per_s;
    entry->high_per_s = row->throughput_ci_high_per_s;
    entry->is_bound = is_bound(workload);
}

/* Can it be compared with others whose highest knee is `most`? False without a knee. */
static bool fits(const struct knee_history_entry *entry, double most)
{
    double knee = entry->values[KNEE_HISTORY_KNEE];
    return entry->is_bound ? knee == most : knee <= most;
}

static size_t count_fitting(const struct knee_history *history, double most)
{
    size_t count = 0;
    for (size_t i = 0; i < history->entries_count; i++)
        count += fits(&history->entries[i], most);
    return count;
}

/* Keeps the largest set of entries of which none is a bound below another's knee; of two that are
 * as large, the one with the higher knees, which was let further. */
static void leave_out_incomparable(struct knee_history *history)
{
    double best = 0;
    size_t best_count = 0;
    for (size_t i = 0; i < history->entries_count; i++) {
        double most = history->entries[i].values[KNEE_HISTORY_KNEE];
        size_t count = count_fitting(history, most);
        if (count > best_count || (count == best_count && most > best)) {
            best = most;
            best_count = count;
        }
    }
    history->left_out_count = 0;
    for (size_t i = 0; i < history->entries_count; i++) {
        struct knee_history_entry *entry = &history->entries[i];
        entry->is_left_out = isfinite(entry->values[KNEE_HISTORY_KNEE]) && !fits(entry, best);
        history->left_out_count += entry->is_left_out;
    }
}

/* Logarithms of what is known of a metric, and the entries that they are of. */
struct series {
    double *logs;
    size_t *entries, *points, count, points_count;
};

static void take(struct series *series, const struct knee_history *history,
                 enum knee_history_metric metric)
{
    series->count = 0;
    for (size_t i = 0; i < history->entries_count; i++) {
        double value = history->entries[i].values[metric];
        if (!(value > 0) || !isfinite(value) || history->entries[i].is_left_out)
            continue;
        series->logs[series->count] = log(value);
        series->entries[series->count++] = i;
    }
}

static int add_changes(struct knee_history *history, const struct series *series,
                       enum knee_history_metric metric, struct knee_err *err)
{
    for (size_t i = 0; i < series->points_count; i++) {
        double before, after;
        size_t at = series->points[i], from = i > 0 ? series->points[i - 1] : 0;
        bool last = i + 1 == series->points_count;
        size_t to = last ? series->count : series->points[i + 1];
        if (knee_change_points_median(&before, series->logs, from, at, err) ||
            knee_change_points_median(&after, series->logs, at, to, err))
            return -1;
        history->changes[history->changes_count++] = (struct knee_history_change){
            .metric = metric,
            .entry = series->entries[at],
            .before = exp(before),
            .after = exp(after),
            .last = last,
            .worse = metric == KNEE_HISTORY_THROUGHPUT ? after < before : after > before,
        };
    }
    return 0;
}

/* A knee that rose as the throughput did is a gain: more of the machine is used. */
static void forgive_gains(struct knee_history *history)
{
    const size_t near = KNEE_CHANGE_POINTS_SEGMENT_MIN;
    for (size_t i = 0; i < history->changes_count; i++) {
        struct knee_history_change *knee = &history->changes[i];
        for (size_t j = 0; j < history->changes_count; j++) {
            const struct knee_history_change *other = &history->changes[j];
            if (knee->metric == KNEE_HISTORY_KNEE && other->metric == KNEE_HISTORY_THROUGHPUT &&
                !other->worse && other->entry + near > knee->entry &&
                knee->entry + near > other->entry)
                knee->worse = false;
        }
    }
}

static int judge_metric(struct knee_history *history, struct series *series,
                        enum knee_history_metric metric, double min_effect, uint64_t seed,
                        struct knee_err *err)
{
    const double effects[] = {
        [KNEE_HISTORY_THROUGHPUT] = min_effect,
        [KNEE_HISTORY_KNEE] = fmax(min_effect, KNEE_HISTORY_KNEE_EFFECT_MIN),
        [KNEE_HISTORY_P99] = fmax(min_effect, KNEE_HISTORY_P99_EFFECT_MIN),
    };
    const struct knee_change_points_params params = {
        .risk = KNEE_CHANGE_POINTS_RISK, .effect_min = log1p(effects[metric]), .seed = seed};
    take(series, history, metric);
    if (knee_change_points_find(series->logs, series->count, &params, series->points,
                                &series->points_count, err))
        return -1;
    return add_changes(history, series, metric, err);
}

int knee_history_judge(struct knee_history *history, double min_effect, uint64_t seed,
                       struct knee_err *err)
{
    size_t count = history->entries_count;
    double *logs = calloc(count + 1, sizeof *logs);
    size_t *entries = calloc(count + 1, sizeof *entries);
    size_t *points = calloc(count + 1, sizeof *points);
    struct series series = {.logs = logs, .entries = entries, .points = points};
    int status = 0;
    free(history->changes);
    history->changes_count = 0;
    history->worse = false;
    history->changes = calloc(KNEE_HISTORY_METRICS * (count + 1), sizeof *history->changes);
    if (!logs || !entries || !points || !history->changes)
        status = knee_err_memory(err, "compare");
    leave_out_incomparable(history);
    for (int metric = 0; status == 0 && metric < KNEE_HISTORY_METRICS; metric++)
        status =
            judge_metric(history, &series, (enum knee_history_metric)metric, min_effect, seed, err);
    if (status == 0)
        forgive_gains(history);
    for (size_t i = 0; i < history->changes_count; i++)
        history->worse |= history->changes[i].last && history->changes[i].worse;
    free(logs);
    free(entries);
    free(points);
    return status;
}

void knee_history_release(struct knee_history *history)
{
    free(history->entries);
    free(history->changes);
    *history = (struct knee_history){0};
}
