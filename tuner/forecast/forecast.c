/* SPDX-License-Identifier: MIT */
#include "tuner/forecast/forecast.h"

#include "core/base/stats.h"
#include "tuner/forecast/doubts.h"
#include "tuner/forecast/predict.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Levels far beyond the knee only show a fall, and cost time: up to this multiple of it. */
#define LEVELS_BEYOND 4u
#define LEVELS_KEPT_MIN 32u
/* An interval of a row of levels.csv is about this many standard deviations wide. */
#define INTERVAL_SDS 4.0
#define SD_MIN .01
/* Throughput per item in flight that is still this close to one item's: nothing was full. */
#define LINEAR_RATIO .90
/* What a model of this kind misses even if it fits. */
#define MODEL_SD_MIN .03
#define MISS_MAX .5

const char *knee_forecast_limit_text(enum knee_forecast_limit limit)
{
    static const char *const TEXTS[] = {
        [KNEE_FORECAST_BY_CPUS] = "cpus",     [KNEE_FORECAST_BY_QUOTA] = "quota",
        [KNEE_FORECAST_BY_POOL] = "pool",     [KNEE_FORECAST_BY_MEMORY] = "memory",
        [KNEE_FORECAST_BY_LEVELS] = "levels", [KNEE_FORECAST_BY_SLO] = "slo",
    };
    return TEXTS[limit];
}

size_t knee_forecast_limits(const struct knee_forecast *forecast,
                            enum knee_forecast_limit order[KNEE_FORECAST_LIMITS])
{
    const double *shares = forecast->limit_shares;
    size_t count = 0;
    for (int i = 0; i < KNEE_FORECAST_LIMITS; i++) {
        if (shares[i] < KNEE_FORECAST_SHARE_MIN)
            continue;
        size_t at = count++;
        for (; at > 0 && shares[order[at - 1]] < shares[i]; at--)
            order[at] = order[at - 1];
        order[at] = (enum knee_forecast_limit)i;
    }
    return count;
}

struct knee_network_cpus knee_forecast_cpus(uint32_t cores, uint32_t pus, double quota)
{
    double whole = cores > 0 ? (double)cores : fmax((double)pus, 1);
    return (struct knee_network_cpus){.cores = whole,
                                      .siblings = fmax((double)pus - whole, 0),
                                      .sibling_ratio = KNEE_FORECAST_SIBLING_RATIO,
                                      .quota = quota > 0 ? quota : INFINITY};
}

/* The levels of one source that a network is fitted to; returns how many. */
static size_t take_levels(struct knee_network_fit_level *to,
                          const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    uint32_t top = LEVELS_BEYOND * (decision->knee > 0 ? decision->knee : decision->peak);
    double wider = decision->verdict == KNEE_VERDICT_UNRESOLVED ? 2 : 1;
    size_t count = 0;
    if (top < LEVELS_KEPT_MIN)
        top = LEVELS_KEPT_MIN;
    if (top > KNEE_NETWORK_FIT_LEVEL_MAX)
        top = KNEE_NETWORK_FIT_LEVEL_MAX;
    for (size_t i = 0; i < result->levels_count; i++) {
        const struct knee_level *level = &result->levels[i];
        if (!knee_diagnosis_usable(level) || level->level > top)
            continue;
        double width = log(level->throughput_ci_high_per_s / level->throughput_ci_low_per_s);
        double sd = isfinite(width) ? fmax(width / INTERVAL_SDS, SD_MIN) : 2 * SD_MIN;
        to[count++] =
            (struct knee_network_fit_level){level->level, log(level->throughput_per_s), wider * sd};
    }
    return count;
}

/* CPU time of an item: the median of the levels from half of the knee on, so that neither a lone
 * item's wake-ups nor one odd level decides; else the least seen. NAN unknown. */
static double find_cpu_s(const struct knee_workload_result *result)
{
    double *values = calloc(result->levels_count + 1, sizeof *values);
    double found = result->demands.cpu_s;
    size_t count = 0;
    for (size_t i = 0; values && i < result->levels_count; i++) {
        const struct knee_level *level = &result->levels[i];
        if (knee_diagnosis_usable(level) && level->cpu_per_item_s > 0 &&
            2 * level->level >= result->decision.knee)
            values[count++] = level->cpu_per_item_s;
    }
    if (count > 0)
        found = knee_stats_median(values, count);
    free(values);
    return found;
}

