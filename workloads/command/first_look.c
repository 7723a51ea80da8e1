/* SPDX-License-Identifier: MIT */
#include "workloads/command/first_look.h"

#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/base/thread.h"
#include "core/text/placeholders.h"
#include "workloads/command/actor_copy.h"
#include "workloads/command/actor_private.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The pause between two looks at an item: short enough to see short ones, long enough to cost them
 * nothing. */
#define LOOK_NS KNEE_NS_PER_MS
#define LOOK_LONG_NS (10 * KNEE_NS_PER_MS)
#define LOOKS_SHORT 200
#define LOOKS_MIN 20                      /* fewer say little */
#define FIRST_RUNS 2                      /* on the same item */
#define COPY_BYTES_MAX ((off_t)256 << 20) /* a larger file takes too long to copy */

struct file_state {
    bool exists; /* the item names a file */
    struct stat info;
};

struct run {
    const struct knee_first_look_params *params;
    struct knee_actor_slot *slot;
    double *times_s; /* of the successful runs */
    size_t runs, good;
    double cpu_s, system_s, wall_s, faults, blocks;
    int first_error, first_status, second_error, second_status;
    struct file_state before, after;
    const struct knee_item *first;
    struct knee_item copy;
    bool on_copy; /* the first runs are on a copy of the first item's file */
    double peak_bytes;
    atomic_bool done;
    _Atomic uint64_t began_ns; /* the run that is under way */
    bool was_slow;
    struct knee_first_look_states states;
};

