/* SPDX-License-Identifier: MIT */
#include "reports/words/symptoms.h"

#include "core/base/array.h"
#include "core/text/human.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

static const struct knee_level *last_level(const struct knee_workload_result *workload)
{
    for (size_t i = workload->levels_count; i-- > 0;)
        if (workload->levels[i].throughput_per_s > 0)
            return &workload->levels[i];
    return NULL;
}

static const struct knee_level *limit_level(const struct knee_workload_result *workload)
{
    return knee_workload_result_at(workload, knee_workload_result_use(workload));
}

static enum knee_symptoms_state unknown(char *text)
{
    snprintf(text, KNEE_SYMPTOMS_BYTES, "This result does not tell.");
    return KNEE_SYMPTOMS_UNKNOWN;
}

static enum knee_symptoms_state seen(bool there)
{
    return there ? KNEE_SYMPTOMS_SEEN : KNEE_SYMPTOMS_UNSEEN;
}

static enum knee_symptoms_state find_memory(const struct knee_result *result,
                                            const struct knee_workload_result *workload, char *text)
{
    const struct knee_level *worst = NULL;
    char used[KNEE_HUMAN_BYTES], available[KNEE_HUMAN_BYTES];
    double bytes = result->host.memory_available_bytes == UINT64_MAX
                       ? NAN
                       : (double)result->host.memory_available_bytes;
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].max_rss_bytes > (worst ? worst->max_rss_bytes : 0))
            worst = &workload->levels[i];
    if (!worst || isnan(bytes))
        return unknown(text);
    snprintf(text, KNEE_SYMPTOMS_BYTES, "At %u, at most %s of the %s that were available.",
             worst->level, knee_human_size(used, worst->max_rss_bytes),
             knee_human_size(available, bytes));
    return seen(worst->max_rss_bytes > KNEE_DIAGNOSIS_MEMORY_SHARE * bytes);
}

static enum knee_symptoms_state find_scaling(const struct knee_result *result,
                                             const struct knee_workload_result *workload,
                                             char *text)
{
    const struct knee_level *limit = limit_level(workload);
    char percent[KNEE_HUMAN_BYTES];
    (void)result;
    if (!limit || isnan(limit->parallel_efficiency))
        return unknown(text);
    snprintf(text, KNEE_SYMPTOMS_BYTES,
             "At %u, each item in flight gives %s of the throughput of one alone.", limit->level,
             knee_human_percent(percent, limit->parallel_efficiency));
    return seen(limit->parallel_efficiency < KNEE_DIAGNOSIS_EFFICIENCY_POOR);
}

static enum knee_symptoms_state find_failures(const struct knee_result *result,
                                              const struct knee_workload_result *workload,
                                              char *text)
{
    const struct knee_level *worst = NULL;
    double ratio = 0, all = 0;
    char percent[KNEE_HUMAN_BYTES], count[KNEE_HUMAN_BYTES];
    (void)result;
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        double items = level->items + level->failed_items;
        if (items > 0 && level->failed_items / items > ratio) {
            ratio = level->failed_items / items;
            worst = level;
        }
        all += items > 0 ? items : 0;
    }
    if (all < 1)
        return unknown(text);
    if (!worst)
        snprintf(text, KNEE_SYMPTOMS_BYTES, "None of %s items failed.",
                 knee_human_count(count, round(all)));
    else
        snprintf(text, KNEE_SYMPTOMS_BYTES, "At %u, %s of the items failed or timed out.",
                 worst->level, knee_human_tenths(percent, ratio));
    return seen(ratio > KNEE_DIAGNOSIS_FAILED_RATIO);
}

static enum knee_symptoms_state find_cpu(const struct knee_result *result,
                                         const struct knee_workload_result *workload, char *text)
{
    const struct knee_level *worst = NULL;
    double most = -1;
    char percent[KNEE_HUMAN_BYTES];
    (void)result;
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        double share = knee_diagnosis_queueing_share(level);
        if (share > most) {
            most = share;
            worst = level;
        }
    }
    if (!worst)
        return unknown(text);
    snprintf(text, KNEE_SYMPTOMS_BYTES, "At %u, items spend %s of their time waiting for a CPU.",
             worst->level, knee_human_percent(percent, fmax(most, 0)));
    return seen(most >= KNEE_DIAGNOSIS_WAITING_SHARE);
}

static enum knee_symptoms_state find_queue(const struct knee_result *result,
                                           const struct knee_workload_result *workload, char *text)
{
    const struct knee_level *limit = limit_level(workload), *last = last_level(workload);
    char percent[KNEE_HUMAN_BYTES];
    (void)result;
    if (!limit || !last)
        return unknown(text);
    if (last->level <= limit->level) {
        snprintf(text, KNEE_SYMPTOMS_BYTES, "Nothing beyond the limit was measured.");
        return KNEE_SYMPTOMS_UNSEEN;
    }
    double latency = last->latency_mean_s / limit->latency_mean_s;
    double rate = last->throughput_per_s / limit->throughput_per_s;
    double other = knee_diagnosis_waiting_share(last);
    if (isnan(latency) || isnan(rate))
        return unknown(text);
    bool same = fabs(rate - 1) < .0005; /* rounds to 0 % */
    snprintf(text, KNEE_SYMPTOMS_BYTES,
             "From %u to %u an item takes %.*f times as long; throughput %s%s%s.", limit->level,
             last->level, latency < 9.95 ? 1 : 0, latency, same ? "stays the same" : "changes by ",
             same       ? ""
             : rate < 1 ? "-"
                        : "+",
             same ? "" : knee_human_tenths(percent, fabs(rate - 1)));
    return seen(rate < KNEE_DIAGNOSIS_FLAT_RATIO && latency > KNEE_DIAGNOSIS_GROWTH_RATIO &&
                !(other < KNEE_DIAGNOSIS_WAITING_SHARE));
}

