/* SPDX-License-Identifier: MIT */
/* From the windows of a workload to its answer. */
#include "core/engine/engine.h"
#include "tuner/fit/validity.h"
#include "tuner/result/choose_limit.h"
#include "tuner/search/strategies.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The estimate of what is missing is rough: the command that is printed must settle it. */
#define MORE_FACTOR 2.0
#define BUDGET_STEP_S 10.0
/* Other work that is worth a word, of the CPUs. */
#define OTHER_WORTH_A_WORD .025
/* Fewer bytes an item than this: the page cache answered. */
#define CACHED_BYTES 512.0

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

/* `knee sweep --resume DIR --budget TIME` for an answer that is not settled. */
static void name_command(struct knee_decision *decision, const struct knee_sweep_plan *plan)
{
    double per_window_s = decision->elapsed_s / fmax(1.0, decision->windows);
    double needed_s = MORE_FACTOR * fmax(decision->windows_more, 10.0) * per_window_s;
    double budget_s = fmax(decision->elapsed_s, (double)plan->budget_ns / 1e9) + needed_s;
    budget_s = BUDGET_STEP_S * ceil(budget_s / BUDGET_STEP_S);
    snprintf(decision->next, sizeof decision->next,
             "About %.0f s more would tell: knee sweep --resume %.200s --budget %.0fs",
             fmax(1.0, ceil(needed_s / MORE_FACTOR)), plan->results ? plan->results : "DIR",
             budget_s);
}

static void explain_rising(struct knee_decision *decision,
                           const struct knee_sweep_plan_workload *planned)
{
    snprintf(decision->reason, sizeof decision->reason,
             "Throughput still grew at %u, the highest limit tried (%.100s).", planned->max_level,
             planned->max_level_text);
    if (planned->max_level < KNEE_ENGINE_LEVEL_MAX) {
        uint32_t more = planned->max_level < KNEE_ENGINE_LEVEL_MAX / 4 ? 4 * planned->max_level
                                                                       : KNEE_ENGINE_LEVEL_MAX;
        bool given = strcmp(planned->max_level_text, "--levels") == 0;
        snprintf(decision->next, sizeof decision->next,
                 given ? "Use %u, or see how far it goes: the same sweep with --levels 1-%u:x2."
                       : "Use %u, or see how far it goes: the same sweep with --max-level %u.",
                 decision->limit, more);
    } else {
        snprintf(decision->next, sizeof decision->next, "Use %u.", decision->limit);
    }
}

static void disturb(struct knee_decision *decision, const struct knee_validity *validity)
{
    char why[200];
    snprintf(why, sizeof why,
             "Other processes took %.1f CPUs: %u of %u windows that tell were spoilt.",
             isnan(validity->worst_cpus) ? 0.0 : validity->worst_cpus, validity->rejected,
             validity->judged);
    knee_decision_disturb(decision, why);
}

static void warn_of_host(struct knee_workload_result *result, const struct knee_validity *validity,
                         const struct knee_sweep_plan *plan, double cpus)
{
    if (isnan(validity->other_cpus) && isnan(validity->worst_cpus))
        knee_workload_result_warn(result, "other processes' load cannot be seen on this host: "
                                          "what disturbed the sweep is not known");
    else if (validity->other_cpus > OTHER_WORTH_A_WORD * cpus)
        knee_workload_result_warn(result, "measured beside %.2f CPUs of other work",
                                  validity->other_cpus);
    if (validity->throttled && isfinite(plan->host.cpu_quota))
        knee_workload_result_warn(result,
                                  "the CPU quota of %.3g held windows back: the limit holds under "
                                  "this quota",
                                  plan->host.cpu_quota);
}

static void warn_of_cache(struct knee_workload_result *result)
{
    double items = 0.0, bytes = 0.0;
    if (result->resource != KNEE_CLASS_IO)
        return;
    for (size_t i = 0; i < result->windows_count; i++) {
        const struct knee_window *window = &result->windows[i];
        if (window->device_reads == UINT64_MAX || window->device_writes == UINT64_MAX)
            return;
        items += window->items;
        bytes += (double)window->device_reads + (double)window->device_writes;
    }
    if (items > 0.0 && bytes / items < CACHED_BYTES)
        knee_workload_result_warn(result,
                                  "only %.0f bytes an item reached the device: the page "
                                  "cache answered",
                                  bytes / items);
}

/* What was said beforehand of the time that an answer needs is void once it is there. */
static void drop_forecast(struct knee_workload_result *result)
{
    size_t kept = 0;
    for (size_t i = 0; i < result->warnings_count; i++) {
        if (strstr(result->warnings[i], KNEE_SWEEP_FORECAST))
            free(result->warnings[i]);
        else
            result->warnings[kept++] = result->warnings[i];
    }
    result->warnings_count = kept;
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
    decision->elapsed_s = elapsed_s(record);
    decision->rule_of_thumb = planned->rule_of_thumb;
    knee_validity_sum_up(&validity, record->windows, record->count, cpus);
    result->other_cpus = validity.other_cpus;
    if (validity.disturbed)
        disturb(decision, &validity);
    else if (decision->verdict == KNEE_VERDICT_UNRESOLVED)
        name_command(decision, plan);
    else if (decision->verdict == KNEE_VERDICT_RISING)
        explain_rising(decision, planned);
    if (decision->verdict == KNEE_VERDICT_RESOLVED)
        drop_forecast(result);

    result->windows = record->windows;
    result->windows_count = record->count;
    *record = (struct knee_search_record){0};
    warn_of_host(result, &validity, plan, cpus);
    warn_of_cache(result);
    if (knee_workload_result_levels(result, planned->candidates, planned->candidates_count, err))
        return -1;
    return knee_choose_limit(result, err);
}