static void look_at_file(const struct run *run, const struct knee_item *item,
                         struct file_state *state)
{
    state->exists = item && knee_actor_stat_item(run->params->actor, item, &state->info) == 0 &&
                    S_ISREG(state->info.st_mode);
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static void add_success(struct run *run, const struct knee_actor_outcome *outcome)
{
    double wall_s = knee_clock_to_s(outcome->wall_ns);
    run->times_s[run->good++] = wall_s;
    run->wall_s += wall_s;
    run->system_s += seconds(outcome->used.ru_stime);
    run->cpu_s += seconds(outcome->used.ru_utime) + seconds(outcome->used.ru_stime);
    run->faults += (double)outcome->used.ru_majflt;
    run->blocks += (double)outcome->used.ru_inblock + (double)outcome->used.ru_oublock;
}

/* Whether the first runs may be on a copy: the item names a file, not too large, and the command
 * does not ask for copies itself. */
static bool wants_copy(const struct run *run)
{
    return run->before.exists && run->before.info.st_size <= COPY_BYTES_MAX &&
           !(run->slot->actor->placeholders & KNEE_PLACEHOLDER_COPY);
}

/* The first two runs, both on the first item: does it run again? On a copy if that works, so that a
 * command that consumes or changes its input does so to the copy. */
static int run_first(struct run *run, size_t i, struct knee_actor_outcome *outcome)
{
    if (i == 0 && wants_copy(run) && knee_actor_copy_make(run->slot, run->first) == 0) {
        run->copy = (struct knee_item){.text = run->slot->copy, .number = run->first->number};
        look_at_file(run, &run->copy, &run->before);
        if (knee_actor_run_on_copy(run->slot, &run->copy, false, outcome) == 0) {
            run->on_copy = true;
            look_at_file(run, &run->copy, &run->after);
            return 0;
        }
        knee_actor_copy_remove(run->slot);
        look_at_file(run, run->first, &run->before);
    }
    if (run->on_copy)
        return knee_actor_run_on_copy(run->slot, &run->copy, true, outcome);
    int error = knee_actor_run_at(run->slot, 0, outcome);
    if (i == 0)
        look_at_file(run, run->first, &run->after);
    return error;
}

/* Notes how one of the first two runs ended; true: no more are needed. */
static bool note_first(struct run *run, size_t i, int error, int status)
{
    if (i == 0) {
        run->first_error = error;
        run->first_status = status;
        return !error && run->before.exists && !run->after.exists;
    }
    run->second_error = error;
    run->second_status = status;
    return !run->first_error && error;
}

/* Runs in a thread of its own; the watcher takes the signals. */
static void *run_items(void *argument)
{
    struct run *run = argument;
    const struct knee_first_look_params *params = run->params;
    const struct knee_items *items = knee_actor_params_of(params->actor)->items;
    const uint64_t start = knee_clock_now_ns();
    bool stop = false;
    run->first = items->count ? &items->at[0] : NULL;
    look_at_file(run, run->first, &run->before);
    for (size_t i = 0; i < params->runs && !stop; i++) {
        if (i >= FIRST_RUNS && knee_clock_now_ns() - start > params->time_ns)
            break;
        struct knee_actor_outcome outcome;
        atomic_store_explicit(&run->began_ns, knee_clock_now_ns(), memory_order_relaxed);
        int error = i < FIRST_RUNS ? run_first(run, i, &outcome)
                                   : knee_actor_run_at(run->slot, i - 1, &outcome);
        run->runs++;
        if (i < FIRST_RUNS)
            stop = note_first(run, i, error, outcome.status);
        stop = stop || error == ECANCELED || knee_actor_must_stop(params->actor);
        if (!error)
            add_success(run, &outcome);
    }
    if (run->on_copy)
        knee_actor_copy_remove(run->slot);
    atomic_store_explicit(&run->done, true, memory_order_release);
    return NULL;
}

static void say_if_slow(struct run *run, uint64_t now_ns)
{
    const struct knee_first_look_params *params = run->params;
    const uint64_t began_ns = atomic_load_explicit(&run->began_ns, memory_order_relaxed);
    if (run->was_slow || !params->slow_ns || !began_ns || now_ns < began_ns + params->slow_ns)
        return;
    run->was_slow = true;
    params->slow(params->slow_context, knee_clock_to_s(now_ns - began_ns));
}

static void watch_items(struct run *run)
{
    bool cancelled = false;
    for (unsigned looks = 0; !atomic_load_explicit(&run->done, memory_order_acquire); looks++) {
        const volatile sig_atomic_t *interrupted = run->params->interrupted;
        struct knee_process_usage live = {0};
        uint64_t now = knee_clock_now_ns();
        if (interrupted && *interrupted && !cancelled) {
            cancelled = true;
            knee_actor_cancel(run->params->actor);
        }
        say_if_slow(run, now);
        knee_actor_look(run->params->actor, 0, &live);
        if (live.blocked)
            run->states.disk++;
        else if (live.sockets && !live.running)
            run->states.network++;
        else if (live.running)
            run->states.running++;
        else if (live.waiting)
            run->states.other++;
        knee_clock_sleep_until_ns(now + (looks < LOOKS_SHORT ? LOOK_NS : LOOK_LONG_NS));
    }
}

void knee_first_look_split(struct knee_first_look *look, double cpu_of_time_ratio,
                           const struct knee_first_look_states *states)
{
    double u = cpu_of_time_ratio, waits = fmax(0.0, 1.0 - u);
    double seen = (double)states->disk + states->network + states->other;
    double looks = seen + states->running;
    /* Few looks: the mean of what the share may be after them, if all was alike likely before
     * (Laplace's rule of succession). */
    waits = fmin(waits, looks >= LOOKS_MIN ? seen / looks : (seen + 1) / (looks + 2));
    u = u < 1.0 ? u / (u + waits) : u;
    waits = fmax(0.0, 1.0 - u);
    look->cpu_ratio = u;
    look->disk_ratio = seen > 0.0 ? waits * states->disk / seen : 0.0;
    look->network_ratio = seen > 0.0 ? waits * states->network / seen : 0.0;
    look->other_ratio = waits - look->disk_ratio - look->network_ratio;
    look->hardly_seen = looks < LOOKS_MIN && states->running >= seen;
}

static void fill_look(struct knee_first_look *look, const struct run *run)
{
    struct knee_workload_probe probe;
    double good = (double)run->good;
    knee_actor_probe(run->params->actor, &probe);
    *look = (struct knee_first_look){
        .runs = run->runs,
        .failed = run->runs - run->good,
        .item_mean_s = knee_stats_mean(run->times_s, run->good),
        .item_cv = knee_stats_cv(run->times_s, run->good),
        .cpu_per_item_s = run->cpu_s / good,
        .system_per_item_s = run->system_s / good,
        .faults_per_item = run->faults / good,
        .device_bytes_per_item = 512.0 * run->blocks / good,
        .rss_bytes = probe.item_rss_bytes > 0.0 ? probe.item_rss_bytes : NAN,
        .first_number = run->first ? run->first->number : 0,
        .input_bytes = run->before.exists ? (double)run->before.info.st_size : 0.0,
        .changed = run->before.exists && run->after.exists &&
                   (run->before.info.st_size != run->after.info.st_size ||
                    run->before.info.st_mtim.tv_sec != run->after.info.st_mtim.tv_sec ||
                    run->before.info.st_mtim.tv_nsec != run->after.info.st_mtim.tv_nsec),
    };
    knee_first_look_split(look, run->cpu_s / run->wall_s, &run->states);
}

static int judge_runs(const struct run *run, struct knee_err *err)
{
    char how[96], failure[300];
    const char *name = run->first ? run->first->text : "";
    if (run->params->interrupted && *run->params->interrupted)
        return knee_err_set(err, KNEE_INTERRUPTED + *run->params->interrupted, "interrupted");
    knee_actor_failure(run->params->actor, failure, sizeof failure);
    if (knee_actor_must_stop(run->params->actor))
        return knee_err_set(err, KNEE_FAILED,
                            "stopped at the first failure: %s; fix it, or let failures pass",
                            failure);
    if (run->good == 0)
        return knee_err_set(err, KNEE_COMMAND_FAILED,
                            "command: failed in all of %zu runs: %s; run it by hand first",
                            run->runs, failure);
    if (!run->first_error && run->before.exists && !run->after.exists)
        return knee_err_set(err, KNEE_FAILED,
                            "item %.120s: %s gone after one run, but items run many times; keep it "
                            "(gzip -k), or run on {copy}, a fresh copy each time",
                            name, run->on_copy ? "a copy of it was" : "it is");
    if (!run->first_error && run->second_error)
        return knee_err_set(
            err, KNEE_FAILED,
            "%s%.120s: ran once, but not again: %s; items run many times: keep "
            "what they need (gzip -k), write to {out}, or run on {copy}",
            run->first ? "item " : "command", name,
            failure[0]
                ? failure
                : knee_actor_outcome_text(run->second_error, run->second_status, how, sizeof how));
    return 0;
}

int knee_first_look_run(const struct knee_first_look_params *params, struct knee_first_look *look,
                        struct knee_err *err)
{
    struct run run = {.params = params, .slot = knee_actor_slot_open(params->actor, 0)};
    pthread_t thread;
    int status = -1;
    run.times_s = calloc(params->runs + 1, sizeof *run.times_s);
    if (!run.slot || !run.times_s) {
        knee_err_memory(err, "command");
        goto out;
    }
    int error = knee_thread_start(&thread, 0, run_items, &run);
    if (error) {
        knee_err_set(err, KNEE_FAILED, "command: cannot start a thread: %s", strerror(error));
        goto out;
    }
    watch_items(&run);
    pthread_join(thread, NULL);
    status = judge_runs(&run, err);
    if (!status)
        fill_look(look, &run);
out:
    free(run.times_s);
    knee_actor_slot_close(run.slot);
    return status;
}
