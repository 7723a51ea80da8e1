/* SPDX-License-Identifier: MIT */
/* The rows of levels.csv: windows and points -> one struct knee_level a level. */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "tuner/fit/failing.h"
#include "tuner/levels/classify.h"
#include "tuner/result/result_seen.h"

#include <math.h>
#include <stdlib.h>

/* The valid windows of one level, gathered one value at a time into `values`. */
struct rows {
    const struct knee_window **at; /* of this level */
    size_t count;
    double *values; /* room for `count` */
};

typedef double (*getter)(const struct knee_window *window);

#define GETTER(name)                                                                               \
    static double get_##name(const struct knee_window *window)                                     \
    {                                                                                              \
        return window->name;                                                                       \
    }
GETTER(items)
GETTER(failed_items)
GETTER(throughput_per_s)
GETTER(rss_bytes)

#define FIGURE_GETTER(name, figure)                                                                \
    static double get_##name(const struct knee_window *window)                                     \
    {                                                                                              \
        return knee_window_figure(window, figure);                                                 \
    }
FIGURE_GETTER(latency_p50_s, KNEE_WINDOW_LATENCY_P50_S)
FIGURE_GETTER(latency_p95_s, KNEE_WINDOW_LATENCY_P95_S)
FIGURE_GETTER(latency_p99_s, KNEE_WINDOW_LATENCY_P99_S)
FIGURE_GETTER(latency_max_s, KNEE_WINDOW_LATENCY_MAX_S)
FIGURE_GETTER(latency_cv, KNEE_WINDOW_LATENCY_CV)
FIGURE_GETTER(runqueue_wait_s, KNEE_WINDOW_RUNQUEUE_WAIT_S)
FIGURE_GETTER(other_wait_s, KNEE_WINDOW_OTHER_WAIT_S)
FIGURE_GETTER(switches_voluntary, KNEE_WINDOW_SWITCHES_VOLUNTARY)
FIGURE_GETTER(switches_involuntary, KNEE_WINDOW_SWITCHES_INVOLUNTARY)
FIGURE_GETTER(server_cpu_s, KNEE_WINDOW_SERVER_CPU_S)
FIGURE_GETTER(server_in_service, KNEE_WINDOW_SERVER_IN_SERVICE)
FIGURE_GETTER(first_byte_s, KNEE_WINDOW_FIRST_BYTE_S)
FIGURE_GETTER(connect_s, KNEE_WINDOW_CONNECT_S)
FIGURE_GETTER(failed_refused, KNEE_WINDOW_FAILED + KNEE_FAILURE_REFUSED)
FIGURE_GETTER(failed_timeout, KNEE_WINDOW_FAILED + KNEE_FAILURE_TIMEOUT)
FIGURE_GETTER(failed_status, KNEE_WINDOW_FAILED + KNEE_FAILURE_STATUS)
FIGURE_GETTER(failed_tls, KNEE_WINDOW_FAILED + KNEE_FAILURE_TLS)
FIGURE_GETTER(failed_reset, KNEE_WINDOW_FAILED + KNEE_FAILURE_RESET)
FIGURE_GETTER(failed_other, KNEE_WINDOW_FAILED + KNEE_FAILURE_OTHER)

static const getter FAILED[KNEE_FAILURES] = {
    [KNEE_FAILURE_REFUSED] = get_failed_refused, [KNEE_FAILURE_TIMEOUT] = get_failed_timeout,
    [KNEE_FAILURE_STATUS] = get_failed_status,   [KNEE_FAILURE_TLS] = get_failed_tls,
    [KNEE_FAILURE_RESET] = get_failed_reset,     [KNEE_FAILURE_OTHER] = get_failed_other,
};

static double get_cpu_s(const struct knee_window *window)
{
    return knee_window_figure(window, KNEE_WINDOW_CPU_USER_S) +
           knee_window_figure(window, KNEE_WINDOW_CPU_SYSTEM_S);
}

static double get_window_s(const struct knee_window *window)
{
    return knee_clock_to_s(window->window_ns);
}

static double get_steal_s(const struct knee_window *window)
{
    return knee_window_figure(window, KNEE_WINDOW_STEAL_RATIO) * get_window_s(window);
}

static double get_foreign_s(const struct knee_window *window)
{
    return window->foreign_cpus * get_window_s(window);
}

/* The known values of a column; how many. */
static size_t gather(const struct rows *rows, getter get)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        double value = get(rows->at[i]);
        if (!isnan(value))
            rows->values[count++] = value;
    }
    return count;
}

static double median(const struct rows *rows, getter get)
{
    return knee_stats_median(rows->values, gather(rows, get));
}

static double largest(const struct rows *rows, getter get)
{
    double most = NAN;
    for (size_t i = 0; i < rows->count; i++)
        most = fmax(most, get(rows->at[i]));
    return most;
}

