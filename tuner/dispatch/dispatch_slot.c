/* SPDX-License-Identifier: MIT */
/* A slot of a run: takes an item, runs it, says how it went. */
#include "tuner/dispatch/dispatch_private.h"

#include "core/base/thread.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define STACK_BYTES (256u << 10)
#define SLOT_STREAM 0x72736c74u
#define TEXT_BYTES 256u
/* Further ahead nothing begins: retries hold memory, outputs that wait for their turn hold files.
 */
#define WAITING_MAX 10000u
#define TURNS_MAX 4096u
#define START_AGAIN_S .5 /* after a process could not be started */

/* ---- the heap of retries ---- */
static void swap(struct knee_dispatch_item *a, struct knee_dispatch_item *b)
{
    struct knee_dispatch_item kept = *a;
    *a = *b;
    *b = kept;
}

void knee_dispatch_retry_push(struct knee_dispatch *run, const struct knee_dispatch_item *item)
{
    if (run->waiting_count == run->waiting_room) {
        size_t room = 2 * run->waiting_room + 64;
        void *grown = realloc(run->waiting, room * sizeof *run->waiting);
        if (!grown) {
            knee_dispatch_break(run, KNEE_FAILED, "retries", ENOMEM);
            return;
        }
        run->waiting = grown;
        run->waiting_room = room;
    }
    size_t at = run->waiting_count++;
    run->waiting[at] = *item;
    for (; at > 0 && run->waiting[(at - 1) / 2].due_s > run->waiting[at].due_s; at = (at - 1) / 2)
        swap(&run->waiting[at], &run->waiting[(at - 1) / 2]);
}

static struct knee_dispatch_item pop(struct knee_dispatch *run)
{
    struct knee_dispatch_item *heap = run->waiting;
    struct knee_dispatch_item first = heap[0];
    heap[0] = heap[--run->waiting_count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < run->waiting_count && heap[child].due_s < heap[least].due_s)
                least = child;
        if (least == at)
            return first;
        swap(&heap[at], &heap[least]);
        at = least;
    }
}

/* ---- taking an item ---- */
static bool may_begin(const struct knee_dispatch *run)
{
    if (run->source_ended || run->dry || run->waiting_count >= WAITING_MAX)
        return false;
    if (run->params.batch && run->batch_begun >= run->params.batch)
        return false;
    return !run->params.output.keep_order ||
           run->turn - knee_item_output_turn(run->output) < TURNS_MAX;
}

static int copy_text(struct knee_dispatch_slot *slot, const char *text, size_t bytes)
{
    if (bytes + 1 > slot->text_room) {
        size_t room = bytes + TEXT_BYTES;
        char *grown = realloc(slot->item.text, room);
        if (!grown)
            return -1;
        slot->item.text = grown;
        slot->text_room = room;
    }
    memcpy(slot->item.text, text, bytes + 1);
    return 0;
}

/* Whether an earlier run leaves nothing to do about the item; else `first` is its first attempt. */
static bool is_past(struct knee_dispatch *run, const struct knee_item_source_item *item,
                    uint32_t *first)
{
    const struct knee_run_past *past = run->params.past;
    const struct knee_run_past_item *seen = past ? knee_run_past_find(past, item->number) : NULL;
    *first = 1;
    if (past && !seen && run->params.only_failed) {
        run->skipped++;
        return true;
    }
    if (!seen)
        return false;
    if (seen->hash != knee_run_past_hash(item->text)) {
        knee_err_set(&run->broken, KNEE_USAGE,
                     "--resume: item %llu is now \"%.80s\", but the run that is to go on had "
                     "another one there; give the same list, or begin a new run",
                     (unsigned long long)item->number, item->text);
        run->phase = KNEE_RUN_STOPPING;
        return true;
    }
    *first = seen->attempts + 1u;
    bool failed = seen->state == KNEE_RUN_STATE_FAILED || seen->state == KNEE_RUN_STATE_TIMEOUT;
    if (run->params.only_failed ? failed : !failed && seen->state != KNEE_RUN_STATE_DONE) {
        bool cut =
            seen->state == KNEE_RUN_STATE_STARTED || seen->state == KNEE_RUN_STATE_INTERRUPTED;
        if (cut && run->again_total < KNEE_RUN_FAILURES_TOLD)
            run->again[run->again_total] = item->number;
        run->again_total += cut;
        return false;
    }
    run->failed += failed; /* it still has */
    run->skipped += !failed;
    int error = knee_dispatch_journal_skipped(run, item);
    if (error)
        knee_dispatch_break(run, KNEE_FAILED, KNEE_RUN_JOURNAL_FILE, error);
    return true;
}

