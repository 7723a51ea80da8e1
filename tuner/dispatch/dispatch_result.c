/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/dispatch_result.h"

#include "tuner/dispatch/dispatch_levels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The level that the climb has reached; before the first comparison, the one in use. */
static uint32_t last_limit(const struct knee_dispatch *run)
{
    return run->automatic && run->pairs_seen > 0 ? run->controller.level : run->wanted;
}

static enum knee_run_end end_of(const struct knee_dispatch *run, bool complete)
{
    if (run->broken.code)
        return KNEE_RUN_BROKEN;
    if (run->params.signals && run->params.signals->interrupts > 0)
        return KNEE_RUN_INTERRUPTED;
    if (!complete)
        return KNEE_RUN_HALTED;
    if (run->failed == 0)
        return KNEE_RUN_ALL_DONE;
    return run->done + run->skipped == 0 ? KNEE_RUN_ALL_FAILED : KNEE_RUN_SOME_FAILED;
}

void knee_dispatch_result(struct knee_dispatch *run, struct knee_run_result *result)
{
    knee_dispatch_levels_finish(run);
    uint64_t items = run->begun + run->still_failed + run->skipped;
    bool ended = run->source_ended || knee_item_source_total(run->source) == items + run->left;
    bool complete = ended && run->waiting_count == 0 && run->interrupted == 0;
    double elapsed_s = knee_dispatch_now_s(run) - run->began_s;
    uint32_t last = last_limit(run), best = knee_dispatch_levels_best(run, last);
    double variance = run->mean_square - run->mean_s * run->mean_s;
    *result = (struct knee_run_result){
        .end = end_of(run, complete),
        .signal_number = run->params.signals ? run->params.signals->number : 0,
        .items = items,
        .done = run->done,
        .failed = run->failed,
        .failed_before = run->still_failed,
        .left = run->left,
        .interrupted = run->interrupted + run->waiting_count,
        .skipped = run->skipped,
        .retries = run->retries,
        .complete = complete,
        .elapsed_s = elapsed_s,
        .throughput_per_s = elapsed_s > 0. ? (double)run->done / elapsed_s : NAN,
        .item_mean_s = run->done ? run->mean_s : NAN,
        .item_cv = run->done > 1 && run->mean_s > 0. ? sqrt(fmax(0., variance)) / run->mean_s : NAN,
        .automatic = run->params.automatic,
        .limit_first = run->limit_first,
        .limit_last = last,
        .limit_best = best,
        .rule_of_thumb = run->rule_of_thumb,
        .rule_ratio = knee_dispatch_levels_ratio(run, run->rule_of_thumb, best),
        .learned = run->pairs_seen > 0,
        .decisions = run->decisions,
        .decisions_count = run->decisions_count,
        .levels = run->levels,
        .levels_count = run->levels_count,
        .failures_count = run->failures_count,
        .hungriest_count = run->hungriest_count,
        .again_count =
            run->again_total < KNEE_RUN_FAILURES_TOLD ? run->again_total : KNEE_RUN_FAILURES_TOLD,
        .again_total = run->again_total,
    };
    memcpy(result->failures, run->failures, sizeof result->failures);
    memcpy(result->hungriest, run->hungriest, sizeof result->hungriest);
    memcpy(result->again, run->again, sizeof result->again);
    snprintf(result->directory, sizeof result->directory, "%s", run->params.directory);
    snprintf(result->command, sizeof result->command, "%s", run->params.command);
    run->decisions = NULL; /* the result's now */
    run->levels = NULL;
    run->levels_count = run->decisions_count = 0;
}