/* Sum of `get` over sum of `per`, of the windows that know both; NAN if there is none or the
 * divisor is 0. */
static double ratio(const struct rows *rows, getter get, getter per)
{
    double sum = 0, divisor = 0;
    for (size_t i = 0; i < rows->count; i++) {
        double value = get(rows->at[i]), by = per(rows->at[i]);
        if (isnan(value) || isnan(by))
            continue;
        sum += value;
        divisor += by;
    }
    return divisor > 0 ? sum / divisor : NAN;
}

static double sum(const struct rows *rows, getter get)
{
    double total = 0;
    for (size_t i = 0; i < rows->count; i++)
        total += isnan(get(rows->at[i])) ? 0 : get(rows->at[i]);
    return total;
}

static double get_latency_sum_s(const struct knee_window *window)
{
    return window->latency_mean_s * window->items;
}

static void set_latency(struct knee_level *level, const struct rows *rows)
{
    level->latency_mean_s = ratio(rows, get_latency_sum_s, get_items);
    level->latency_p50_s = median(rows, get_latency_p50_s);
    level->latency_p95_s = median(rows, get_latency_p95_s);
    level->latency_p99_s = median(rows, get_latency_p99_s);
    level->latency_max_s = largest(rows, get_latency_max_s);
    level->latency_cv = median(rows, get_latency_cv);
    level->consistency = knee_classify_consistency(level->latency_cv);
}

static void set_resources(struct knee_level *level, const struct rows *rows, uint32_t cpus)
{
    level->cpu_utilization = ratio(rows, get_cpu_s, get_window_s) / (cpus ? cpus : 1);
    level->cpu_per_item_s = ratio(rows, get_cpu_s, get_items);
    level->runqueue_wait_per_item_s = ratio(rows, get_runqueue_wait_s, get_items);
    level->other_wait_per_item_s = ratio(rows, get_other_wait_s, get_items);
    level->switches_voluntary_per_s = ratio(rows, get_switches_voluntary, get_window_s);
    level->switches_involuntary_per_s = ratio(rows, get_switches_involuntary, get_window_s);
    level->max_rss_bytes = largest(rows, get_rss_bytes);
    level->steal_ratio = ratio(rows, get_steal_s, get_window_s);
    level->foreign_cpus = ratio(rows, get_foreign_s, get_window_s);
    level->server_in_service = median(rows, get_server_in_service);
    level->server_cpu_utilization = ratio(rows, get_server_cpu_s, get_window_s);
}

static void set_requests(struct knee_level *level, const struct rows *rows)
{
    level->requests.first_byte_s = median(rows, get_first_byte_s);
    level->requests.connect_s = median(rows, get_connect_s);
    for (int kind = 0; kind < KNEE_FAILURES; kind++)
        level->requests.failed[kind] = gather(rows, FAILED[kind]) ? sum(rows, FAILED[kind]) : NAN;
}

static const struct knee_point *find_point(const struct knee_points *points, uint32_t level)
{
    for (size_t i = 0; i < points->count; i++)
        if (points->at[i].level == level)
            return &points->at[i];
    return NULL;
}

/* E(n) and its interval, in logs: t(1 - (1 - confidence)/2, df) times its standard error, the root
 * of s^2 / effective windows and what all levels have in common. */
static void set_fit(struct knee_level *level, const struct knee_points *points, double confidence)
{
    level->throughput_per_s = level->throughput_ci_low_per_s = level->throughput_ci_high_per_s =
        NAN;
    const struct knee_point *point = find_point(points, level->level);
    if (!point)
        return;
    level->windows = point->windows;
    level->rejected_windows = point->rejected;
    level->marks |= point->errors ? KNEE_MARK_ERRORS : 0;
    if (point->windows == 0)
        return;
    level->throughput_per_s = exp(point->log_throughput);
    if (points->df > 0) {
        double t = knee_stats_t_quantile(1 - (1 - confidence) / 2, points->df);
        double half = t * sqrt(point->sigma * point->sigma / point->effective_windows +
                               point->common_variance);
        level->throughput_ci_low_per_s = exp(point->log_throughput - half);
        level->throughput_ci_high_per_s = exp(point->log_throughput + half);
    }
}

static uint32_t marks_of(uint32_t level, const struct knee_decision *decision,
                         const struct knee_candidate *candidates, size_t candidates_count)
{
    uint32_t marks = 0;
    for (size_t i = 0; i < candidates_count; i++)
        if (candidates[i].level == level)
            marks |= candidates[i].marks;
    marks |= level == decision->rule_of_thumb ? KNEE_MARK_RULE : 0;
    marks |= level == decision->knee ? KNEE_MARK_KNEE : 0;
    marks |= level == decision->peak ? KNEE_MARK_PEAK : 0;
    return marks;
}

