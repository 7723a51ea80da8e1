/* SPDX-License-Identifier: MIT */
/* From the windows of a workload to its answer. */
#include "core/text/placeholders.h"
#include "tuner/fit/ceiling.h"
#include "tuner/fit/failing.h"
#include "tuner/fit/regime.h"
#include "tuner/fit/validity.h"
#include "tuner/result/choose_limit.h"
#include "tuner/result/service.h"
#include "tuner/search/strategies.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>

/* The estimate of what is missing is rough: the command that is printed must settle it. */
#define MORE_FACTOR 2.0
#define BUDGET_STEP_S 10.0
/* Other work that is worth a word, of the CPUs. */
#define OTHER_WORTH_A_WORD .025
#define STEAL_WORTH_A_WORD .02
/* Fewer bytes an item than this: the page cache answered. */
#define CACHED_BYTES 512.0
/* Runs as long as each other, over levels this far apart, and too long for the starting of a
 * process to be all there is to them. */
#define FIXED_RATIO 1.1
#define FIXED_LEVELS 4
#define FIXED_S .2
/* Of the draws: two states of the machine are worth a word. */
#define STATES_LIKELY .5
/* Of the bad answers, refusals for now; their place among the values of a fact. */
#define FOR_NOW_RATIO .5
#define FOR_NOW 2

static double elapsed_s(const struct knee_search_record *record)
{
    double first = INFINITY, last = 0.0;
    for (size_t i = 0; i < record->count; i++) {
        double start = (double)record->windows[i].start_ns / 1e9;
        first = fmin(first, start);
        last = fmax(last, start + (double)record->windows[i].window_ns / 1e9);
    }
    return last > first ? last - first : 0.0;
}

/* Without a usable window, no time will tell of other levels, if there are none. */
static void note_single(struct knee_decision *decision,
                        const struct knee_sweep_plan_workload *planned)
{
    if (decision->why.kind == KNEE_DECISION_NO_WINDOW && planned->candidates_count == 1)
        decision->why = (struct knee_decision_why){.kind = KNEE_DECISION_SINGLE,
                                                   .level_max = planned->candidates[0].level};
}

/* How much more time would settle the answer. */
static void set_more(struct knee_workload_result *result, const struct knee_sweep_plan *plan)
{
    const struct knee_decision *decision = &result->decision;
    double per_window_s = decision->elapsed_s / fmax(1.0, decision->windows);
    double needed_s = MORE_FACTOR * fmax(decision->windows_more, 10.0) * per_window_s;
    double budget_s = fmax(decision->elapsed_s, (double)plan->budget_ns / 1e9) + needed_s;
    result->way_on.more_s = fmax(1.0, ceil(needed_s / MORE_FACTOR));
    result->way_on.budget_s = BUDGET_STEP_S * ceil(budget_s / BUDGET_STEP_S);
}

static void disturb(struct knee_decision *decision, const struct knee_validity *validity)
{
    const struct knee_decision_why why = {
        .kind = KNEE_DECISION_OTHER_WORK,
        .other_cpus = isnan(validity->worst_cpus) ? 0.0 : validity->worst_cpus,
        .spoilt = validity->rejected,
        .judged = validity->judged,
        .steal_ratio = 2 * validity->stolen > validity->rejected ? validity->worst_steal : 0};
    knee_decision_disturb(decision, &why);
}

/* CPUs that servers used at `level`, in all windows, rejected ones too; NAN: not known. */
static double servers_cpus(const struct knee_workload_result *result, uint32_t level)
{
    double used_s = 0, length_s = 0;
    for (size_t i = 0; i < result->windows_count; i++) {
        const struct knee_window *window = &result->windows[i];
        double window_used_s = knee_window_figure(window, KNEE_WINDOW_SERVER_CPU_S);
        if (window->level != level || isnan(window_used_s))
            continue;
        used_s += window_used_s;
        length_s += (double)window->window_ns / 1e9;
    }
    return used_s / length_s;
}

/* The most that the servers that are part of the work used, at any level. */
static void note_servers(struct knee_workload_result *result)
{
    struct knee_fact *servers = knee_facts_find(&result->warnings, KNEE_FACT_SERVER);
    double most_cpus = 0;
    for (size_t i = 0; servers && i < result->levels_count; i++)
        most_cpus = fmax(most_cpus, servers_cpus(result, result->levels[i].level));
    if (servers && most_cpus > 0)
        servers->values[0] = most_cpus;
}

static void warn_of_host(struct knee_workload_result *result, const struct knee_validity *validity,
                         const struct knee_sweep_plan *plan, double cpus)
{
    if (isnan(validity->other_cpus) && isnan(validity->worst_cpus))
        knee_facts_add(&result->warnings, KNEE_FACT_OTHER_WORK_UNKNOWN, NULL, NULL);
    else if (validity->other_cpus > OTHER_WORTH_A_WORD * cpus)
        knee_facts_add(&result->warnings, KNEE_FACT_OTHER_WORK, &validity->other_cpus, NULL);
    if (validity->steal_ratio > STEAL_WORTH_A_WORD)
        knee_facts_add(&result->warnings, KNEE_FACT_STEAL, &validity->steal_ratio, NULL);
    if (validity->throttled && isfinite(plan->host.cpu_quota))
        knee_facts_add(&result->warnings, KNEE_FACT_THROTTLED, &plan->host.cpu_quota, NULL);
}

