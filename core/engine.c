/* SPDX-License-Identifier: MIT */
/* What each step of a window prevents (all four were seen to give wrong answers without it):
 * - settling: a queue that the level before left behind is served at the old level's speed, so
 *   that the first items of a smaller level get credit that is not theirs;
 * - edges that are published ahead and read from each worker's own clock: a controller among 32
 *   busy threads wakes up to 4 ms late, and a window that ends when it wakes has no known length;
 * - credit for the part of an item that lies inside (worker.c);
 * - hold: were the level changed when the first workers have crossed the end, the stragglers would
 *   run their last items in an emptier system. */
#include "core/engine.h"

#include "core/account.h"
#include "core/clock.h"
#include "core/crew.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A latency that is not known yet is waited for without a bound. */
struct knee_engine {
    struct knee_crew crew;
    uint32_t last_level;             /* of the window before; 0: none */
    double last_latency_ns;          /* mean there, by Little's law: level / throughput */
    struct knee_distribution merged; /* scratch of a window */
};

struct usage {
    struct knee_account account;
    struct knee_workload_probe probe;
    double runqueue_s;
};

static void read_usage(struct knee_engine *engine, uint32_t level, struct usage *usage)
{
    usage->runqueue_s = 0.0;
    for (uint32_t i = 0; i < level; i++)
        usage->runqueue_s += knee_account_runqueue_s(engine->crew.workers[i]->schedstat_fd);
    knee_engine_probe(engine, &usage->probe);
    knee_account_read(&usage->account);
}

static int report_interrupt(struct knee_err *err)
{
    return knee_err_set(err, KNEE_INTERRUPTED, "interrupted");
}

static uint64_t difference(uint64_t before, uint64_t after)
{
    return before == UINT64_MAX || after == UINT64_MAX ? UINT64_MAX : after - before;
}

/* The kernel was asked a little before and after the edges, within the same regime: its figures
 * are scaled to the window. */
static void fill_usage(struct knee_window *window, const struct usage *before,
                       const struct usage *after)
{
    const struct knee_account *a = &before->account, *b = &after->account;
    double scale = (double)window->window_ns / (double)(b->at_ns - a->at_ns);
    if (after->probe.processes) {
        window->cpu_user_s = scale * (after->probe.cpu_user_s - before->probe.cpu_user_s);
        window->cpu_system_s = scale * (after->probe.cpu_system_s - before->probe.cpu_system_s);
        window->switches_voluntary =
            scale * (after->probe.switches_voluntary - before->probe.switches_voluntary);
        window->switches_involuntary =
            scale * (after->probe.switches_involuntary - before->probe.switches_involuntary);
        window->rss_bytes = after->probe.item_rss_bytes * window->level;
        window->runqueue_wait_s = NAN; /* it ends with the item's process */
    } else {
        window->cpu_user_s = scale * (b->cpu_user_s - a->cpu_user_s);
        window->cpu_system_s = scale * (b->cpu_system_s - a->cpu_system_s);
        window->switches_voluntary = scale * (b->switches_voluntary - a->switches_voluntary);
        window->switches_involuntary = scale * (b->switches_involuntary - a->switches_involuntary);
        window->rss_bytes = b->rss_bytes;
        window->runqueue_wait_s = scale * (after->runqueue_s - before->runqueue_s);
    }
    double waiting = isnan(window->runqueue_wait_s) ? 0.0 : window->runqueue_wait_s;
    double wall = (double)window->level * knee_clock_to_s(window->window_ns);
    window->other_wait_s = fmax(0.0, wall - window->cpu_user_s - window->cpu_system_s - waiting);
    window->server_cpu_s = window->server_in_service = NAN;
    if (after->probe.server) {
        /* A server that has ended tells 0: nothing was used since. */
        double took_s = knee_clock_to_s(b->at_ns - a->at_ns);
        double used_s = after->probe.server_cpu_s - before->probe.server_cpu_s;
        double served_s = after->probe.server_in_service_s - before->probe.server_in_service_s;
        window->server_cpu_s = fmax(0.0, scale * used_s);
        window->server_in_service = fmax(0.0, served_s / took_s);
    }
    window->device_reads = difference(a->device_reads, b->device_reads);
    window->device_writes = difference(a->device_writes, b->device_writes);
}

