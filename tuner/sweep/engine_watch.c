/* SPDX-License-Identifier: MIT */
/* What the host did beside the items, between two readings. */
#include "tuner/sweep/engine_source.h"

#include "core/base/clock.h"

#include <math.h>
#include <time.h>

/* Ticks of 10 ms tell nothing of shorter stretches. */
#define COARSE_NS (2 * KNEE_NS_PER_S)
/* A reading compares counters of all processes with our own. If more than HELD_UP_NS pass without a
 * CPU for it, they are of different moments, and it is repeated. */
#define HELD_UP_NS (KNEE_NS_PER_MS / 2)
#define READINGS 5

/* Other processes' CPUs in this window, or, if the host only counts ticks, in the last 2 s. */
static double foreign_cpus(struct knee_engine_source *measure, const struct knee_host_reading *from,
                           const struct knee_host_reading *to, double server_before_s,
                           double server_after_s)
{
    if (!to->coarse)
        return knee_host_foreign_cpus(from, to, server_after_s - server_before_s);
    if (!measure->coarse_from.at_ns) {
        measure->coarse_from = *from;
        measure->coarse_server_s = server_before_s;
        measure->coarse_foreign = NAN;
    }
    if (to->at_ns - measure->coarse_from.at_ns >= COARSE_NS) {
        measure->coarse_foreign = knee_host_foreign_cpus(&measure->coarse_from, to,
                                                         server_after_s - measure->coarse_server_s);
        measure->coarse_from = *to;
        measure->coarse_server_s = server_after_s;
    }
    return measure->coarse_foreign;
}

static uint64_t thread_cpu_ns(void)
{
    struct timespec used = {0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * KNEE_NS_PER_S + (uint64_t)used.tv_nsec;
}

/* Of some readings, the one that was held up least. Beside hundreds of items that compute, this
 * thread may wait a tenth of a second for its next turn. */
static void take_reading(struct knee_engine_source *measure, struct knee_engine_source_watch *watch)
{
    uint64_t least_ns = UINT64_MAX;
    for (int i = 0; i < READINGS && least_ns > HELD_UP_NS; i++) {
        struct knee_engine_source_watch now;
        uint64_t from_ns = knee_clock_now_ns(), used_ns = thread_cpu_ns();
        knee_engine_probe(measure->engine, &now.work);
        knee_host_probe_read(measure->probe, &now.host);
        used_ns = thread_cpu_ns() - used_ns;
        uint64_t took_ns = knee_clock_now_ns() - from_ns;
        uint64_t held_up_ns = took_ns > used_ns ? took_ns - used_ns : 0;
        if (held_up_ns < least_ns)
            *watch = now;
        least_ns = held_up_ns < least_ns ? held_up_ns : least_ns;
    }
}

void knee_engine_source_watch_begin(struct knee_engine_source *measure,
                                    struct knee_engine_source_watch *watch)
{
    take_reading(measure, watch);
}

void knee_engine_source_watch_end(struct knee_engine_source *measure,
                                  const struct knee_engine_source_watch *watch,
                                  struct knee_measured *window)
{
    struct knee_engine_source_watch end;
    take_reading(measure, &end);
    const struct knee_workload_probe *before = &watch->work, *after = &end.work;
    const struct knee_host_reading *from = &watch->host, *to = &end.host;
    double took_s = knee_clock_to_s(to->at_ns - from->at_ns);
    window->foreign_cpus =
        foreign_cpus(measure, from, to, before->server_cpu_s + before->live_cpu_s,
                     after->server_cpu_s + after->live_cpu_s);
    window->steal_ratio = (to->steal_s - from->steal_s) / (took_s * measure->here_cpus);
    window->throttled_s = to->throttled_s - from->throttled_s;
    measure->quota_holds |= window->throttled_s > 0;
    measure->own_cpus =
        (to->own_cpu_s - from->own_cpu_s + after->live_cpu_s - before->live_cpu_s) / took_s;
    measure->server_cpus =
        after->server ? (after->server_cpu_s - before->server_cpu_s) / took_s : NAN;
}
