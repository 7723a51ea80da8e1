/* SPDX-License-Identifier: MIT */
/* One window of all hosts, as rank 0 leads it. */
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet_private.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <string.h>

#define SETTLE_LATENCIES 24.0
/* Beside its window a host is busy for about that long: it settles, and items in flight end. */
#define BUSY_LATENCIES 3.0
#define BUSY_NS (100 * KNEE_NS_PER_MS)

/* How long items may take at this level: those that queue take longer the more there are. */
static double expect_latency_s(const struct knee_fleet *fleet, uint32_t level)
{
    double item_s = fmax(fleet->sweep->item_s, 0);
    if (fleet->latency_level == 0)
        return item_s;
    return fmax(item_s, fleet->latency_s * fmax(1, (double)level / fleet->latency_level));
}

/* A step begins: others may take twice as long as this host will, or has, and 10 s. A busy host is
 * not to be taken for a dead one. */
static void begin_step(struct knee_fleet *fleet)
{
    uint64_t now = knee_clock_now_ns(), took_ns = now - fleet->step_ns;
    if (fleet->deadline_ns < now + took_ns + KNEE_FLEET_ANSWER_NS)
        fleet->deadline_ns = now + took_ns + KNEE_FLEET_ANSWER_NS;
    fleet->step_ns = now;
}

/* Rank 0 hears from all, and says go. `yes`: of this host, and then of all of them. */
static int exchange(struct knee_fleet *fleet, bool *yes, struct knee_err *err)
{
    struct knee_fleet_ready ready, go = {*yes ? 1 : 0};
    fleet->exchanges++;
    begin_step(fleet);
    for (uint32_t i = 1; i < fleet->link->size; i++) {
        if (knee_fleet_hear(fleet, i, &ready, sizeof ready, fleet->deadline_ns, err))
            return -1;
        go.state = ready.state < go.state ? ready.state : go.state;
    }
    if (fleet->link->broadcast(fleet->link->context, &go, sizeof go, fleet->deadline_ns, err))
        return knee_fleet_lose_silent(fleet, err);
    fleet->step_ns = knee_clock_now_ns();
    *yes = go.state == 1;
    return 0;
}

static int all_changed(void *context, bool *changed, struct knee_err *err)
{
    bool same = !*changed;
    int status = exchange(context, &same, err);
    *changed = !same;
    return status;
}

static int all_settled(void *context, bool *settled, struct knee_err *err)
{
    return exchange(context, settled, err);
}

struct knee_engine_others knee_fleet_others(struct knee_fleet *fleet)
{
    return (struct knee_engine_others){all_changed, all_settled, fleet};
}

/* If this host's own part failed before all were asked: the others wait for it. */
static void end_exchanges(struct knee_fleet *fleet)
{
    struct knee_err ignored = {0};
    bool yes = false;
    while (fleet->exchanges < KNEE_FLEET_EXCHANGES && !fleet->link->lost)
        if (exchange(fleet, &yes, &ignored))
            break;
}

/* Rank 0 knows the servers, so it watches its machine also if it has no items: until the others'
 * rows are there. */
static int wait_without_items(struct knee_fleet *fleet, uint32_t block, struct knee_err *err)
{
    struct knee_fleet_row *row = &fleet->rows[0];
    bool settled = true, changed = knee_engine_park(fleet->measure->engine);
    knee_engine_source_watch_begin(fleet->measure, &fleet->watch);
    row->window = knee_measured_unknown(block, 0);
    int failed = all_changed(fleet, &changed, err) || all_settled(fleet, &settled, err) ? -1 : 0;
    row->window.start_ns = fleet->step_ns - fleet->measure->sweep_start_ns;
    return failed;
}

/* Rank 0's own part; without items it only takes part in the exchanges. */
static int take_own(struct knee_fleet *fleet, uint32_t block, uint32_t share, uint64_t length_ns,
                    struct knee_err *err)
{
    struct knee_fleet_row *row = &fleet->rows[0];
    *row = (struct knee_fleet_row){.share = share, .cpus = fleet->hosts[0].cpus};
    memset(&fleet->latencies, 0, sizeof fleet->latencies);
    if (share == 0)
        return wait_without_items(fleet, block, err);
    int status =
        knee_engine_source_take(fleet->measure, block, share, length_ns, &row->window, err);
    if (status == 0)
        fleet->latencies = *knee_engine_latencies(fleet->measure->engine);
    return status;
}

