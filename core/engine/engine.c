/* SPDX-License-Identifier: MIT */
/* What each step of a window prevents (each was seen to give wrong answers when left out):
 * - settling: a queue left by the level before is served at that level's speed, so that the first
 *   items of a smaller level get credit that is not theirs;
 * - edges that are published ahead and compared with each worker's own clock: a controller among 32
 *   busy threads wakes up to 4 ms late, and a window that ends when it wakes has no known length;
 * - credit for the part of an item that lies inside (worker.c);
 * - an end on a completion if few items end in a window: a worker that began an item with the
 *   window also gets credit for a part of its last item. If items vary, that is more than its share
 *   (by half the squared coefficient of variation of the items). A window that waited for other
 *   hosts begins in the middle of items: an end on a completion would lose as much as it gains;
 * - hold: if the level changed as soon as the first workers crossed the end, the stragglers would
 *   run their last items in an emptier system. */
#include "core/engine/engine.h"

#include "core/base/clock.h"
#include "core/engine/account.h"
#include "core/engine/crew.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The mean of the items in service is exact up to the two moments at which it is read. */
#define SHARED_RATIO 1.05
#define SHARED_SPARE 0.5

struct knee_engine {
    struct knee_crew crew;
    uint32_t last_level;    /* of the window before; 0: none */
    uint32_t in_all;        /* of which the next level is a part; 0: it is all of it */
    uint32_t last_in_all;   /* likewise, of the window before */
    double last_latency_ns; /* its mean, by Little's law: level / throughput; 0: unknown */
    struct knee_histogram_sum merged; /* scratch of a window */
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

/* Items in flight at `level`. */
static uint32_t in_flight_at(const struct knee_engine *engine, uint32_t level)
{
    return engine->crew.params.width ? engine->crew.params.width : level;
}

/* Workers that run at `level`. */
static uint32_t width_at(const struct knee_engine *engine, uint32_t level)
{
    const struct knee_workload *workload = engine->crew.params.workload;
    uint32_t workers = workload->workers ? workload->workers(engine->crew.shared, level) : 0;
    if (workers > 0)
        return workers;
    return in_flight_at(engine, level);
}

/* All CPU time of the items' processes, and the user's part of it. The part is known only of those
 * that have ended; the time of the others is split in the same ratio. */
static void process_cpu(const struct knee_workload_probe *probe, double *all_s, double *user_s)
{
    double ended_s = probe->cpu_user_s + probe->cpu_system_s;
    double user_ratio = ended_s > 0.0 ? probe->cpu_user_s / ended_s : 1.0;
    *all_s = ended_s + probe->live_cpu_s;
    *user_s = user_ratio * *all_s;
}

static void fill_process_usage(struct knee_measured *window, uint32_t width, double scale,
                               const struct knee_workload_probe *before,
                               const struct knee_workload_probe *after)
{
    double all_before, user_before, all_after, user_after;
    process_cpu(before, &all_before, &user_before);
    process_cpu(after, &all_after, &user_after);
    double all_s = fmax(0.0, all_after - all_before);
    window->cpu_user_s = scale * fmin(all_s, fmax(0.0, user_after - user_before));
    window->cpu_system_s = scale * all_s - window->cpu_user_s;
    window->switches_voluntary = scale * (after->switches_voluntary - before->switches_voluntary);
    window->switches_involuntary =
        scale * (after->switches_involuntary - before->switches_involuntary);
    window->rss_bytes = after->item_rss_bytes > 0.0 ? after->item_rss_bytes * width : NAN;
    window->runqueue_wait_s = NAN; /* it ends with the item's process */
    window->device_reads = (uint64_t)(after->device_read_bytes - before->device_read_bytes);
    window->device_writes = (uint64_t)(after->device_written_bytes - before->device_written_bytes);
}

/* Why waiting ended: -1 for an interrupt, 1 if it was time to give up. */
static int report_end(const struct knee_engine *engine, struct knee_err *err)
{
    const volatile sig_atomic_t *interrupted = engine->crew.params.interrupted;
    if ((!interrupted || !*interrupted) && knee_clock_now_ns() >= engine->crew.give_up_ns)
        return 1;
    return knee_err_set(err, KNEE_INTERRUPTED, "interrupted");
}

static uint64_t difference(uint64_t before, uint64_t after)
{
    return before == UINT64_MAX || after == UINT64_MAX ? UINT64_MAX : after - before;
}

/* The kernel is asked a little before the first edge and after the second, while the same level
 * runs: its figures are scaled to the window. */
static void fill_usage(struct knee_measured *window, uint32_t width, const struct usage *before,
                       const struct usage *after)
{
    const struct knee_account *a = &before->account, *b = &after->account;
    double scale = (double)window->window_ns / (double)(b->at_ns - a->at_ns);
    if (after->probe.processes) {
        fill_process_usage(window, width, scale, &before->probe, &after->probe);
    } else {
        window->cpu_user_s = scale * (b->cpu_user_s - a->cpu_user_s);
        window->cpu_system_s = scale * (b->cpu_system_s - a->cpu_system_s);
        window->switches_voluntary = scale * (b->switches_voluntary - a->switches_voluntary);
        window->switches_involuntary = scale * (b->switches_involuntary - a->switches_involuntary);
        window->rss_bytes = b->rss_bytes;
        window->runqueue_wait_s = scale * (after->runqueue_s - before->runqueue_s);
        window->device_reads = difference(a->device_reads, b->device_reads);
        window->device_writes = difference(a->device_writes, b->device_writes);
    }
    double waiting = isnan(window->runqueue_wait_s) ? 0.0 : window->runqueue_wait_s;
    double wall = (double)width * knee_clock_to_s(window->window_ns);
    window->other_wait_s = fmax(0.0, wall - window->cpu_user_s - window->cpu_system_s - waiting);
    window->server_cpu_s = window->server_in_service = NAN;
    if (after->probe.server) {
        /* A server that has ended says 0: nothing was used since. */
        double took_s = knee_clock_to_s(b->at_ns - a->at_ns);
        double used_s = after->probe.server_cpu_s - before->probe.server_cpu_s;
        double served_s = after->probe.server_in_service_s - before->probe.server_in_service_s;
        window->server_cpu_s = fmax(0.0, scale * used_s);
        window->server_in_service = isnan(served_s) ? NAN : fmax(0.0, served_s / took_s);
    }
}

/* What the counters of two probes say of the requests in between. The kinds share the failed items
 * of the window, whose edges are not quite the probes'. */
static void fill_requests(struct knee_measured *window, const struct knee_workload_probe *before,
                          const struct knee_workload_probe *after)
{
    window->requests = KNEE_REQUESTS_UNKNOWN;
    if (!after->requests)
        return;
    const double answers = after->first_bytes - before->first_bytes;
    const double connects = after->connects - before->connects;
    double failed = 0.0;
    if (answers > 0.0)
        window->requests.first_byte_s = (after->first_byte_s - before->first_byte_s) / answers;
    if (connects > 0.0)
        window->requests.connect_s = (after->connect_s - before->connect_s) / connects;
    for (int kind = 0; kind < KNEE_FAILURES; kind++)
        failed += after->failed[kind] - before->failed[kind];
    for (int kind = 0; kind < KNEE_FAILURES; kind++)
        window->requests.failed[kind] =
            failed > 0.0
                ? window->failed_items * (after->failed[kind] - before->failed[kind]) / failed
                : 0.0;
}

static void fill_items(struct knee_engine *engine, uint32_t width, struct knee_measured *window)
{
    struct knee_histogram_sum *merged = &engine->merged;
    memset(merged, 0, sizeof *merged);
    double items = 0.0, failed = 0.0, latency_ns = 0.0;
    for (uint32_t i = 0; i < width; i++) {
        const struct knee_worker_tally *tally = &engine->crew.workers[i]->tally;
        knee_histogram_sum_add(merged, &tally->latencies);
        items += tally->items;
        failed += tally->failed_items;
        latency_ns += tally->latency_sum_ns;
    }
    const double ns = 1e-9;
    window->items = fmax(0.0, items + (double)merged->total);
    window->failed_items = fmax(0.0, failed);
    window->throughput_per_s = window->items / knee_clock_to_s(window->window_ns);
    window->latency_mean_s = merged->total ? ns * latency_ns / (double)merged->total : NAN;
    window->latency_p50_s = ns * knee_histogram_sum_quantile_ns(merged, 0.50);
    window->latency_p95_s = ns * knee_histogram_sum_quantile_ns(merged, 0.95);
    window->latency_p99_s = ns * knee_histogram_sum_quantile_ns(merged, 0.99);
    window->latency_max_s = ns * knee_histogram_sum_quantile_ns(merged, 1.0);
    window->latency_cv = knee_histogram_sum_cv(merged);
    knee_histogram_digest_make(&window->latencies, merged);
}

static uint32_t in_all_at(const struct knee_engine *engine, uint32_t level)
{
    return engine->in_all > 0 ? engine->in_all : level;
}

/* Throughput hardly falls as the level rises, so latency grows no faster than the level. */
static double expected_latency_ns(const struct knee_engine *engine, uint32_t level)
{
    uint32_t in_all = in_all_at(engine, level);
    if (engine->last_in_all == 0 || in_all <= engine->last_in_all)
        return engine->last_latency_ns;
    return engine->last_latency_ns * in_all / engine->last_in_all;
}

/* Brings the crew to `level`, settled, and waits until all hosts hold their parts. */
static int reach_level(struct knee_engine *engine, uint32_t level, bool *settled,
                       struct knee_err *err)
{
    struct knee_crew *crew = &engine->crew;
    const struct knee_engine_others *others = &crew->params.others;
    uint32_t width = width_at(engine, level);
    if (width > crew->workers_count && knee_crew_start(crew, width, err))
        return -1;
    /* If the level is an argument, it changes with the next item: settling waits for that. */
    bool changed = width != crew->level || level != engine->last_level;
    if (width != crew->level && knee_crew_change_level(crew, width))
        return report_end(engine, err);
    bool any_changed = changed;
    int status = others->changed ? others->changed(others->context, &any_changed, err) : 0;
    if (status)
        return status;
    if ((changed || any_changed) &&
        knee_crew_settle(crew, expected_latency_ns(engine, level), settled))
        return report_end(engine, err);
    return others->settled ? others->settled(others->context, settled, err) : 0;
}

static void note_reasons(struct knee_measured *window, bool settled, bool stopped)
{
    if (!settled)
        window->reasons |= KNEE_WINDOW_UNSETTLED;
    if (window->failed_items > 0.0)
        window->reasons |= KNEE_WINDOW_ERRORS;
    if (window->items + window->failed_items <= 0.0)
        window->reasons |= KNEE_WINDOW_EMPTY;
    if (window->server_in_service > SHARED_RATIO * window->level + SHARED_SPARE)
        window->reasons |= KNEE_WINDOW_SHARED;
    if (stopped)
        window->reasons |= KNEE_WINDOW_STOPPED;
    if (window->reasons & KNEE_WINDOW_WORTHLESS)
        window->valid = false;
}

bool knee_engine_holds_several(const struct knee_engine *engine)
{
    return engine->crew.holds_several;
}

int knee_engine_window(struct knee_engine *engine, uint32_t block, uint32_t level,
                       uint64_t length_ns, struct knee_measured *window, struct knee_err *err)
{
    const struct knee_workload *workload = engine->crew.params.workload;
    struct knee_measured result = {.block = block,
                                   .level = level,
                                   .steal_ratio = NAN,
                                   .foreign_cpus = NAN,
                                   .throttled_s = NAN,
                                   .valid = true};
    struct usage before, after;
    bool settled = true;
    if (workload->begin && workload->begin(engine->crew.shared, block, level, err))
        return -1;
    int status = reach_level(engine, level, &settled, err);
    if (status)
        return status;
    const uint32_t width = width_at(engine, level), in_flight = in_flight_at(engine, level);
    engine->crew.is_part = level < in_all_at(engine, level);
    engine->crew.holds_several = width != in_flight;
    read_usage(engine, width, &before);
    uint64_t end_ns;
    if (knee_crew_run_window(&engine->crew, length_ns, engine->last_latency_ns, &result.start_ns,
                             &end_ns))
        return report_end(engine, err);
    result.window_ns = end_ns - result.start_ns;
    read_usage(engine, width, &after);

    fill_items(engine, width, &result);
    fill_usage(&result, in_flight, &before, &after);
    fill_requests(&result, &before.probe, &after.probe);
    note_reasons(&result, settled, engine->crew.stopped);
    engine->last_level = level;
    engine->last_in_all = in_all_at(engine, level);
    engine->last_latency_ns =
        in_flight * (double)result.window_ns / (result.items > 0.0 ? result.items : in_flight);
    *window = result;
    return 0;
}

const struct knee_histogram_sum *knee_engine_latencies(const struct knee_engine *engine)
{
    return &engine->merged;
}

void knee_engine_part_of(struct knee_engine *engine, uint32_t in_all)
{
    engine->in_all = in_all;
}

void knee_engine_settle_at_least(struct knee_engine *engine, uint64_t settle_ns)
{
    engine->crew.settle_ns = settle_ns;
}

void knee_engine_give_up_at(struct knee_engine *engine, uint64_t clock_ns)
{
    engine->crew.give_up_ns = clock_ns;
}

void knee_engine_probe(struct knee_engine *engine, struct knee_workload_probe *probe)
{
    memset(probe, 0, sizeof *probe);
    if (engine->crew.params.workload->probe)
        engine->crew.params.workload->probe(engine->crew.shared, probe);
    const struct knee_engine_params *params = &engine->crew.params;
    double servers_s = params->servers_cpu_s ? params->servers_cpu_s(params->servers_context) : NAN;
    if (!isnan(servers_s)) {
        if (!probe->server)
            probe->server_in_service_s = NAN;
        probe->server = true;
        probe->server_cpu_s += servers_s;
    }
}

bool knee_engine_park(struct knee_engine *engine)
{
    bool ran = engine->crew.level > 0;
    if (ran)
        knee_crew_change_level(&engine->crew, 0);
    return ran;
}

int knee_engine_open(struct knee_engine **engine, const struct knee_engine_params *params,
                     char *warning, size_t warning_bytes, struct knee_err *err)
{
    const struct knee_workload *workload = params->workload;
    if (warning_bytes)
        warning[0] = '\0';
    struct knee_engine *made = calloc(1, sizeof *made);
    if (!made)
        return knee_err_memory(err, "engine");
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
