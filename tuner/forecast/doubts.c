/* SPDX-License-Identifier: MIT */
#include "tuner/forecast/doubts.h"

#include "core/base/array.h"
#include "core/base/stats.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdbool.h>

/* Ranges that published fits of the USL and vendors' figures cover. */
#define CONTENTION_WORST .05
#define COHERENCY_WORST .001
#define SPEED_WORST .8
#define SPEED_BEST 1.25
#define SIBLINGS_WORST .1
#define SIBLINGS_BEST 1.0
/* Items that wait for less than this share of their time have no pool to wait for. */
#define WAIT_WORTH_A_WORD .05
#define SERVER_WORTH_A_WORD .05
/* Throughput that moves by less is within the range anyway. */
#define WORTH_A_WORD .03

struct look {
    struct knee_forecast *forecast;
    const struct knee_predict_inputs *inputs;
    struct knee_network middle; /* the draw with the middle throughput there, as it is there */
    const struct knee_forecast_source *source; /* of the most CPUs */
    bool scaling_known;                        /* several counts of cores were measured */
};

static double median_of(const struct knee_network_fit *fit, size_t offset)
{
    double values[KNEE_NETWORK_FIT_DRAWS];
    for (size_t i = 0; i < KNEE_NETWORK_FIT_DRAWS; i++)
        values[i] = *(const double *)((const char *)&fit->draws[i] + offset);
    return knee_stats_median(values, KNEE_NETWORK_FIT_DRAWS);
}

#define MEDIAN(fit, member) median_of(fit, offsetof(struct knee_network, member))

static struct knee_network middle_of(const struct knee_network_fit *fit,
                                     const struct knee_forecast_target *target)
{
    struct knee_network middle = {
        .cpu_s = MEDIAN(fit, cpu_s),
        .delay_s = MEDIAN(fit, delay_s),
        .pool_s = MEDIAN(fit, pool_s),
        .pool = fit->pool_seen_ratio > .5 ? MEDIAN(fit, pool) : INFINITY,
        .crowding = MEDIAN(fit, crowding),
        .contention = MEDIAN(fit, contention),
        .coherency = MEDIAN(fit, coherency),
        .sharpness = MEDIAN(fit, sharpness),
    };
    return knee_predict_moved(&middle, target);
}

/* Adds a doubt whose worst and best are these two networks on these CPUs, unless it hardly moves
 * the answer. */
static int add(struct look *look, enum knee_forecast_doubt kind, const struct knee_network *worst,
               const struct knee_network_cpus *worst_cpus, const struct knee_network *best,
               const struct knee_network_cpus *best_cpus, struct knee_err *err)
{
    struct knee_forecast *forecast = look->forecast;
    struct knee_forecast_unknown *unknown = &forecast->unknown[forecast->unknown_count];
    double tolerance = look->inputs->tolerance_ratio, knees[2], rates[2];
    *unknown = (struct knee_forecast_unknown){.kind = kind, .level = NAN};
    if (knee_predict_one(worst, worst_cpus, tolerance, &knees[0], &rates[0], err) ||
        knee_predict_one(best, best_cpus, tolerance, &knees[1], &rates[1], err))
        return -1;
    unknown->knee =
        (struct knee_forecast_range){fmin(knees[0], knees[1]), NAN, fmax(knees[0], knees[1])};
    unknown->throughput =
        (struct knee_forecast_range){fmin(rates[0], rates[1]), NAN, fmax(rates[0], rates[1])};
    if (knees[0] != knees[1] ||
        unknown->throughput.high > (1 + WORTH_A_WORD) * unknown->throughput.low)
        forecast->unknown_count++;
    return 0;
}

