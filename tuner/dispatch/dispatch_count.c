/* SPDX-License-Identifier: MIT */
/* What becomes of the run when an attempt has ended. */
#include "tuner/dispatch/dispatch_count.h"

#include "core/host/oom_kills.h"
#include "tuner/dispatch/dispatch_retry.h"
#include "tuner/dispatch/dispatch_tune.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define STARTS_FAILED_MAX 57 /* in a row, alone: about 20 s */
#define FILES_FAILED_MAX 3   /* the files are knee's own, and slots that rest have closed theirs */
/* An item whose end is known within this time of an OOM kill was the one. */
#define OOM_KILL_S 1.
#define START_CAP_MOST_S 64.
#define PEAK_FADE                                                                                  \
    .98 /* of the largest peak, an item: a hungry one is forgotten after a hundred                 \
         */

/* The kernel has killed it for want of memory: others may be left, but no more than ran beside it.
 * Each time it takes longer until one more is tried. */
static bool yield_to_kill(struct knee_dispatch *run, const struct knee_dispatch_slot *slot,
                          const struct knee_dispatch_end *end)
{
    if (!end->how.failed || end->how.timed_out || slot->evicted ||
        !knee_oom_kills_ended(end->how.signal_number, end->how.exit_code))
        return false;
    uint64_t kills = knee_oom_kills("");
    if (kills > run->oom_kills)
        run->oom_killed_s = end->end_s; /* it may kill several at once */
    run->oom_kills = kills;
    if (!(end->end_s < run->oom_killed_s + OOM_KILL_S))
        return false;
    uint32_t cap = run->running > 1 ? run->running : 1;
    run->start_failed_s = end->end_s;
    if (cap < run->start_cap) {
        struct knee_run_decision decision = {.reason = KNEE_RUN_MEMORY, .gain_ratio = NAN};
        run->start_cap = cap;
        run->start_cap_s *= run->start_cap_s < START_CAP_MOST_S ? 2 : 1;
        knee_dispatch_set_limit(run, run->wanted, &decision, end->end_s);
    }
    return true;
}

static void note_failure(struct knee_dispatch *run, const struct knee_dispatch_slot *slot,
                         const struct knee_dispatch_end *end, bool oom)
{
    if (run->failures_count == KNEE_RUN_FAILURES_TOLD)
        return;
    struct knee_run_failure *failure = &run->failures[run->failures_count++];
    failure->number = slot->item.number;
    snprintf(failure->item, sizeof failure->item, "%s", slot->item.text);
    snprintf(failure->how, sizeof failure->how, "%.70s%s", end->text,
             oom ? " for want of memory" : "");
    snprintf(failure->line, sizeof failure->line, "%s", end->line);
}

static void note_memory(struct knee_dispatch *run, const struct knee_dispatch_slot *slot,
                        double rss_bytes)
{
    if (isnan(rss_bytes))
        return;
    run->peak_bytes = fmax(rss_bytes, PEAK_FADE * run->peak_bytes);
    size_t at = run->hungriest_count;
    while (at > 0 && rss_bytes > run->hungriest[at - 1].rss_bytes)
        at--;
    if (at == KNEE_RUN_HUNGRIEST)
        return;
    if (run->hungriest_count < KNEE_RUN_HUNGRIEST)
        run->hungriest_count++;
    memmove(&run->hungriest[at + 1], &run->hungriest[at],
            (run->hungriest_count - at - 1) * sizeof run->hungriest[0]);
    run->hungriest[at] =
        (struct knee_run_hungry){.number = slot->item.number, .rss_bytes = rss_bytes};
    snprintf(run->hungriest[at].item, sizeof run->hungriest[at].item, "%s", slot->item.text);
}

/* No process could be had: the item waits, and fewer may run for a while. */
static void count_unstarted(struct knee_dispatch *run, struct knee_dispatch_slot *slot,
                            const struct knee_dispatch_end *end)
{
    const bool alone = run->running == 0;
    run->start_failed_s = end->end_s;
    run->start_failures += alone;
    if (alone &&
        run->start_failures > (end->error == EMFILE ? FILES_FAILED_MAX : STARTS_FAILED_MAX)) {
        knee_dispatch_break(run, KNEE_FAILED, "no process can be started", end->error);
        return;
    }
    struct knee_dispatch_item again = slot->item;
    again.due_s = end->end_s + KNEE_DISPATCH_START_AGAIN_S;
    knee_dispatch_retry_push(run, &again);
    slot->item.text = NULL;
    slot->text_room = 0;
    uint32_t cap = run->running > 1 ? run->running : 1;
    if (cap < run->start_cap) {
        struct knee_run_decision decision = {.reason = KNEE_RUN_STARVED, .gain_ratio = NAN};
        run->start_cap = cap;
        knee_dispatch_set_limit(run, run->wanted, &decision, end->end_s);
        for (uint32_t i = cap; i < run->slots_count; i++) /* those that wait leave, too */
            pthread_cond_signal(&run->slots[i]->wake);
    }
}