/* What compares a level with level 1 and needs all rows. */
static void set_relative(struct knee_level *levels, size_t count)
{
    bool has_first = count > 0 && levels[0].level == 1;
    double first = has_first ? levels[0].throughput_per_s : NAN;
    for (size_t i = 0; i < count; i++) {
        struct knee_level *level = &levels[i];
        level->speedup = first > 0 ? level->throughput_per_s / first : NAN;
        level->parallel_efficiency = level->speedup / level->level;
        level->throughput_per_slot_per_s = level->throughput_per_s / level->level;
    }
}

/* The valid windows of `level` from `start` on. */
static void take_rows(struct rows *rows, const struct knee_workload_result *result, uint32_t level,
                      size_t start)
{
    rows->count = 0;
    for (size_t i = start; i < result->windows_count; i++)
        if (result->windows[i].level == level && result->windows[i].valid)
            rows->at[rows->count++] = &result->windows[i];
}

/* What an item needs is not seen in windows in which every item failed, unless there are no others:
 * most fail at once. */
static void drop_failed(struct rows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (!(knee_failing_ratio(rows->at[i]) >= 1))
            rows->at[kept++] = rows->at[i];
    rows->count = kept > 0 ? kept : rows->count;
}

static uint32_t count_invalid(const struct knee_workload_result *result, uint32_t level)
{
    uint32_t invalid = 0;
    for (size_t i = 0; i < result->windows_count; i++)
        invalid += result->windows[i].level == level && !result->windows[i].valid;
    return invalid;
}

/* The row of `level`: `rows->at` has room for all windows. It is of the same windows as its
 * throughput; without any, of those before. */
static void set_row(struct knee_level *level, const struct knee_workload_result *result,
                    const struct knee_points *points, struct rows *rows)
{
    take_rows(rows, result, level->level, result->earlier);
    if (rows->count == 0)
        take_rows(rows, result, level->level, 0);
    level->rejected_windows = count_invalid(result, level->level);
    set_fit(level, points, knee_decision_confidence(&result->decision));
    level->items = sum(rows, get_items);
    level->failed_items = sum(rows, get_failed_items);
    size_t count = gather(rows, get_throughput_per_s);
    level->throughput_cv = knee_stats_cv(rows->values, count);
    level->throughput_median_per_s = knee_stats_median(rows->values, count);
    set_requests(level, rows);
    drop_failed(rows);
    set_latency(level, rows);
    set_resources(level, rows, result->cpus);
}

int knee_workload_result_levels(struct knee_workload_result *result,
                                const struct knee_candidate *candidates, size_t candidates_count,
                                struct knee_err *err)
{
    struct knee_points *points = calloc(1, sizeof *points);
    if (!points)
        return knee_err_memory(err, "levels");
    int status = knee_points_fit(points, result->windows, result->windows_count, err);
    if (status == 0)
        status = knee_workload_result_levels_of(result, points, candidates, candidates_count, err);
    free(points);
    return status;
}

int knee_workload_result_levels_of(struct knee_workload_result *result,
                                   const struct knee_points *points,
                                   const struct knee_candidate *candidates, size_t candidates_count,
                                   struct knee_err *err)
{
    int failed = -1;
    size_t room = result->windows_count + 1;
    struct knee_level_set measured = {.count = 0};
    for (size_t i = 0; i < result->windows_count; i++)
        knee_level_set_add(&measured, result->windows[i].level);
    struct knee_level *levels = calloc(measured.count + 1, sizeof *levels);
    struct knee_band *band = points->band.count > 0 ? malloc(sizeof *band) : NULL;
    struct rows rows = {.at = calloc(room, sizeof *rows.at),
                        .values = calloc(room, sizeof *rows.values)};
    if (!levels || !rows.at || !rows.values || (points->band.count > 0 && !band)) {
        knee_err_memory(err, "levels");
        goto out;
    }
    if (knee_models_fit_points(&result->models, points, err) != 0)
        goto out;
    result->earlier = points->earlier;
    size_t start = knee_result_seen_start(result);
    for (size_t i = 0; i < measured.count; i++) {
        levels[i].level = measured.at[i];
        knee_result_seen_set(&levels[i], result, start, rows.values);
        set_row(&levels[i], result, points, &rows);
        levels[i].marks |=
            marks_of(levels[i].level, &result->decision, candidates, candidates_count);
    }
    set_relative(levels, measured.count);
    if (band)
        *band = points->band;
    free(result->band);
    result->band = band;
    free(result->levels);
    result->levels = levels;
    result->levels_count = measured.count;
    knee_workload_result_mark_limit(result);
    knee_demands_find(&result->demands, levels, measured.count, result->cpus ? result->cpus : 1);
    levels = NULL;
    band = NULL;
    failed = 0;
out:
    free(band);
    free(rows.values);
    free(rows.at);
    free(levels);
    return failed;
}