/* Did items wait for anything else while the CPUs had time left? A lock that they take turns at has
 * no more items in service than there are CPUs, and is contention. */
static bool cpus_idle(const struct knee_forecast_source *source)
{
    const struct knee_workload_result *result = source->result;
    const struct knee_level *level = knee_workload_result_at(result, result->decision.knee);
    return result->demands.limited_by == KNEE_LIMITED_BY_WAITING && level &&
           level->cpu_utilization < KNEE_DIAGNOSIS_FULL_CPU &&
           result->demands.served > source->cpus.cores + source->cpus.siblings;
}

static bool is_linear(const struct knee_workload_result *result)
{
    const struct knee_level *first = NULL, *last = NULL;
    for (size_t i = 0; i < result->levels_count; i++)
        if (knee_diagnosis_usable(&result->levels[i])) {
            first = first ? first : &result->levels[i];
            last = &result->levels[i];
        }
    return first && last != first &&
           last->throughput_per_s / last->level >=
               LINEAR_RATIO * first->throughput_per_s / first->level;
}

/* The first measurement that was disturbed; NULL: none was. */
static const struct knee_workload_result *find_disturbed(const struct knee_forecast_source *sources,
                                                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i].result->decision.verdict == KNEE_VERDICT_DISTURBED)
            return sources[i].result;
    return NULL;
}

static enum knee_forecast_refusal refusal_of(const struct knee_forecast_source *sources,
                                             size_t count, const struct knee_network_fit_data *data,
                                             const struct knee_forecast_target *target)
{
    size_t levels = 0, linear = 0;
    if (find_disturbed(sources, count))
        return KNEE_FORECAST_DISTURBED;
    for (size_t i = 0; i < count; i++) {
        levels += data->groups[i].levels_count;
        linear += is_linear(sources[i].result);
    }
    if (levels < KNEE_FORECAST_LEVELS_MIN)
        return KNEE_FORECAST_FEW_LEVELS;
    if (!(data->cpu_s > 0) || !(data->wait_s >= 0))
        return KNEE_FORECAST_NO_DEMANDS;
    if (linear == count && !(target->pool > 0))
        return KNEE_FORECAST_LINEAR;
    return KNEE_FORECAST_MADE;
}

static void set_latency_ratios(struct knee_predict_inputs *inputs,
                               const struct knee_workload_result *result)
{
    const struct knee_level *level = knee_workload_result_at(result, result->decision.knee);
    double mean_s = level ? level->latency_mean_s : NAN;
    inputs->latency_ratio[KNEE_SLO_MEAN] = 1;
    inputs->latency_ratio[KNEE_SLO_P50] = level ? level->latency_p50_s / mean_s : NAN;
    inputs->latency_ratio[KNEE_SLO_P95] = level ? level->latency_p95_s / mean_s : NAN;
    inputs->latency_ratio[KNEE_SLO_P99] = level ? level->latency_p99_s / mean_s : NAN;
    inputs->latency_ratio[KNEE_SLO_ERRORS] = NAN;
}

/* No more items than this fit; 0: no bound, or an item's memory is unknown. Only a command's items
 * have memory of their own. */
static uint32_t memory_level(const struct knee_workload_result *result, double memory_bytes)
{
    const struct knee_level *level = knee_workload_result_at(result, result->decision.knee);
    if (!result->command || !isfinite(memory_bytes) || !level || !(level->max_rss_bytes > 0))
        return 0;
    double item_bytes = level->max_rss_bytes / level->level;
    double fits = floor(memory_bytes / item_bytes);
    return (uint32_t)fmin(fmax(fits, 1), KNEE_NETWORK_LEVEL_MAX);
}