static void warn_of_cache(struct knee_workload_result *result)
{
    double items = 0.0, bytes = 0.0;
    if (result->resource != KNEE_CLASS_IO)
        return;
    for (size_t i = 0; i < result->windows_count; i++) {
        const struct knee_window *window = &result->windows[i];
        uint64_t reads = knee_window_device_reads(window);
        uint64_t writes = knee_window_device_writes(window);
        if (reads == UINT64_MAX || writes == UINT64_MAX)
            return;
        items += window->items;
        bytes += (double)reads + (double)writes;
    }
    double item_bytes = bytes / items;
    if (items > 0.0 && item_bytes < CACHED_BYTES)
        knee_facts_add(&result->warnings, KNEE_FACT_PAGE_CACHE, &item_bytes, NULL);
}

/* The shortest run at a level; a hiccup of the machine only makes one longer. */
static double shortest_run_s(const struct knee_workload_result *result, uint32_t level)
{
    double shortest_s = INFINITY;
    for (size_t i = 0; i < result->windows_count; i++)
        if (result->windows[i].level == level)
            shortest_s = fmin(shortest_s, result->windows[i].latency_mean_s);
    return shortest_s;
}

/* `wrk -c{n} -d1s` runs for a second at any level: its runs per second are not its throughput. */
static void warn_of_fixed_time(struct knee_workload_result *result,
                               const struct knee_command_options *command)
{
    double shortest_s = INFINITY, longest_s = 0;
    uint32_t lowest = UINT32_MAX, highest = 0;
    uint32_t placeholders = 0;
    for (size_t i = 0; i < command->words_count; i++)
        placeholders |= knee_placeholders_in(command->words[i]);
    if (!(placeholders & KNEE_PLACEHOLDER_LEVEL) || command->rate || command->items ||
        command->repeat)
        return;
    for (size_t i = 0; i < result->windows_count; i++) {
        const struct knee_window *window = &result->windows[i];
        if (isnan(window->latency_mean_s))
            continue;
        double run_s = shortest_run_s(result, window->level);
        shortest_s = fmin(shortest_s, run_s);
        longest_s = fmax(longest_s, run_s);
        lowest = window->level < lowest ? window->level : lowest;
        highest = window->level > highest ? window->level : highest;
    }
    if (lowest > 0 && highest / FIXED_LEVELS >= lowest && shortest_s > FIXED_S &&
        longest_s < FIXED_RATIO * shortest_s)
        knee_facts_add(&result->warnings, KNEE_FACT_FIXED_TIME,
                       (const double[]){longest_s, highest}, NULL);
}

/* How many windows at the end have no item but failed ones. */
static size_t count_failed_last(const struct knee_workload_result *result)
{
    size_t last = 0;
    while (last < result->windows_count &&
           knee_failing_ratio(&result->windows[result->windows_count - 1 - last]) >= 1)
        last++;
    return last;
}

/* What the fit found out about time, order and modes. */
static void warn_of_windows(struct knee_workload_result *result, const struct knee_points *points)
{
    double loss_ratio = -expm1(-points->order_loss), modes[2] = {0};
    for (size_t i = 0; i < points->count; i++) {
        if (!points->at[i].modes)
            continue;
        modes[0] = modes[1] > 0 ? modes[0] : points->at[i].level;
        modes[1]++;
    }
    if (points->failed_by_time > 0)
        knee_facts_add(&result->warnings, KNEE_FACT_FAILED_BY_TIME,
                       (const double[]){(double)points->failed_by_time, (double)points->windows,
                                        (double)count_failed_last(result)},
                       NULL);
    if (loss_ratio > 0)
        knee_facts_add(&result->warnings, KNEE_FACT_ORDER, &loss_ratio, NULL);
    /* A mode that all levels have does not belong to one of them. */
    if (points->band.count > 0 && points->band.states > STATES_LIKELY)
        knee_facts_add(&result->warnings, KNEE_FACT_STATES,
                       (const double[]){points->band.slow_ratio, points->band.slow_share}, NULL);
    else if (modes[1] > 0)
        knee_facts_add(&result->warnings, KNEE_FACT_MODES, modes, NULL);
}

/* The rows of levels.csv, from the points that the decision rests on. */
static int make_levels(struct knee_workload_result *result,
                       const struct knee_sweep_plan_workload *planned,
                       const struct knee_search_params *params, struct knee_err *err)
{
    struct knee_search_record record = {.windows = result->windows, .count = result->windows_count};
    struct knee_points *points = malloc(sizeof *points);
    if (!points)
        return knee_err_memory(err, "result");
    int status = knee_search_points(params, &record, points, err);
    if (status == 0)
        status = knee_workload_result_levels_of(result, points, planned->candidates,
                                                planned->candidates_count, err);
    if (status == 0)
        warn_of_windows(result, points);
    free(points);
    return status;
}