/* The next item of the list that is to run. */
static bool take_fresh(struct knee_dispatch *run, struct knee_dispatch_slot *slot)
{
    struct knee_item_source_item item;
    uint32_t first;
    do {
        int found = knee_item_source_next(run->source, &item);
        run->source_ended |= found < 0;
        run->dry = found == 0;
        run->short_of_items |= found <= 0;
        if (found < 0)
            pthread_cond_signal(&run->changed);
        if (found <= 0)
            return false;
    } while (is_past(run, &item, &first) && !run->broken.code);
    if (run->broken.code)
        return false;
    if (copy_text(slot, item.text, item.bytes)) {
        knee_dispatch_break(run, KNEE_FAILED, "items", ENOMEM);
        return false;
    }
    slot->item = (struct knee_dispatch_item){.number = item.number,
                                             .turn = run->turn++,
                                             .attempt = first,
                                             .first = first,
                                             .weight = item.weight,
                                             .ended_s = NAN,
                                             .text = slot->item.text};
    run->begun++;
    run->batch_begun++;
    return true;
}

static bool is_open(const struct knee_dispatch *run)
{
    return run->phase < KNEE_RUN_STOPPING && !run->paused && run->running < run->limit;
}

bool knee_dispatch_may_start(const struct knee_dispatch *run, double now_s)
{
    return is_open(run) &&
           (may_begin(run) || (run->waiting_count > 0 && run->waiting[0].due_s <= now_s));
}

static bool take(struct knee_dispatch *run, struct knee_dispatch_slot *slot)
{
    if (!is_open(run) || slot->index >= run->limit)
        return false;
    double now_s = knee_dispatch_now_s(run);
    if (run->waiting_count > 0 && run->waiting[0].due_s <= now_s) {
        struct knee_dispatch_item item = pop(run);
        free(slot->item.text);
        slot->item = item;
        slot->text_room = strlen(item.text) + 1;
    } else if (!may_begin(run) || !take_fresh(run, slot)) {
        return false;
    }
    slot->start_s = knee_dispatch_now_s(run);
    slot->wait_s = isnan(slot->item.ended_s) ? 0. : slot->start_s - slot->item.ended_s;
    slot->level = run->limit;
    slot->late = false;
    slot->cpu_s = slot->rss_bytes = 0.;
    slot->killed_s = NAN;
    slot->busy = true;
    run->running++;
    return true;
}

