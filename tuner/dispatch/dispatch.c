/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/dispatch.h"

#include "core/engine/engine.h"
#include "core/host/oom_kills.h"
#include "tuner/dispatch/dispatch_journal.h"
#include "tuner/dispatch/dispatch_live.h"
#include "tuner/dispatch/dispatch_result.h"
#include "tuner/dispatch/dispatch_slot.h"
#include "tuner/dispatch/dispatch_state.h"
#include "tuner/dispatch/dispatch_take.h"
#include "tuner/dispatch/dispatch_tune.h"
#include "tuner/dispatch/dispatch_watch.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define START_CAP_S 2. /* at first */
#define TICK_NS (25 * KNEE_NS_PER_MS)
#define MEMORY_WAIT_S 60. /* at most, for memory to come back between batches */
#define MEMORY_BACK .98
#define SLOTS_MAX KNEE_ENGINE_LEVEL_MAX

/* More items have come, or the list's end is known. From the reading thread. */
static void on_arrival(void *context)
{
    struct knee_dispatch *run = context;
    pthread_mutex_lock(&run->lock);
    run->dry = false;
    if (run->limit > 0 && run->running < run->limit)
        knee_dispatch_wake(run);
    pthread_mutex_unlock(&run->lock);
}

static int open_source(struct knee_dispatch *run, struct knee_err *err)
{
    const struct knee_dispatch_params *params = &run->params;
    if (params->list)
        return knee_item_source_open_list(&run->source, params->list, params->list_count, err);
    struct knee_item_source_params items = params->items;
    items.arrived = on_arrival;
    items.context = run;
    return knee_item_source_open(&run->source, &items, err);
}

static void init_lock(struct knee_dispatch *run)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&run->lock, NULL);
    pthread_cond_init(&run->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void close_run(struct knee_dispatch *run)
{
    knee_dispatch_slots_close(run);
    knee_item_source_close(run->source);
    knee_item_output_close(run->output);
    knee_dispatch_journal_close(run);
    knee_dispatch_watch_close(run);
    for (size_t i = 0; i < run->waiting_count; i++)
        free(run->waiting[i].text);
    free(run->waiting);
    free(run->decisions);
    free(run->levels);
    free(run->level_squares);
    free(run->slots);
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->lock);
    free(run);
}

/* Each slot takes some files; what it runs gets back the limit that we had. */
static void allow_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max)
        return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static int open_run(struct knee_dispatch **opened, const struct knee_dispatch_params *params,
                    struct knee_err *err)
{
    struct knee_dispatch *run = calloc(1, sizeof *run);
    if (!run)
        return knee_err_memory(err, "run");
    run->params = *params;
    run->machine = *params->machine;
    run->class = KNEE_CLASS_NET;
    run->journal_fd = run->limits_fd = run->joblog_fd = -1;
    run->start_cap = UINT32_MAX;
    run->start_cap_s = START_CAP_S;
    run->oom_kills = knee_oom_kills("");
    run->oom_killed_s = -INFINITY;
    run->batch_ended_s = run->batch_memory_bytes = run->median_s = NAN;
    run->began_s = params->past ? params->past->end_s : 0.;
    run->start_ns = knee_clock_now_ns() - (uint64_t)(run->began_s * (double)KNEE_NS_PER_S);
    run->slots = calloc(SLOTS_MAX, sizeof *run->slots);
    init_lock(run);
    allow_files();
    knee_governor_init(&run->governor, &params->governor);
    if (!run->slots || knee_dispatch_journal_open(run, err) ||
        knee_item_output_open(&run->output, &params->output, err)) {
        if (!run->slots)
            knee_err_memory(err, "run");
        close_run(run);
        return -1;
    }
    knee_dispatch_watch_open(run);
    /* The source first: its thread may call on_arrival() at once, when there is no limit yet. */
    if (open_source(run, err)) {
        close_run(run);
        return -1;
    }
    *opened = run;
    return 0;
}

/* ---- the controller's loop ---- */
/* On several hosts the handler runs in another thread. */
static sig_atomic_t read_signals(const volatile sig_atomic_t *count)
{
    return __atomic_load_n(count, __ATOMIC_RELAXED);
}

static void obey_signals(struct knee_dispatch *run, double now_s)
{
    struct knee_dispatch_signals *signals = run->params.signals;
    if (!signals)
        return;
    sig_atomic_t up = read_signals(&signals->up), down = read_signals(&signals->down);
    sig_atomic_t interrupts = read_signals(&signals->interrupts);
    int steps = (int)(up - run->seen_up) - (int)(down - run->seen_down);
    run->seen_up = up;
    run->seen_down = down;
    if (steps != 0) {
        int64_t limit = (int64_t)run->wanted + steps;
        knee_dispatch_ask(run, limit < 1 ? 1 : (uint32_t)limit, false, now_s);
    }
    if (interrupts > 0 && run->phase < KNEE_RUN_STOPPING)
        run->phase = KNEE_RUN_STOPPING;
    if (interrupts > 1)
        run->phase = KNEE_RUN_ENDING;
}