static int predict(struct knee_forecast *forecast, const struct knee_forecast_source *sources,
                   size_t count, const struct knee_forecast_target *target,
                   const struct knee_network_fit *fit, uint64_t seed, struct knee_err *err)
{
    const struct knee_forecast_source *largest = &sources[count - 1];
    struct knee_predict_inputs inputs = {
        .fit = fit,
        .target = target,
        .tolerance_ratio = knee_decision_tolerance(&largest->result->decision),
        .model_sd = knee_predict_sd(fmax(fit->miss_ratio, MODEL_SD_MIN), target->cpus.cores,
                                    largest->cpus.cores),
        .level_max = memory_level(largest->result, target->memory_bytes),
        .seed = seed,
    };
    struct knee_forecast_target here = {
        .cpus = largest->cpus, .core_speed = 1, .memory_bytes = INFINITY};
    uint32_t top = forecast->measured_max;
    set_latency_ratios(&inputs, largest->result);
    forecast->memory_level = inputs.level_max;
    if (knee_predict(forecast, &inputs, err) ||
        knee_predict_curve(&forecast->here, fit, &here, top, err) ||
        (target->throughput_per_s > 0 && knee_predict_needs(forecast, &inputs, err)))
        return -1;
    return knee_doubts_find(forecast, sources, count, &inputs, err);
}

static void clear(struct knee_forecast *forecast)
{
    const struct knee_forecast_range unknown = {NAN, NAN, NAN};
    *forecast = (struct knee_forecast){.knee = unknown,
                                       .throughput = unknown,
                                       .latency_s = unknown,
                                       .limit = unknown,
                                       .cores_needed = unknown,
                                       .level_needed = unknown};
}

static int fit_and_predict(struct knee_forecast *forecast,
                           const struct knee_forecast_source *sources, size_t count,
                           const struct knee_forecast_target *target,
                           const struct knee_network_fit_data *data, struct knee_err *err)
{
    struct knee_network_fit *fit = malloc(sizeof *fit);
    int status = fit ? knee_network_fit(fit, data, err) : knee_err_memory(err, "forecast");
    if (status == 0) {
        forecast->fit_miss_ratio = fit->miss_ratio;
        forecast->fit_worst_level = fit->worst_level;
        forecast->fit_worst_ratio = fit->worst_ratio;
        if (fit->worst_ratio > MISS_MAX)
            forecast->refusal = KNEE_FORECAST_NO_FIT;
        else
            status = predict(forecast, sources, count, target, fit, data->seed, err);
    }
    free(fit);
    return status;
}

int knee_forecast_make(struct knee_forecast *forecast, const struct knee_forecast_source *sources,
                       size_t sources_count, const struct knee_forecast_target *target,
                       uint64_t seed, struct knee_err *err)
{
    size_t room = 1;
    for (size_t i = 0; i < sources_count; i++)
        room += sources[i].result->levels_count;
    struct knee_network_fit_level *levels = calloc(room, sizeof *levels);
    struct knee_network_fit_group *groups = calloc(sources_count + 1, sizeof *groups);
    const struct knee_workload_result *last = sources[sources_count - 1].result;
    struct knee_network_fit_data data = {.groups = groups,
                                         .groups_count = sources_count,
                                         .cpu_s = find_cpu_s(last),
                                         .wait_s = last->demands.wait_s,
                                         .waits_elsewhere =
                                             last->demands.limited_by == KNEE_LIMITED_BY_WAITING,
                                         .cpus_idle = cpus_idle(&sources[sources_count - 1]),
                                         .seed = seed};
    int status = levels && groups ? 0 : knee_err_memory(err, "forecast");
    size_t used = 0;
    clear(forecast);
    for (size_t i = 0; i < sources_count && status == 0; i++) {
        groups[i] =
            (struct knee_network_fit_group){.cpus = sources[i].cpus, .levels = levels + used};
        groups[i].levels_count = take_levels(levels + used, sources[i].result);
        used += groups[i].levels_count;
        if (groups[i].levels_count > 0 && levels[used - 1].level > forecast->measured_max)
            forecast->measured_max = levels[used - 1].level;
        forecast->widened |= sources[i].result->decision.verdict == KNEE_VERDICT_UNRESOLVED;
    }
    if (status == 0) {
        forecast->extrapolated = sources_count == 1 && target->cpus.cores > sources[0].cpus.cores;
        forecast->waits_no_more = target->service_s < 0 && data.wait_s + target->service_s < 0;
        forecast->refusal = refusal_of(sources, sources_count, &data, target);
        if (forecast->refusal == KNEE_FORECAST_DISTURBED)
            forecast->disturbed_by = find_disturbed(sources, sources_count)->decision.why;
        if (forecast->refusal == KNEE_FORECAST_MADE)
            status = fit_and_predict(forecast, sources, sources_count, target, &data, err);
    }
    free(levels);
    free(groups);
    return status;
}
