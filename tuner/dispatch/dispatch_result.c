/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/dispatch_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEVEL_WINDOWS 2 /* a level with fewer windows is not called the best */
#define BEST_WITHIN .02 /* the smallest level within this of the best one */

static void finish_levels(struct knee_dispatch *run)
{
    for (size_t i = 0; i < run->levels_count; i++) {
        struct knee_run_level *level = &run->levels[i];
        double count = level->windows, mean = level->throughput_per_s;
        double variance = run->level_squares[i] / count - mean * mean;
        level->throughput_cv =
            count > 1. && mean > 0. ? sqrt(fmax(0., variance) * count / (count - 1.)) / mean : NAN;
    }
}

static const struct knee_run_level *find_level(const struct knee_dispatch *run, uint32_t level)
{
    for (size_t i = 0; i < run->levels_count; i++)
        if (run->levels[i].level == level)
            return &run->levels[i];
    return NULL;
}

/* The level that the climb has reached; before the first comparison, the one in use. */
static uint32_t last_limit(const struct knee_dispatch *run)
{
    return run->automatic && run->pairs_seen > 0 ? run->controller.level : run->wanted;
}

/* The smallest level close to the best, of those that were seen often enough; else the last. */
static uint32_t find_best(const struct knee_dispatch *run)
{
    double most = 0.;
    for (size_t i = 0; i < run->levels_count; i++)
        if (run->levels[i].windows >= LEVEL_WINDOWS)
            most = fmax(most, run->levels[i].throughput_per_s);
    for (size_t i = 0; i < run->levels_count && most > 0.; i++)
        if (run->levels[i].windows >= LEVEL_WINDOWS &&
            run->levels[i].throughput_per_s >= (1. - BEST_WITHIN) * most)
            return run->levels[i].level;
    return last_limit(run);
}

static double rule_ratio(const struct knee_dispatch *run, uint32_t best)
{
    const struct knee_run_level *rule = find_level(run, run->rule_of_thumb);
    const struct knee_run_level *at = find_level(run, best);
    return rule && at && at->throughput_per_s > 0. ? rule->throughput_per_s / at->throughput_per_s
                                                   : NAN;
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
    finish_levels(run);
    bool complete = run->source_ended && run->waiting_count == 0 && run->interrupted == 0;
    double elapsed_s = knee_dispatch_now_s(run) - run->began_s;
    uint32_t best = find_best(run);
    double variance = run->mean_square - run->mean_s * run->mean_s;
    *result = (struct knee_run_result){
        .end = end_of(run, complete),
        .signal_number = run->params.signals ? run->params.signals->number : 0,
        .items = run->begun + run->still_failed + run->skipped,
        .done = run->done,
        .failed = run->failed,
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
        .limit_last = last_limit(run),
        .limit_best = best,
        .rule_of_thumb = run->rule_of_thumb,
        .rule_ratio = rule_ratio(run, best),
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