static enum knee_symptoms_state find_collapse(const struct knee_result *result,
                                              const struct knee_workload_result *workload,
                                              char *text)
{
    const struct knee_level *last = last_level(workload);
    double ratio = last ? knee_workload_result_of_best(workload, last) : NAN;
    char percent[KNEE_HUMAN_BYTES];
    (void)result;
    if (!last || isnan(ratio))
        return unknown(text);
    snprintf(text, KNEE_SYMPTOMS_BYTES, "At %u, %s of the best throughput is left.", last->level,
             knee_human_percent(percent, ratio));
    return seen(ratio < KNEE_DIAGNOSIS_COLLAPSE_RATIO && last->level > workload->decision.peak);
}

static enum knee_symptoms_state find_unsteady(const struct knee_result *result,
                                              const struct knee_workload_result *workload,
                                              char *text)
{
    const struct knee_level *limit = limit_level(workload);
    char p50[KNEE_HUMAN_BYTES], p99[KNEE_HUMAN_BYTES];
    (void)result;
    if (!limit || isnan(limit->latency_cv))
        return unknown(text);
    snprintf(text, KNEE_SYMPTOMS_BYTES,
             "At %u, half of the items take less than %s, one in a hundred more than %s.",
             limit->level, knee_human_latency(p50, limit->latency_p50_s),
             knee_human_latency(p99, limit->latency_p99_s));
    return seen(limit->latency_cv >= KNEE_DIAGNOSIS_UNSTEADY_CV);
}

static enum knee_symptoms_state find_neighbours(const struct knee_result *result,
                                                const struct knee_workload_result *workload,
                                                char *text)
{
    const uint32_t others = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL | KNEE_WINDOW_SHARED;
    size_t rejected = 0;
    (void)result;
    for (size_t i = 0; i < workload->windows_count; i++)
        rejected += !workload->windows[i].valid && (workload->windows[i].reasons & others);
    snprintf(text, KNEE_SYMPTOMS_BYTES, "%zu of %zu windows %s disturbed and left out.", rejected,
             workload->windows_count, rejected == 1 ? "was" : "were");
    return seen((double)rejected > KNEE_DIAGNOSIS_REJECTED_SHARE * (double)workload->windows_count);
}

static enum knee_symptoms_state find_quota(const struct knee_result *result,
                                           const struct knee_workload_result *workload, char *text)
{
    size_t throttled = 0;
    if (!isfinite(result->host.cpu_quota)) {
        snprintf(text, KNEE_SYMPTOMS_BYTES, "There is no CPU quota.");
        return KNEE_SYMPTOMS_UNSEEN;
    }
    for (size_t i = 0; i < workload->windows_count; i++)
        throttled += (workload->windows[i].reasons & KNEE_WINDOW_THROTTLED) != 0;
    snprintf(text, KNEE_SYMPTOMS_BYTES, "The quota of %.3g CPUs held back %zu of %zu windows.",
             result->host.cpu_quota, throttled, workload->windows_count);
    return seen(throttled > 0);
}

/* clang-format off: a symptom each. */
const struct knee_symptoms knee_symptoms_table[] = {
    {.symptom = "High memory",
     .find = find_memory,
     .remedy = "Memory grows with the limit: choose the smallest level that is fast enough, or "
               "make an item hold less at a time."},
    {.symptom = "Poor scaling",
     .find = find_scaling,
     .remedy = "Items get in each other's way. The stacked bars say where: full CPUs want more "
               "CPUs or less work an item; other waiting wants the shared lock, disk or service "
               "widened. If latency matters more than the last percents, choose a lower level."},
    {.symptom = "Frequent timeouts and failures",
     .find = find_failures,
     .remedy = "Stay below the level at which failures begin; retry with growing, jittered "
               "pauses, since retries at once add to the load."},
    {.symptom = "Contention for the CPUs",
     .find = find_cpu,
     .remedy = "More in flight than the CPUs can run only waits: keep to the limit. For more "
               "throughput, use more CPUs or make an item compute less."},
    {.symptom = "A queue behind the work",
     .find = find_queue,
     .remedy = "Latency grows and throughput does not: a pool, a lock, a device or a "
               "service takes only a fixed number at a time. Widen it, or keep to the limit."},
    {.symptom = "Collapse beyond the peak",
     .find = find_collapse,
     .remedy = "Too many at once makes all of it slower. Treat the limit as a hard ceiling, and "
               "leave room if several such jobs may run at once."},
    {.symptom = "Unsteady item times",
     .find = find_unsteady,
     .remedy = "Items differ much. Sort out the long ones or start them first; judge by p99, not "
               "by the mean."},
    {.symptom = "Other work on this host",
     .find = find_neighbours,
     .remedy = "Measure again when the host is quieter, or with more time: --budget."},
    {.symptom = "Held back by a CPU quota",
     .find = find_quota,
     .remedy = "The limit holds under this quota: measure again when the quota changes."},
};
/* clang-format on */
const size_t knee_symptoms_count = KNEE_COUNT(knee_symptoms_table);
