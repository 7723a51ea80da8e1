/* SPDX-License-Identifier: MIT */
#include "tuner/result/service.h"

#include <math.h>
#include <stdbool.h>

/* Of the requests of a level: fewer may be an accident. */
#define REFUSED_RATIO .05
/* Of two numbers in flight: one below this ratio of the other is less. On a busy host latency has
 * delays of the client's own in it, and the product shows more in flight than the service has. */
#define LESS_RATIO .8
/* A service that refuses at n has less than n places. One that has had this many times n - 1 in
 * flight has no such number. Here the least latency counts: a busy host's own delays are not the
 * service's. */
#define MORE_RATIO 1.25
/* The more requests are made at once, the larger a share of them a bound refuses. One that is the
 * same at all levels is an error of the service's own, unless it is nearly half of them. */
#define SHARE_GROWS 1.25
#define SHARE_MOST .4
/* Of a rate: as good as the same. */
#define RATE_NEAR .9
/* Of the CPUs: from here on they are busy, since windows have edges and settling. */
#define BUSY_RATIO .85
/* Of the busy CPUs: with less the client is not what takes them. */
#define CLIENT_RATIO .25

/* Of the requests; 0 without any. */
static double refused_ratio(const struct knee_level *level)
{
    double all = level->items + level->failed_items;
    return level->windows > 0 && all > 0.0 ? level->requests.failed[KNEE_FAILURE_STATUS] / all
                                           : 0.0;
}

static bool refuses(const struct knee_level *level)
{
    return refused_ratio(level) > REFUSED_RATIO;
}

/* Do levels refuse as a bound does? `levels` ascend; not all have windows. */
static bool refuse_more_and_more(const struct knee_level *levels, size_t count)
{
    double lowest = NAN, most = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (levels[i].windows == 0)
            continue;
        lowest = isnan(lowest) ? refused_ratio(&levels[i]) : lowest;
        most = fmax(most, refused_ratio(&levels[i]));
    }
    return most >= SHARE_MOST || most > SHARE_GROWS * lowest;
}

/* Requests that are being answered, by Little's law; NAN unknown. */
static double in_flight(const struct knee_level *level)
{
    return level->windows > 0 ? level->throughput_median_per_s * level->latency_p50_s : (double)NAN;
}

/* The shortest time that the service took. */
static double least_latency_s(const struct knee_level *levels, size_t count)
{
    double least = INFINITY;
    for (size_t i = 0; i < count; i++)
        if (in_flight(&levels[i]) > 0.0)
            least = fmin(least, levels[i].latency_p50_s);
    return least;
}

double knee_service_rate_limit_per_s(const struct knee_level *levels, size_t count)
{
    const struct knee_level *lowest = NULL;
    /* What answers takes one at a time, also if level 1 was not measured. */
    double most = 0.0, refusing = 0.0, accepted = 1.0, rate = 0.0;
    double least_s = least_latency_s(levels, count);
    for (size_t i = 0; i < count; i++) {
        double answered = in_flight(&levels[i]);
        if (isnan(answered) || !(answered > 0.0))
            continue;
        most = fmax(most, levels[i].throughput_median_per_s * least_s);
        if (!refuses(&levels[i])) {
            accepted = fmax(accepted, (double)levels[i].level);
            continue;
        }
        lowest = lowest ? lowest : &levels[i];
        refusing = fmax(refusing, answered);
        rate = fmax(rate, levels[i].throughput_median_per_s);
    }
    if (!lowest || !refuse_more_and_more(levels, count))
        return NAN;
    bool bounds_rate = lowest->level == 1 || most > MORE_RATIO * (lowest->level - 1) ||
                       refusing < LESS_RATIO * fmin(accepted, lowest->level);
    return bounds_rate ? rate : NAN;
}

bool knee_service_rate_is_shown(const struct knee_level *levels, size_t count, double per_s)
{
    size_t near = 0;
    for (size_t i = 0; i < count; i++)
        near += levels[i].windows > 0 && levels[i].throughput_median_per_s >= RATE_NEAR * per_s;
    return near > 1;
}

/* CPUs that the items and the servers of the work use at a level. */
static double own_cpus(const struct knee_level *level, uint32_t cpus)
{
    return level->cpu_utilization * cpus;
}

static double server_cpus(const struct knee_level *level)
{
    return isnan(level->server_cpu_utilization) ? 0.0 : level->server_cpu_utilization;
}

static double used_cpus(const struct knee_level *level, uint32_t cpus)
{
    return own_cpus(level, cpus) + server_cpus(level);
}

static bool is_full(const struct knee_level *level, uint32_t cpus)
{
    return used_cpus(level, cpus) >= BUSY_RATIO * cpus;
}

enum knee_service_cpus knee_service_cpus_at(const struct knee_level *level, uint32_t cpus)
{
    if (!level || cpus == 0 || !is_full(level, cpus)) /* NAN is not */
        return KNEE_SERVICE_CPUS_FREE;
    double own = own_cpus(level, cpus), server = server_cpus(level);
    if (isnan(level->server_cpu_utilization) || own >= BUSY_RATIO * cpus)
        return KNEE_SERVICE_CPUS_CLIENT;
    return own >= CLIENT_RATIO * (own + server) ? KNEE_SERVICE_CPUS_SHARED : KNEE_SERVICE_CPUS_FREE;
}

double knee_service_quota_cpus(const struct knee_workload_result *result)
{
    for (size_t i = 0; i < result->warnings.count; i++)
        if (result->warnings.at[i].kind == KNEE_FACT_THROTTLED)
            return result->warnings.at[i].values[0];
    return INFINITY;
}

enum knee_service_cpus knee_service_cpus_of(const struct knee_workload_result *result)
{
    const struct knee_level *level =
        knee_workload_result_at(result, knee_workload_result_use(result));
    bool serves = level && !isnan(level->server_cpu_utilization);
    if (result->service || (result->command && serves))
        return knee_service_cpus_at(level, result->cpus);
    if (!level || result->cpus == 0 || result->decision.verdict == KNEE_VERDICT_DISTURBED)
        return KNEE_SERVICE_CPUS_FREE;
    /* The servers of a synthetic workload are our own threads. */
    if (used_cpus(level, result->cpus) >= BUSY_RATIO * knee_service_quota_cpus(result))
        return KNEE_SERVICE_CPUS_QUOTA;
    return is_full(level, result->cpus) ? KNEE_SERVICE_CPUS_HOST : KNEE_SERVICE_CPUS_FREE;
}