/* Its host was lost: another one runs it, at once. That attempt is none of its retries. */
static void count_lost(struct knee_dispatch *run, struct knee_dispatch_slot *slot,
                       const struct knee_dispatch_end *end)
{
    struct knee_dispatch_item again = slot->item;
    again.attempt++;
    again.first++;
    again.ended_s = again.due_s = end->end_s;
    knee_dispatch_retry_push(run, &again);
    slot->item.text = NULL;
    slot->text_room = 0;
    pthread_cond_signal(&run->changed);
}

static void count_length(struct knee_dispatch *run, const struct knee_dispatch_slot *slot,
                         const struct knee_dispatch_end *end)
{
    double length_s = end->end_s - slot->start_s;
    double count = (double)run->done;
    knee_run_lengths_add(&run->lengths, length_s);
    if (slot->start_s >= run->reached_s)
        knee_run_lengths_add(&run->fresh, length_s);
    run->recent_s[run->recent_count++ % KNEE_DISPATCH_MEDIAN_OF] = length_s;
    run->mean_s += (length_s - run->mean_s) / count;
    run->mean_square += (length_s * length_s - run->mean_square) / count;
}

static void retry(struct knee_dispatch *run, struct knee_dispatch_slot *slot, double now_s)
{
    struct knee_dispatch_item again = slot->item;
    again.ended_s = now_s;
    again.attempt++;
    if (slot->evicted) { /* none of the retries that it has */
        again.first++;
        again.due_s = now_s;
    } else {
        again.due_s = now_s + knee_run_retry_pause_s(again.attempt - again.first, &slot->random);
    }
    knee_dispatch_retry_push(run, &again);
    slot->item.text = NULL; /* the heap's now */
    slot->text_room = 0;
    run->retries++;
    pthread_cond_signal(&run->changed);
}

static void halt(struct knee_dispatch *run)
{
    uint64_t failed = run->failed - run->still_failed;
    if (!knee_run_halt_reached(&run->params.halt, failed, run->done + failed))
        return;
    if (run->phase != KNEE_RUN_ENDING)
        run->phase =
            run->params.halt.when == KNEE_RUN_HALT_NOW ? KNEE_RUN_ENDING : KNEE_RUN_STOPPING;
    pthread_cond_signal(&run->changed);
}

void knee_dispatch_count(struct knee_dispatch *run, struct knee_dispatch_slot *slot,
                         const struct knee_dispatch_end *end)
{
    bool failed = end->state == KNEE_RUN_STATE_FAILED || end->state == KNEE_RUN_STATE_TIMEOUT;
    if (end->journal_error)
        knee_dispatch_break(run, KNEE_FAILED, KNEE_RUN_JOURNAL_FILE, end->journal_error);
    if (end->output_error &&
        end->output_error != ECANCELED) /* that is the end that was asked for */
        knee_dispatch_break(run, KNEE_FAILED, "output", end->output_error);
    if (end->unstarted && run->phase < KNEE_RUN_STOPPING) {
        count_unstarted(run, slot, end);
        return;
    }
    if (end->lost && run->phase < KNEE_RUN_STOPPING) {
        count_lost(run, slot, end);
        return;
    }
    run->start_failures = 0;
    run->ended++;
    run->changed_work += slot->item.weight;
    bool fresh = slot->start_s >= run->reached_s; /* false while it is not reached */
    run->fresh_ended += fresh;
    run->done += end->state == KNEE_RUN_STATE_DONE;
    run->failed += failed;
    run->interrupted += end->state == KNEE_RUN_STATE_INTERRUPTED;
    run->cpu_s += end->cpu_user_s + end->cpu_system_s;
    run->wall_s += end->end_s - slot->start_s;
    if (run->in_window)
        knee_run_window_add(&run->window, slot->start_s, end->end_s, slot->item.weight,
                            end->state != KNEE_RUN_STATE_DONE);
    if (end->state == KNEE_RUN_STATE_DONE)
        count_length(run, slot, end);
    note_memory(run, slot, end->rss_bytes);
    bool oom = yield_to_kill(run, slot, end);
    if (failed) {
        note_failure(run, slot, end, oom);
        halt(run);
    }
    if (end->state == KNEE_RUN_STATE_RETRIED && run->phase < KNEE_RUN_STOPPING)
        retry(run, slot, end->end_s);
    else if (end->state == KNEE_RUN_STATE_RETRIED)
        run->interrupted++; /* its next attempt is another run's */
}