/* ---- running it ---- */
static bool is_want(int error)
{
    return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static void describe(struct knee_dispatch_slot *slot, const struct knee_actor_outcome *outcome,
                     struct knee_dispatch_end *end)
{
    struct knee_dispatch *run = slot->run;
    end->error = outcome->error;
    bool ran = outcome->error == 0 || outcome->error == EIO || outcome->error == ETIMEDOUT;
    end->unstarted = is_want(outcome->error);
    end->how.started = ran;
    end->how.timed_out = outcome->error == ETIMEDOUT || (slot->late && outcome->error);
    end->how.exit_code = ran && WIFEXITED(outcome->status) ? WEXITSTATUS(outcome->status) : -1;
    end->how.signal_number = ran && WIFSIGNALED(outcome->status) ? WTERMSIG(outcome->status) : -1;
    end->how.failed = outcome->error != 0 && !(run->params.ignore_failure &&
                                               end->how.exit_code > 0 && !end->how.timed_out);
    end->cpu_user_s = seconds(outcome->used.ru_utime);
    end->cpu_system_s = seconds(outcome->used.ru_stime);
    double peak = 1024. * (double)outcome->used.ru_maxrss;
    end->rss_bytes = peak > run->own_rss_bytes ? peak
                     : slot->rss_bytes > 0.    ? slot->rss_bytes
                                               : NAN;
    if (end->how.failed)
        knee_actor_outcome_text(end->how.timed_out ? ETIMEDOUT : outcome->error, outcome->status,
                                end->text, sizeof end->text);
}

/* What becomes of the item. Reads what the controller may change meanwhile, so with the lock. */
static enum knee_run_state judge(const struct knee_dispatch_slot *slot,
                                 const struct knee_dispatch_end *end)
{
    const struct knee_dispatch *run = slot->run;
    bool ending = run->phase == KNEE_RUN_ENDING || run->phase == KNEE_RUN_FINISHED;
    if (end->unstarted || end->error == ECANCELED || (end->how.failed && ending))
        return KNEE_RUN_STATE_INTERRUPTED;
    if (!end->how.failed)
        return KNEE_RUN_STATE_DONE;
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
    *end = (struct knee_dispatch_end){.rss_bytes = NAN};
    outcome.error = knee_item_output_begin(slot->output, slot->item.number, slot->item.turn,
                                           slot->item.text, &attempt.out_fd, &attempt.err_fd);
    bool printed = outcome.error == 0;
    if (printed) {
        end->output_error = knee_dispatch_journal_started(slot);
        if (end->output_error)
            outcome.error = ECANCELED;
        else
            knee_actor_run_given(slot->actor, &attempt, &outcome);
    } else if (!is_want(outcome.error)) { /* no place for what it prints: a full disk */
        end->output_error = outcome.error;
        outcome.error = ECANCELED;
    }
    describe(slot, &outcome, end);
    end->end_s = knee_dispatch_now_s(run);
    pthread_mutex_lock(&run->lock);
    end->state = judge(slot, end);
    pthread_mutex_unlock(&run->lock);
    bool shown = end->state != KNEE_RUN_STATE_RETRIED && !end->unstarted;
    int error =
        printed ? knee_item_output_end(slot->output, shown, end->line, sizeof end->line) : 0;
    if (error) { /* what it printed is lost: it is to run again */
        end->output_error = error;
        end->state = KNEE_RUN_STATE_INTERRUPTED;
    }
    error = printed ? knee_dispatch_journal_ended(slot, end) : 0;
    end->output_error = end->output_error ? end->output_error : error;
}

static void *work(void *argument)
{
    struct knee_dispatch_slot *slot = argument;
    struct knee_dispatch *run = slot->run;
    struct knee_dispatch_end end;
    pthread_mutex_lock(&run->lock);
    while (!run->over) {
        if (take(run, slot)) {
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
        slot->idle = true;
        run->idle++;
        while (slot->idle && !run->over)
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
    free(slot->row);
    free(slot);
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
    int error = slot->actor && slot->output
                    ? knee_thread_start(&slot->thread, STACK_BYTES, work, slot)
                    : ENOMEM;
    if (error) {
        release(slot);
        return error;
    }
    run->slots[run->slots_count++] = slot;
    return 0;
}

void knee_dispatch_wake(struct knee_dispatch *run)
{
    uint32_t limit = run->limit;
    uint32_t room = limit > run->running ? limit - run->running : 0;
    for (uint32_t i = 0; i < run->slots_count && i < limit && room > 0; i++) {
        struct knee_dispatch_slot *slot = run->slots[i];
        if (!slot->idle)
            continue;
        slot->idle = false;
        run->idle--;
        room--;
        pthread_cond_signal(&slot->wake);
    }
    while (run->slots_count < limit && room > 0 && run->idle == 0 && !run->source_ended) {
        int error = add_slot(run);
        if (error && run->slots_count == 0)
            knee_dispatch_break(run, KNEE_FAILED, "slots", error);
        if (error)
            return;
        room--;
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
        pthread_join(run->slots[i]->thread, NULL);
        release(run->slots[i]);
    }
    run->slots_count = 0;
}