/* What the levels say by their own windows alone, beside an answer from the whole curve. Without
 * memory there is none. */
static void set_guard(struct knee_workload_result *result, const struct knee_search_params *params)
{
    struct knee_points *points = malloc(sizeof *points);
    struct knee_decision *guard = calloc(1, sizeof *guard);
    if (points && guard && !knee_points_fit(points, result->windows, result->windows_count, NULL)) {
        const struct knee_decision_inputs inputs = {.points = points,
                                                    .tolerance_ratio = params->tolerance_ratio,
                                                    .confidence_ratio = params->confidence_ratio,
                                                    .level_max = knee_strategy_level_max(params),
                                                    .fixed_levels = true,
                                                    .rule_of_thumb = params->rule_of_thumb};
        knee_decision_make(guard, &inputs);
        result->guard = guard;
        guard = NULL;
    }
    free(guard);
    free(points);
}

static void warn_of_regime(struct knee_workload_result *result)
{
    struct knee_regime regime;
    struct knee_ceiling ceiling;
    knee_ceiling_find(&ceiling, result->windows, result->windows_count);
    knee_regime_find(&regime, result->windows, result->windows_count);
    /* If most windows were rejected, they may show it all the same. */
    bool disturbed = regime.start == 0 && result->decision.verdict == KNEE_VERDICT_DISTURBED;
    if (disturbed)
        knee_regime_find_seen(&regime, result->windows, result->windows_count);
    bool bounded = isfinite(ceiling.rate_per_s);
    if (!bounded && regime.start == 0)
        return;
    size_t start = bounded ? ceiling.start : regime.start;
    const double values[] = {(double)result->windows[start].start_ns / 1e9,
                             bounded ? ceiling.fall_ratio : regime.fall_ratio,
                             disturbed && !bounded};
    knee_facts_add(&result->warnings, KNEE_FACT_SLOWED, values, NULL);
}

/* Does the service refuse for now? Only that may come from a bound on the rate, not an error of its
 * own, which may as well come more often the more is asked. */
static bool refuses_for_now(struct knee_workload_result *result)
{
    const struct knee_fact *failed = knee_facts_find(&result->warnings, KNEE_FACT_REQUESTS_FAILED);
    return result->service && failed && failed->values[FOR_NOW] >= FOR_NOW_RATIO;
}

/* What a service says about its limit. */
static void warn_of_service(struct knee_workload_result *result)
{
    double per_s = knee_service_rate_limit_per_s(result->levels, result->levels_count);
    const double values[] = {
        per_s, !knee_service_rate_is_shown(result->levels, result->levels_count, per_s)};
    if (refuses_for_now(result) && !isnan(per_s))
        knee_facts_add(&result->warnings, KNEE_FACT_RATE_LIMIT, values, NULL);
}

int knee_sweep_conclude(const struct knee_sweep_plan *plan,
                        const struct knee_sweep_plan_workload *planned,
                        struct knee_search_record *record, struct knee_workload_result *result,
                        struct knee_err *err)
{
    struct knee_decision *decision = &result->decision;
    struct knee_search_params params;
    struct knee_validity validity;
    double cpus = plan->host_cpus;
    knee_sweep_search_params(plan, planned, &params);
    if (knee_search_decide(&params, record, decision, err))
        return -1;
    note_single(decision, planned);
    decision->elapsed_s = elapsed_s(record) + knee_workload_result_waited_s(result);
    decision->rule_of_thumb = planned->rule_of_thumb;
    knee_validity_sum_up(&validity, record->windows, record->count, cpus);
    result->other_cpus = validity.other_cpus;
    if (validity.disturbed)
        disturb(decision, &validity);
    else if (decision->verdict == KNEE_VERDICT_RISING)
        decision->why.level_max = planned->max_level;
    /* The time that an answer needs is of no interest once it is there. */
    if (decision->verdict == KNEE_VERDICT_RESOLVED)
        knee_facts_drop(&result->warnings, KNEE_FACT_FORECAST);

    result->windows = record->windows;
    result->windows_count = record->count;
    *record = (struct knee_search_record){0};
    warn_of_host(result, &validity, plan, cpus);
    warn_of_cache(result);
    warn_of_regime(result);
    warn_of_fixed_time(result, &plan->command);
    if (make_levels(result, planned, &params, err))
        return -1;
    note_servers(result);
    if (result->band)
        set_guard(result, &params);
    warn_of_service(result);
    if (knee_choose_limit(result, err))
        return -1;
    if (decision->verdict == KNEE_VERDICT_UNRESOLVED && decision->why.kind != KNEE_DECISION_SINGLE)
        set_more(result, plan);
    return 0;
}