/* The memory that a batch took is back, or it has been waited for long enough. */
static bool is_memory_back(const struct knee_dispatch *run, double now_s)
{
    double available = (double)run->host.memory_available_bytes;
    return run->host.memory_available_bytes == UINT64_MAX || isnan(run->batch_memory_bytes) ||
           available >= MEMORY_BACK * run->batch_memory_bytes ||
           now_s - run->batch_ended_s >= MEMORY_WAIT_S;
}

static void go_on_with_batches(struct knee_dispatch *run, double now_s)
{
    const struct knee_dispatch_params *params = &run->params;
    if (!params->batch || run->batch_begun < params->batch || run->running > 0 ||
        run->waiting_count > 0)
        return;
    if (isnan(run->batch_ended_s))
        run->batch_ended_s = now_s;
    uint64_t seen = run->begun + run->still_failed + run->skipped + run->left;
    bool is_last = knee_item_source_total(run->source) <= seen;
    if (!is_last && now_s - run->batch_ended_s < knee_clock_to_s(params->pause_ns))
        return;
    if (!is_last && params->pause_memory && !is_memory_back(run, now_s))
        return;
    run->batch_begun = 0;
    run->batch_ended_s = NAN;
    knee_dispatch_unsettle(run, now_s); /* the first of a batch */
}

/* One look at everything, with the lock. True when the run is over. */
static bool look(struct knee_dispatch *run, double now_s)
{
    obey_signals(run, now_s);
    knee_dispatch_reap(run);
    go_on_with_batches(run, now_s);
    if (!run->broken.code && knee_item_source_check(run->source, &run->broken))
        run->phase = run->phase < KNEE_RUN_STOPPING ? KNEE_RUN_STOPPING : run->phase;
    if (knee_dispatch_is_finished(run))
        return true;
    if (run->phase < KNEE_RUN_STOPPING)
        knee_dispatch_tune(run, now_s);
    if (knee_dispatch_may_start(run, now_s))
        knee_dispatch_wake(run);
    return false;
}

/* Until the next tick, a retry that is due, or a change. With the lock. */
static void wait_for_change(struct knee_dispatch *run)
{
    if (knee_dispatch_is_finished(run)) /* while the lock was free */
        return;
    uint64_t until_ns = knee_clock_now_ns() + TICK_NS;
    if (run->waiting_count > 0) {
        uint64_t due_ns = run->start_ns + (uint64_t)(run->waiting[0].due_s * (double)KNEE_NS_PER_S);
        until_ns = due_ns < until_ns ? due_ns : until_ns;
    }
    const struct timespec until = {.tv_sec = (time_t)(until_ns / KNEE_NS_PER_S),
                                   .tv_nsec = (long)(until_ns % KNEE_NS_PER_S)};
    pthread_cond_timedwait(&run->changed, &run->lock, &until);
}

/* Ends what runs, wherever it does. */
static void cancel(struct knee_dispatch *run)
{
    const struct knee_starter *starter = run->params.starter;
    if (starter)
        starter->cancel(starter->context);
    else
        knee_actor_cancel(run->params.actor);
}

static void loop(struct knee_dispatch *run)
{
    bool cancelled = false, finished = false;
    uint32_t asked = knee_dispatch_watch_file(run);
    pthread_mutex_lock(&run->lock);
    knee_dispatch_tune_start(run);
    /* Before the first item: */
    knee_dispatch_watch_obey(run, asked, knee_dispatch_now_s(run));
    obey_signals(run, knee_dispatch_now_s(run));
    knee_dispatch_wake(run);
    pthread_mutex_unlock(&run->lock);
    knee_dispatch_watch_begin(run);
    pthread_mutex_lock(&run->lock);
    while (!finished) {
        wait_for_change(run);
        double now_s = knee_dispatch_now_s(run);
        finished = look(run, now_s);
        bool cancels = run->phase == KNEE_RUN_ENDING && !cancelled;
        pthread_mutex_unlock(&run->lock);
        if (cancels) {
            cancelled = true;
            knee_item_output_hurry(run->output);
            cancel(run);
        }
        if (!finished) {
            knee_dispatch_watch(run, now_s);
            knee_dispatch_show(run, now_s);
        }
        pthread_mutex_lock(&run->lock);
    }
    pthread_mutex_unlock(&run->lock);
}

int knee_dispatch_run(const struct knee_dispatch_params *params, struct knee_run_result *result,
                      struct knee_err *err)
{
    struct knee_dispatch *run = NULL;
    *result = (struct knee_run_result){0};
    if (open_run(&run, params, err))
        return -1;
    run->batch_memory_bytes = (double)run->host.memory_available_bytes;
    loop(run);
    knee_dispatch_slots_close(run);
    run->phase = KNEE_RUN_FINISHED;
    knee_dispatch_show(run, knee_dispatch_now_s(run));
    knee_dispatch_result(run, result);
    int broken = run->broken.code;
    if (broken)
        *err = run->broken;
    close_run(run);
    return broken ? -1 : 0;
}
