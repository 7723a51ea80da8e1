/* SPDX-License-Identifier: MIT */
/* What a fleet says once the limit is known: who limits, how it is divided, and who is slow. */
#include "core/base/array.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "core/text/builder.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet_private.h"

#include <math.h>

#define ROUNDS_MAX 8
#define PAIRS_A_ROUND 2
#define CLIENTS_RATIO .95
#define PROBABILITY .975 /* on each side */

struct knee_fleet_half knee_fleet_half_of(const double *ratios, size_t count)
{
    double logs[ROUNDS_MAX * PAIRS_A_ROUND];
    struct knee_fleet_half half = {NAN, NAN, NAN};
    if (count == 0 || count > KNEE_COUNT(logs))
        return half;
    for (size_t i = 0; i < count; i++)
        logs[i] = log(ratios[i]);
    double mean = knee_stats_mean(logs, count), error = INFINITY;
    if (count > 1)
        error = knee_stats_t_quantile(PROBABILITY, (double)count - 1) * knee_stats_sd(logs, count) /
                sqrt((double)count);
    half.ratio = exp(mean);
    half.low = exp(mean - error);
    half.high = exp(mean + error);
    return half;
}

enum knee_fleet_limiter knee_fleet_limiter(const struct knee_fleet_half *half)
{
    if (half->high < CLIENTS_RATIO)
        return KNEE_FLEET_CLIENTS;
    return half->low > CLIENTS_RATIO ? KNEE_FLEET_SERVICE : KNEE_FLEET_UNSETTLED;
}

/* One window of the first `hosts` hosts; 0 items/s: it was disturbed. */
static int take(struct knee_fleet *fleet, struct knee_engine_source *measure, uint32_t level,
                uint32_t hosts, double *throughput_per_s, struct knee_err *err)
{
    struct knee_measured window;
    fleet->taking_part = hosts;
    int status = knee_fleet_window(fleet, measure, UINT32_MAX, level,
                                   knee_engine_source_length_ns(measure, level), &window, err);
    fleet->taking_part = fleet->link->size;
    *throughput_per_s = 0;
    if (status)
        return status;
    knee_engine_source_judge(measure, &window);
    if (window.valid)
        *throughput_per_s = window.throughput_per_s;
    return 0;
}

int knee_fleet_compare_half(struct knee_fleet *fleet, struct knee_engine_source *measure,
                            uint32_t level, double most_s, struct knee_fleet_half *half,
                            struct knee_err *err)
{
    double ratios[ROUNDS_MAX * PAIRS_A_ROUND];
    uint32_t all = fleet->link->size, few = (all + 1) / 2;
    uint64_t start_ns = knee_clock_now_ns();
    size_t count = 0;
    int status = 0;
    *half = knee_fleet_half_of(ratios, 0);
    knee_engine_give_up_at(measure->engine, UINT64_MAX);
    for (int pair = 0; pair < ROUNDS_MAX * PAIRS_A_ROUND && status == 0; pair++) {
        /* all, half, half, all: drift meets both alike */
        bool turned = pair % 2 == 1;
        double first, second;
        status = take(fleet, measure, level, turned ? few : all, &first, err);
        if (status == 0)
            status = take(fleet, measure, level, turned ? all : few, &second, err);
        if (status == 0 && first > 0 && second > 0)
            ratios[count++] = turned ? first / second : second / first;
        if (status || !turned)
            continue;
        *half = knee_fleet_half_of(ratios, count);
        if (knee_fleet_limiter(half) != KNEE_FLEET_UNSETTLED ||
            knee_clock_to_s(knee_clock_now_ns() - start_ns) > most_s)
            break;
    }
    return status < 0 ? -1 : 0;
}

const char *knee_fleet_shares_text(const struct knee_fleet *fleet, uint32_t level, char *text,
                                   size_t text_bytes)
{
    struct knee_builder out;
    uint32_t hosts = fleet->link->size;
    knee_builder_over(&out, text, text_bytes);
    if (fleet->split == KNEE_FLEET_SPLIT_HOST) {
        knee_builder_add(&out, "%u on each of %u hosts: %u in all", level, hosts, level * hosts);
        return text;
    }
    knee_builder_add(&out, "%u in all: ", level);
    if (fleet->split != KNEE_FLEET_SPLIT_CPUS && level % hosts == 0) {
        knee_builder_add(&out, "%u on each of %u hosts", level / hosts, hosts);
        return text;
    }
    for (uint32_t i = 0; i < hosts && i < 16; i++) {
        uint32_t share = level / hosts + (i < level % hosts);
        if (fleet->split == KNEE_FLEET_SPLIT_CPUS)
            share = knee_fleet_share(level, hosts, fleet->weights, 0, 0, i);
        knee_builder_add(&out, "%s%u", i ? ", " : "", share);
    }
    knee_builder_add(&out, "%s on %u hosts", hosts > 16 ? " ..." : "", hosts);
    return text;
}