/* What rank 0's machine did meanwhile. */
static void note_own(struct knee_fleet *fleet)
{
    struct knee_fleet_row *row = &fleet->rows[0];
    if (row->share == 0)
        knee_engine_source_watch_end(fleet->measure, &fleet->watch, &row->window);
    row->own_cpus = fleet->measure->own_cpus;
    row->server_cpus = fleet->measure->server_cpus;
}

/* All rows and the sum, also if this host's own part failed: the others' exchanges must end. */
static int gather(struct knee_fleet *fleet, struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    char said[KNEE_FLEET_HOST_SAID_BYTES];
    int status = 0;
    begin_step(fleet);
    for (uint32_t i = 1; i < link->size; i++) {
        struct knee_fleet_row *row = &fleet->rows[i];
        if (knee_fleet_hear(fleet, i, row, sizeof *row, fleet->deadline_ns, err))
            return -1;
        if (!knee_fleet_row_is_whole(row))
            return knee_fleet_lose(fleet, i, KNEE_FLEET_MAKES_NO_SENSE, err);
        row->window.start_ns -= (uint64_t)fleet->ahead_ns[i] + fleet->measure->sweep_start_ns;
        if (row->status && status == 0)
            status = knee_err_set(err, KNEE_FAILED, "%s: %s",
                                  knee_fleet_host_say(fleet->hosts[i].name, i, said), row->error);
    }
    if (link->sum(link->context, (uint64_t *)&fleet->latencies,
                  sizeof fleet->latencies / sizeof(uint64_t), fleet->deadline_ns, err))
        return knee_fleet_lose_silent(fleet, err);
    return status;
}

uint32_t knee_fleet_in_all(const struct knee_fleet *fleet, uint32_t level)
{
    return fleet->split == KNEE_FLEET_SPLIT_HOST ? level * fleet->link->size : level;
}

int knee_fleet_window(struct knee_fleet *fleet, struct knee_engine_source *measure, uint32_t block,
                      uint32_t level, uint64_t length_ns, struct knee_measured *window,
                      struct knee_err *err)
{
    const double *weights = fleet->split == KNEE_FLEET_SPLIT_CPUS ? fleet->weights : NULL;
    uint32_t in_all = knee_fleet_in_all(fleet, level);
    struct knee_fleet_order measure_it = {.what = KNEE_FLEET_WINDOW,
                                          .block = block,
                                          .level = in_all,
                                          .hosts = fleet->taking_part,
                                          .length_ns = length_ns};
    uint32_t share =
        knee_fleet_share(in_all, fleet->taking_part, weights, fleet->sweep->plan.seed, block, 0);
    if (knee_fleet_give(fleet, &measure_it, KNEE_FLEET_ANSWER_NS, err))
        return -1;
    fleet->measure = measure;
    double settle_s = SETTLE_LATENCIES * expect_latency_s(fleet, level);
    fleet->step_ns = knee_clock_now_ns();
    fleet->deadline_ns = fleet->step_ns + 2 * length_ns + KNEE_FLEET_ANSWER_NS +
                         (uint64_t)(settle_s * (double)KNEE_NS_PER_S);
    fleet->link->busy_until_ns =
        fleet->step_ns + length_ns + BUSY_NS +
        (uint64_t)(BUSY_LATENCIES * expect_latency_s(fleet, level) * (double)KNEE_NS_PER_S);
    struct knee_err ignored = {0};
    fleet->exchanges = 0;
    knee_engine_part_of(measure->engine, in_all);
    int status = take_own(fleet, block, share, length_ns, err);
    end_exchanges(fleet);
    /* If this host's own part has failed, `err` says so already. */
    if (!fleet->link->lost && gather(fleet, status < 0 ? &ignored : err))
        return -1;
    if (status)
        return status;
    note_own(fleet);
    knee_fleet_merge(window, fleet->rows, fleet->hosts, fleet->link->size, &fleet->latencies,
                     &fleet->taken);
    window->block = block;
    window->level = level;
    if (window->latency_mean_s > 0) {
        fleet->latency_s = window->latency_mean_s;
        fleet->latency_level = level;
    }
    knee_fleet_journal_rows(fleet, in_all);
    return 0;
}
