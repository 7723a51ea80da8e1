/* SPDX-License-Identifier: MIT */
/* A slot of a run: runs one item at a time and says how it went. */
#include "tuner/dispatch/dispatch_slot.h"

#include "core/base/thread.h"
#include "tuner/dispatch/dispatch_count.h"
#include "tuner/dispatch/dispatch_journal.h"
#include "tuner/dispatch/dispatch_take.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define STACK_BYTES (256u << 10)
#define SLOT_STREAM 0x72736c74u

/* ---- running it ---- */
static bool is_want(int error)
{
    return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

/* Runs the attempt on this host, or on the one that was chosen for it. */
static void start(struct knee_dispatch_slot *slot, const struct knee_actor_attempt *attempt,
                  struct knee_actor_outcome *outcome)
{
    const struct knee_starter *starter = slot->run->params.starter;
    if (starter)
        starter->run(starter->context, slot->index, slot->actor, slot->level, attempt, outcome,
                     slot->line, KNEE_DISPATCH_LINE_BYTES);
    else
        knee_actor_run_given(slot->actor, attempt, outcome);
}

/* A child begins with our own peak, and wait4 tells that of it, too. Ours may have grown since it
 * was read. */
static double peak_of(const struct knee_dispatch_slot *slot,
                      const struct knee_actor_outcome *outcome)
{
    struct knee_dispatch *run = slot->run;
    double peak = 1024. * (double)outcome->used.ru_maxrss;
    if (peak > run->own_rss_bytes)
        knee_dispatch_read_own(run);
    if (peak > run->own_rss_bytes)
        return peak;
    return slot->rss_bytes > 0. ? slot->rss_bytes : NAN;
}

static void describe(struct knee_dispatch_slot *slot, const struct knee_actor_outcome *outcome,
                     struct knee_dispatch_end *end)
{
    struct knee_dispatch *run = slot->run;
    end->error = outcome->error;
    bool ran = outcome->error == 0 || outcome->error == EIO || outcome->error == ETIMEDOUT;
    end->unstarted = is_want(outcome->error);
    end->lost = outcome->error == KNEE_STARTER_LOST;
    end->how.started = ran;
    end->how.timed_out = outcome->error == ETIMEDOUT || (slot->late && outcome->error);
    end->how.exit_code = ran && WIFEXITED(outcome->status) ? WEXITSTATUS(outcome->status) : -1;
    end->how.signal_number = ran && WIFSIGNALED(outcome->status) ? WTERMSIG(outcome->status) : -1;
    end->how.failed = outcome->error != 0 && !(run->params.ignore_failure &&
                                               end->how.exit_code > 0 && !end->how.timed_out);
    end->cpu_user_s = seconds(outcome->used.ru_utime);
    end->cpu_system_s = seconds(outcome->used.ru_stime);
    end->rss_bytes = peak_of(slot, outcome);
    if (end->how.failed)
        knee_actor_outcome_text(end->how.timed_out ? ETIMEDOUT : outcome->error, outcome->status,
                                end->text, sizeof end->text);
    if (end->how.failed && slot->evicted)
        snprintf(end->text, sizeof end->text, "ended for want of memory");
}

/* What becomes of the item. Reads what the controller may change meanwhile, so with the lock. */
static enum knee_run_state judge(const struct knee_dispatch_slot *slot,
                                 const struct knee_dispatch_end *end)
{
    const struct knee_dispatch *run = slot->run;
    bool ending = run->phase == KNEE_RUN_ENDING || run->phase == KNEE_RUN_FINISHED;
    if (end->unstarted || end->lost || end->error == ECANCELED || (end->how.failed && ending))
        return KNEE_RUN_STATE_INTERRUPTED;
    if (!end->how.failed)
        return KNEE_RUN_STATE_DONE;
    if (slot->evicted)
        return KNEE_RUN_STATE_RETRIED;
    struct knee_run_attempt_end how = end->how;
    how.exit_code = how.exit_code < 0 ? 0 : how.exit_code;
    how.signal_number = how.signal_number < 0 ? 0 : how.signal_number;
    if (slot->item.attempt - slot->item.first < run->params.retries &&
        knee_run_retry_on_matches(&run->params.retry_on, &how))
        return KNEE_RUN_STATE_RETRIED;
    return end->how.timed_out ? KNEE_RUN_STATE_TIMEOUT : KNEE_RUN_STATE_FAILED;
}

static void run_item(struct knee_dispatch_slot *slot, struct knee_dispatch_end *end)
{
    struct knee_dispatch *run = slot->run;
    struct knee_actor_attempt attempt = {
        .item = {.text = slot->item.text, .number = (uint32_t)slot->item.number},
        .timeout_ns = run->params.timeout.ns};
    struct knee_actor_outcome outcome = {.error = 0};
    const struct knee_starter *starter = run->params.starter;
    *end = (struct knee_dispatch_end){.rss_bytes = NAN};
    outcome.error = knee_item_output_begin(slot->output, slot->item.number, slot->item.turn,
                                           slot->item.text, &attempt.out_fd, &attempt.err_fd);
    bool printed = outcome.error == 0;
    bool placed = printed && starter;
    if (placed)
        slot->host = starter->place(starter->context, slot->index);
    if (printed) {
        end->journal_error = knee_dispatch_journal_started(slot);
        if (end->journal_error)
            outcome.error = ECANCELED;
        else
            start(slot, &attempt, &outcome);
    } else if (!is_want(outcome.error)) { /* no place for what it prints: a full disk */
        end->output_error = outcome.error;
        outcome.error = ECANCELED;
    }
    end->end_s = knee_dispatch_now_s(run);
    pthread_mutex_lock(&run->lock); /* the controller looks at the slot meanwhile */
    describe(slot, &outcome, end);
    end->state = judge(slot, end);
    pthread_mutex_unlock(&run->lock);
    bool shown = end->state != KNEE_RUN_STATE_RETRIED && !end->unstarted && !end->lost;
    int error =
        printed ? knee_item_output_end(slot->output, shown, end->line, sizeof end->line) : 0;
    if (error) { /* what it printed is lost: it is to run again */
        end->output_error = error;
        end->state = KNEE_RUN_STATE_INTERRUPTED;
    }
    error = printed && !end->journal_error ? knee_dispatch_journal_ended(slot, end) : 0;
    if (error) { /* another run cannot know that it has ended */
        end->journal_error = error;
        end->state = KNEE_RUN_STATE_INTERRUPTED;
    }
    if (printed)
        knee_item_output_empty(slot->output);
}

static void *work(void *argument)
{
    struct knee_dispatch_slot *slot = argument;
    struct knee_dispatch *run = slot->run;
    struct knee_dispatch_end end;
    pthread_mutex_lock(&run->lock);
    while (!run->over) {
        if (knee_dispatch_take(run, slot)) {
            pthread_mutex_unlock(&run->lock);
            run_item(slot, &end);
            pthread_mutex_lock(&run->lock);
            slot->busy = false;
            run->running--;
            knee_dispatch_count(run, slot, &end);
            if (knee_dispatch_is_finished(run) || (run->running == 0 && run->params.batch))
                pthread_cond_signal(&run->changed);
            continue;
        }
        if (slot->index >= run->limit && run->idle > 0)
            knee_dispatch_wake(run); /* a lower slot takes over */
        knee_item_output_rest(slot->output);
        if (slot->index > 0 && slot->index >= run->start_cap) {
            slot->gone = true; /* a thread counts as a process: it makes room for one */
            break;
        }
        slot->idle = true;
        run->idle++;
        while (slot->idle && !run->over && (slot->index == 0 || slot->index < run->start_cap))
            pthread_cond_wait(&slot->wake, &run->lock);
        if (slot->idle)
            run->idle--;
        slot->idle = false;
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* ---- slots ---- */
static void release(struct knee_dispatch_slot *slot)
{
    if (!slot)
        return;
    knee_actor_slot_close(slot->actor);
    knee_item_output_slot_close(slot->output);
    pthread_cond_destroy(&slot->wake);
    free(slot->item.text);
    free(slot->line);
    free(slot->row);
    free(slot);
}

/* If its thread has left, it has let go of the lock and ends at once. */
static void join(struct knee_dispatch_slot *slot)
{
    if (!slot->joined)
        pthread_join(slot->thread, NULL);
    slot->joined = true;
}

/* One more slot; an errno when that cannot be had. */
static int add_slot(struct knee_dispatch *run)
{
    uint32_t index = run->slots_count;
    struct knee_dispatch_slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return ENOMEM;
    pthread_cond_init(&slot->wake, NULL);
    slot->run = run;
    slot->index = index;
    slot->random = knee_random_seed(run->params.seed, SLOT_STREAM + index);
    slot->actor = knee_actor_slot_open(run->params.actor, index);
    slot->output = knee_item_output_slot_open(run->output, index);
    slot->line = run->params.starter ? calloc(1, KNEE_DISPATCH_LINE_BYTES) : NULL;
    int error = slot->actor && slot->output && (slot->line || !run->params.starter)
                    ? knee_thread_start(&slot->thread, STACK_BYTES, work, slot)
                    : ENOMEM;
    if (error) {
        release(slot);
        return error;
    }
    run->slots[run->slots_count++] = slot;
    return 0;
}

/* A thread for a slot whose own one has left. 0, or an errno. */
static int refill_slot(struct knee_dispatch_slot *slot)
{
    join(slot);
    int error = knee_thread_start(&slot->thread, STACK_BYTES, work, slot);
    slot->joined = error != 0;
    slot->gone = slot->joined;
    return error;
}

/* Slots that wait: the lowest first. Returns how many more may begin. */
static uint32_t wake_idle(struct knee_dispatch *run, uint32_t room)
{
    for (uint32_t i = 0; i < run->slots_count && i < run->limit && room > 0; i++) {
        struct knee_dispatch_slot *slot = run->slots[i];
        if (!slot->idle)
            continue;
        slot->idle = false;
        run->idle--;
        room--;
        pthread_cond_signal(&slot->wake);
    }
    return room;
}

void knee_dispatch_wake(struct knee_dispatch *run)
{
    if (run->over) /* items may still arrive: nobody would join a new slot's thread */
        return;
    uint32_t limit = run->limit;
    uint32_t room = wake_idle(run, limit > run->running ? limit - run->running : 0);
    bool more = run->idle == 0 && !run->source_ended;
    for (uint32_t i = 0; i < run->slots_count && i < limit && room > 0 && more; i++) {
        if (!run->slots[i]->gone)
            continue;
        if (refill_slot(run->slots[i]))
            return;
        room--;
    }
    while (run->slots_count < limit && room > 0 && more) {
        int error = add_slot(run);
        if (error && run->slots_count == 0)
            knee_dispatch_break(run, KNEE_FAILED, "slots", error);
        if (error)
            return;
        room--;
    }
}

void knee_dispatch_reap(struct knee_dispatch *run)
{
    while (run->slots_count > 0 && run->slots[run->slots_count - 1]->gone) {
        struct knee_dispatch_slot *slot = run->slots[--run->slots_count];
        join(slot);
        release(slot);
    }
}

bool knee_dispatch_is_finished(const struct knee_dispatch *run)
{
    if (run->running > 0)
        return false;
    return run->phase == KNEE_RUN_STOPPING || run->phase == KNEE_RUN_ENDING ||
           (run->source_ended && run->waiting_count == 0);
}

void knee_dispatch_slots_close(struct knee_dispatch *run)
{
    pthread_mutex_lock(&run->lock);
    run->over = true;
    for (uint32_t i = 0; i < run->slots_count; i++)
        pthread_cond_signal(&run->slots[i]->wake);
    uint32_t count = run->slots_count;
    pthread_mutex_unlock(&run->lock);
    for (uint32_t i = 0; i < count; i++) {
        join(run->slots[i]);
        release(run->slots[i]);
    }
    pthread_mutex_lock(&run->lock);
    run->slots_count = 0;
    pthread_mutex_unlock(&run->lock);
}
