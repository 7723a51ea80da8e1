/* SPDX-License-Identifier: MIT */
/* Fills in what a run shows while it goes on, and obeys whoever looks at it. */
#include "tuner/dispatch/dispatch_live.h"

#include "core/text/strings.h"
#include "tuner/dispatch/dispatch_slot.h"
#include "tuner/dispatch/dispatch_tune.h"
#include "tuner/run/run_left.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOW_EVERY_S .1
#define MOMENT_EVERY_S 1.

static enum knee_run_phase phase_of(const struct knee_dispatch *run)
{
    if (run->phase != KNEE_RUN_RUNNING)
        return run->phase;
    if (run->paused)
        return KNEE_RUN_PAUSED;
    if (!isnan(run->batch_ended_s))
        return KNEE_RUN_BATCH;
    return run->limit < run->wanted ? KNEE_RUN_YIELDING : KNEE_RUN_RUNNING;
}

/* Slots in an order, the first of them only. */
struct ranking {
    const struct knee_dispatch_slot *slots[KNEE_RUN_ITEMS_SHOWN];
    double keys[KNEE_RUN_ITEMS_SHOWN]; /* the smallest first */
    size_t count;
};

static void rank(struct ranking *ranking, const struct knee_dispatch_slot *slot, double key)
{
    size_t at = ranking->count;
    while (at > 0 && ranking->keys[at - 1] > key)
        at--;
    if (at == KNEE_RUN_ITEMS_SHOWN)
        return;
    if (ranking->count < KNEE_RUN_ITEMS_SHOWN)
        ranking->count++;
    size_t behind = ranking->count - at - 1;
    memmove(&ranking->slots[at + 1], &ranking->slots[at], behind * sizeof ranking->slots[0]);
    memmove(&ranking->keys[at + 1], &ranking->keys[at], behind * sizeof ranking->keys[0]);
    ranking->slots[at] = slot;
    ranking->keys[at] = key;
}

static size_t copy_items(const struct ranking *ranking, struct knee_run_item *items)
{
    for (size_t i = 0; i < ranking->count; i++) {
        const struct knee_dispatch_slot *slot = ranking->slots[i];
        items[i] =
            (struct knee_run_item){.number = slot->item.number,
                                   .attempt = slot->item.attempt,
                                   .slot = slot->index + 1,
                                   .start_s = slot->start_s,
                                   .cpu_s = slot->cpu_s,
                                   .rss_bytes = slot->rss_bytes > 0. ? slot->rss_bytes : NAN};
        knee_strings_utf8(items[i].text, sizeof items[i].text, slot->item.text, false);
    }
    return ranking->count;
}

static void list_items(const struct knee_dispatch *run, struct knee_run_live *live)
{
    struct ranking slowest = {.count = 0}, hungriest = {.count = 0};
    for (uint32_t i = 0; i < run->slots_count; i++) {
        const struct knee_dispatch_slot *slot = run->slots[i];
        if (!slot->busy)
            continue;
        rank(&slowest, slot, slot->start_s);
        if (slot->rss_bytes > 0.)
            rank(&hungriest, slot, -slot->rss_bytes);
    }
    live->items_count = copy_items(&slowest, live->items);
    live->hungry_count = copy_items(&hungriest, live->hungry);
}

static void add_moment(struct knee_dispatch *run, struct knee_run_live *live, double now_s)
{
    double length_s = now_s - run->moment_s;
    if (length_s < MOMENT_EVERY_S)
        return;
    double done = (double)(run->done - run->moment_done);
    run->moment_done = run->done;
    run->moment_s = now_s;
    knee_run_live_add_moment(live, now_s, done / length_s, run->limit);
}

static void estimate(const struct knee_dispatch *run, struct knee_run_live *live, double now_s)
{
    double elapsed_s = now_s - run->began_s;
    double variance = run->mean_square - run->mean_s * run->mean_s;
    struct knee_run_left_items items = {0};
    if (run->done)
        items.mean_s = run->mean_s;
    if (run->done > 1 && run->mean_s > 0.)
        items.cv = sqrt(fmax(0., variance)) / run->mean_s;
    live->mean_per_s = elapsed_s > 0. ? (double)run->done / elapsed_s : NAN;
    knee_run_left_estimate(live, &items);
}

static void fill(struct knee_dispatch *run, double now_s)
{
    struct knee_run_live *live = &run->live;
    live->phase = phase_of(run);
    live->time_s = now_s;
    live->total = knee_item_source_total(run->source);
    if (live->total != UINT64_MAX)
        live->total -= run->left;
    live->done = run->done;
    live->failed = run->failed;
    live->skipped = run->skipped;
    live->running = run->running;
    live->waiting = run->waiting_count;
    live->retries = run->retries;
    live->limit = run->limit;
    live->wanted = run->wanted;
    live->automatic = run->automatic;
    live->climbing =
        run->automatic && (!run->demanded || knee_controller_is_climbing(&run->controller));
    live->decision = run->decided;
    add_moment(run, live, now_s);
    estimate(run, live, now_s);
    list_items(run, live);
    live->cpu_ratio = run->cpu_ratio;
    live->foreign_ratio = run->foreign_ratio;
    live->pressure_ratio = run->pressure_ratio;
    live->cpus = run->machine.usable_cpus;
    double total = (double)run->host.memory_total_bytes;
    double available = (double)run->host.memory_available_bytes;
    bool known = run->host.memory_total_bytes != UINT64_MAX &&
                 run->host.memory_available_bytes != UINT64_MAX && total > 0.;
    live->memory_available_bytes = known ? available : NAN;
    live->memory_ratio = known ? 1. - available / total : NAN;
    if (!live->directory[0]) {
        snprintf(live->directory, sizeof live->directory, "%s", run->params.directory);
        snprintf(live->command, sizeof live->command, "%s", run->params.command);
    }
}

static void obey(struct knee_dispatch *run, const struct knee_run_wish *wish, double now_s)
{
    if (wish->limit_steps != 0) {
        int64_t limit = (int64_t)run->wanted + wish->limit_steps;
        knee_dispatch_ask(run, limit < 1 ? 1 : (uint32_t)limit, false, now_s);
    }
    if (wish->toggle_pause) {
        run->paused = !run->paused;
        knee_dispatch_unsettle(run, now_s);
        if (!run->paused)
            knee_dispatch_wake(run);
    }
    if (wish->stop && run->phase < KNEE_RUN_STOPPING)
        run->phase = KNEE_RUN_STOPPING;
}

void knee_dispatch_show(struct knee_dispatch *run, double now_s)
{
    const struct knee_run_view *view = run->params.view;
    bool last = run->phase == KNEE_RUN_FINISHED;
    if (!view || !view->show || (!last && now_s - run->shown_s < SHOW_EVERY_S))
        return;
    run->shown_s = now_s;
    knee_item_output_lines(run->output, &run->live);
    pthread_mutex_lock(&run->lock);
    fill(run, now_s);
    pthread_mutex_unlock(&run->lock);
    struct knee_run_wish wish = {0};
    view->show(view->context, &run->live, &wish);
    pthread_mutex_lock(&run->lock);
    obey(run, &wish, now_s);
    pthread_mutex_unlock(&run->lock);
}