static void fill_items(struct knee_engine *engine, struct knee_window *window)
{
    struct knee_distribution *merged = &engine->merged;
    memset(merged, 0, sizeof *merged);
    double items = 0.0, failed = 0.0, latency_ns = 0.0;
    for (uint32_t i = 0; i < window->level; i++) {
        const struct knee_tally *tally = &engine->crew.workers[i]->tally;
        knee_distribution_add(merged, &tally->latencies);
        items += tally->items;
        failed += tally->failed_items;
        latency_ns += tally->latency_sum_ns;
    }
    const double ns = 1e-9;
    window->items = fmax(0.0, items + (double)merged->total);
    window->failed_items = fmax(0.0, failed);
    window->throughput_per_s = window->items / knee_clock_to_s(window->window_ns);
    window->latency_mean_s = merged->total ? ns * latency_ns / (double)merged->total : NAN;
    window->latency_p50_s = ns * knee_distribution_quantile_ns(merged, 0.50);
    window->latency_p95_s = ns * knee_distribution_quantile_ns(merged, 0.95);
    window->latency_p99_s = ns * knee_distribution_quantile_ns(merged, 0.99);
    window->latency_max_s = ns * knee_distribution_quantile_ns(merged, 1.0);
    window->latency_cv = knee_distribution_cv(merged);
}

/* Brings the crew to `level`, settled. */
static int reach_level(struct knee_engine *engine, uint32_t level, bool *settled,
                       struct knee_err *err)
{
    struct knee_crew *crew = &engine->crew;
    if (level > crew->workers_count && knee_crew_start(crew, level, err))
        return -1;
    if (level == crew->level)
        return 0;
    /* Throughput hardly falls as the level rises, so latency grows no faster than the level. */
    double expected = engine->last_latency_ns;
    if (level > engine->last_level && engine->last_level > 0)
        expected *= (double)level / engine->last_level;
    if (knee_crew_change_level(crew, level) || knee_crew_settle(crew, expected, settled))
        return report_interrupt(err);
    return 0;
}

static void judge(struct knee_window *window, bool settled)
{
    if (!settled)
        window->reasons |= KNEE_REASON_UNSETTLED;
    if (window->failed_items > 0.0)
        window->reasons |= KNEE_REASON_ERRORS;
    if (window->items + window->failed_items <= 0.0) {
        window->reasons |= KNEE_REASON_EMPTY;
        window->valid = false;
    }
}

int knee_engine_window(struct knee_engine *engine, uint32_t block, uint32_t level,
                       uint64_t length_ns, struct knee_window *window, struct knee_err *err)
{
    const struct knee_workload *workload = engine->crew.params.workload;
    struct knee_window result = {.block = block,
                                 .level = level,
                                 .window_ns = length_ns,
                                 .steal_ratio = NAN,
                                 .foreign_cpus = NAN,
                                 .throttled_s = NAN,
                                 .valid = true};
    struct usage before, after;
    bool settled = true;
    if (workload->begin && workload->begin(engine->crew.shared, block, level, err))
        return -1;
    if (reach_level(engine, level, &settled, err))
        return -1;
    read_usage(engine, level, &before);
    if (knee_crew_run_window(&engine->crew, length_ns, &result.start_ns))
        return report_interrupt(err);
    read_usage(engine, level, &after);

    fill_items(engine, &result);
    fill_usage(&result, &before, &after);
    judge(&result, settled);
    engine->last_level = level;
    engine->last_latency_ns =
        result.items > 0.0 ? level * (double)length_ns / result.items : (double)length_ns;
    *window = result;
    return 0;
}

void knee_engine_probe(struct knee_engine *engine, struct knee_workload_probe *probe)
{
    memset(probe, 0, sizeof *probe);
    if (engine->crew.params.workload->probe)
        engine->crew.params.workload->probe(engine->crew.shared, probe);
}

void knee_engine_park(struct knee_engine *engine)
{
    if (engine->crew.level > 0)
        knee_crew_change_level(&engine->crew, 0);
}

int knee_engine_open(struct knee_engine **engine, const struct knee_engine_params *params,
                     char *warning, size_t warning_bytes, struct knee_err *err)
{
    const struct knee_workload *workload = params->workload;
    if (warning_bytes)
        warning[0] = '\0';
    struct knee_engine *made = calloc(1, sizeof *made);
    if (!made)
        return knee_err_set(err, KNEE_FAILED, "engine: out of memory");
    if (knee_crew_init(&made->crew, params, err))
        goto out;
    if (workload->setup &&
        workload->setup(made->crew.shared, &params->setup, warning, warning_bytes, err))
        goto out;
    *engine = made;
    return 0;
out:
    knee_crew_release(&made->crew);
    free(made);
    return -1;
}

void knee_engine_close(struct knee_engine *engine)
{
    if (!engine)
        return;
    knee_crew_end(&engine->crew);
    const struct knee_workload *workload = engine->crew.params.workload;
    if (workload->teardown)
        workload->teardown(engine->crew.shared);
    knee_crew_release(&engine->crew);
    free(engine);
}