/* A pool that was never full here may be full there. */
static int doubt_pool(struct look *look, struct knee_err *err)
{
    const struct knee_network_cpus *cpus = &look->inputs->target->cpus;
    const struct knee_network *middle = &look->middle;
    double demand_s = middle->cpu_s + middle->delay_s + middle->pool_s, most = 0;
    double wait_s = middle->delay_s + middle->pool_s;
    if (isfinite(middle->pool) || wait_s < WAIT_WORTH_A_WORD * demand_s)
        return 0;
    const struct knee_workload_result *result = look->source->result;
    for (size_t i = 0; i < result->levels_count; i++)
        if (knee_diagnosis_usable(&result->levels[i]))
            most = fmax(most, result->levels[i].throughput_per_s * wait_s);
    struct knee_network worst = *middle;
    worst.pool_s = wait_s;
    worst.delay_s = 0;
    worst.pool = fmax(ceil(most), 1);
    size_t before = look->forecast->unknown_count;
    if (add(look, KNEE_FORECAST_DOUBT_POOL, &worst, cpus, middle, cpus, err))
        return -1;
    if (look->forecast->unknown_count > before)
        look->forecast->unknown[before].level = worst.pool;
    return 0;
}

static int doubt_scaling(struct look *look, struct knee_err *err)
{
    const struct knee_network_cpus *cpus = &look->inputs->target->cpus;
    if (look->scaling_known || !(cpus->cores > look->source->cpus.cores))
        return 0;
    struct knee_network worst = look->middle, best = look->middle;
    worst.contention = CONTENTION_WORST;
    worst.coherency = COHERENCY_WORST;
    best.contention = best.coherency = 0;
    if (add(look, KNEE_FORECAST_DOUBT_CONTENTION, &worst, cpus, &best, cpus, err))
        return -1;
    return add(look, KNEE_FORECAST_DOUBT_MEMORY, &look->middle, &look->source->cpus, &look->middle,
               cpus, err);
}

static int doubt_speed(struct look *look, struct knee_err *err)
{
    const struct knee_network_cpus *cpus = &look->inputs->target->cpus;
    if (look->inputs->target->core_speed != 1 || look->inputs->target->this_machine)
        return 0;
    struct knee_network worst = look->middle, best = look->middle;
    worst.cpu_s /= SPEED_WORST;
    best.cpu_s /= SPEED_BEST;
    return add(look, KNEE_FORECAST_DOUBT_SPEED, &worst, cpus, &best, cpus, err);
}

static int doubt_siblings(struct look *look, struct knee_err *err)
{
    struct knee_network_cpus worst = look->inputs->target->cpus, best = worst;
    if (!(worst.siblings > 0))
        return 0;
    worst.sibling_ratio = SIBLINGS_WORST;
    best.sibling_ratio = SIBLINGS_BEST;
    return add(look, KNEE_FORECAST_DOUBT_SIBLINGS, &look->middle, &worst, &look->middle, &best,
               err);
}

/* A server on the same CPUs took a part of them, which it may or may not take there. */
static int doubt_server(struct look *look, struct knee_err *err)
{
    const struct knee_workload_result *result = look->source->result;
    const struct knee_level *level = knee_workload_result_at(result, result->decision.knee);
    const struct knee_network_cpus *cpus = &look->inputs->target->cpus;
    if (!level || !(level->server_cpu_utilization > SERVER_WORTH_A_WORD))
        return 0;
    struct knee_network worst = look->middle;
    worst.cpu_s +=
        level->server_cpu_utilization * look->source->cpus.cores / level->throughput_per_s;
    return add(look, KNEE_FORECAST_DOUBT_SERVER, &worst, cpus, &look->middle, cpus, err);
}

int knee_doubts_find(struct knee_forecast *forecast, const struct knee_forecast_source *sources,
                     size_t sources_count, const struct knee_predict_inputs *inputs,
                     struct knee_err *err)
{
    struct look look = {.forecast = forecast,
                        .inputs = inputs,
                        .middle = middle_of(inputs->fit, inputs->target),
                        .source = &sources[sources_count - 1],
                        .scaling_known = sources_count > 1};
    int (*const doubts[])(struct look *, struct knee_err *) = {
        doubt_pool, doubt_scaling, doubt_speed, doubt_siblings, doubt_server};
    forecast->unknown_count = 0;
    forecast->contention = look.middle.contention;
    forecast->coherency = look.middle.coherency;
    for (size_t i = 0; i < KNEE_COUNT(doubts); i++)
        if (doubts[i](&look, err))
            return -1;
    return 0;
}
