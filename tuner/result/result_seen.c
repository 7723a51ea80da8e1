/* SPDX-License-Identifier: MIT */
#include "tuner/result/result_seen.h"

#include "core/base/clock.h"
#include "core/base/stats.h"
#include "tuner/fit/failing.h"
#include "tuner/fit/regime.h"

#include <math.h>

/* Whatever was seen at `level` from window `start` on, also in windows that were rejected. */
static double median_of_all(const struct knee_workload_result *result, size_t start, uint32_t level,
                            double *values)
{
    size_t count = 0;
    for (size_t i = start; i < result->windows_count; i++)
        if (result->windows[i].level == level && result->windows[i].throughput_per_s > 0)
            values[count++] = result->windows[i].throughput_per_s;
    return knee_stats_median(values, count);
}

/* Likewise, of the items that failed. */
static double failed_of_all(const struct knee_workload_result *result, uint32_t level)
{
    double items = 0, failed = 0;
    for (size_t i = 0; i < result->windows_count; i++) {
        const struct knee_window *window = &result->windows[i];
        if (window->level != level)
            continue;
        items += isfinite(window->items) ? window->items : 0;
        failed += isfinite(window->failed_items) ? window->failed_items : 0;
    }
    return failed > 0 ? failed / (items + failed) : 0;
}

static double cpu_s_of(const struct knee_window *window)
{
    return knee_window_figure(window, KNEE_WINDOW_CPU_USER_S) +
           knee_window_figure(window, KNEE_WINDOW_CPU_SYSTEM_S);
}

/* Likewise, the share of the CPUs that items and their servers took. */
static double cpu_of_all(const struct knee_workload_result *result, uint32_t level)
{
    double cpu_s = 0, window_s = 0;
    for (size_t i = 0; i < result->windows_count; i++) {
        const struct knee_window *window = &result->windows[i];
        if (window->level != level || !isfinite(cpu_s_of(window)) ||
            knee_failing_ratio(window) >= 1)
            continue;
        double server_s = knee_window_figure(window, KNEE_WINDOW_SERVER_CPU_S); /* NAN: none */
        cpu_s += cpu_s_of(window) + fmax(server_s, 0);
        window_s += knee_clock_to_s(window->window_ns);
    }
    return window_s > 0 ? cpu_s / window_s / (result->cpus ? result->cpus : 1) : 0;
}

size_t knee_result_seen_start(const struct knee_workload_result *result)
{
    struct knee_regime regime;
    if (result->earlier > 0)
        return result->earlier;
    knee_regime_find_seen(&regime, result->windows, result->windows_count);
    return regime.start;
}

void knee_result_seen_set(struct knee_level *level, const struct knee_workload_result *result,
                          size_t start, double *values)
{
    level->throughput_seen_per_s = median_of_all(result, start, level->level, values);
    level->seen_earlier = isnan(level->throughput_seen_per_s);
    if (level->seen_earlier)
        level->throughput_seen_per_s = median_of_all(result, 0, level->level, values);
    level->failed_seen_ratio = failed_of_all(result, level->level);
    level->cpu_seen_ratio = cpu_of_all(result, level->level);
}
