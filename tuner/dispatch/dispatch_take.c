/* SPDX-License-Identifier: MIT */
/* What a slot runs next: a retry that is due, or the next item of the list that an earlier run has
 * not done. */
#include "tuner/dispatch/dispatch_take.h"

#include "tuner/dispatch/dispatch_journal.h"
#include "tuner/dispatch/dispatch_retry.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 256u
/* Further ahead nothing begins: retries hold memory, outputs that wait for their turn hold files.
 */
#define WAITING_MAX 10000u
#define TURNS_MAX 4096u

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
        run->left++;
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
    if (seen->state != KNEE_RUN_STATE_DONE && !failed) {
        run->left++;
        return true;
    }
    run->failed += failed; /* it still has */
    run->still_failed += failed;
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

/* No process could be started, and nothing runs whose end would make room: wait a little. */
static bool is_held(const struct knee_dispatch *run)
{
    return run->start_failures > 0 &&
           knee_dispatch_now_s(run) < run->start_failed_s + KNEE_DISPATCH_START_AGAIN_S;
}

static bool is_open(const struct knee_dispatch *run)
{
    return !is_held(run) && run->phase < KNEE_RUN_STOPPING && !run->paused &&
           run->running < run->limit;
}

bool knee_dispatch_may_start(const struct knee_dispatch *run, double now_s)
{
    return is_open(run) &&
           (may_begin(run) || (run->waiting_count > 0 && run->waiting[0].due_s <= now_s));
}

bool knee_dispatch_take(struct knee_dispatch *run, struct knee_dispatch_slot *slot)
{
    if (!is_open(run) || slot->index >= run->limit)
        return false;
    double now_s = knee_dispatch_now_s(run);
    if (run->waiting_count > 0 && run->waiting[0].due_s <= now_s) {
        struct knee_dispatch_item item = knee_dispatch_retry_pop(run);
        free(slot->item.text);
        slot->item = item;
        slot->text_room = strlen(item.text) + 1;
    } else if (!may_begin(run) || !take_fresh(run, slot)) {
        return false;
    }
    slot->start_s = knee_dispatch_now_s(run);
    slot->wait_s = isnan(slot->item.ended_s) ? 0. : slot->start_s - slot->item.ended_s;
    slot->level = run->limit;
    slot->late = slot->evicted = false;
    slot->cpu_s = slot->rss_bytes = 0.;
    slot->killed_s = NAN;
    slot->busy = true;
    run->running++;
    return true;
}
