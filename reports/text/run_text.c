/* SPDX-License-Identifier: MIT */
#include "reports/text/run_text.h"

#include "core/text/human.h"
#include "core/text/strings.h"

#include <inttypes.h>
#include <math.h>

static const char *const reasons[KNEE_RUN_REASONS] = {
    [KNEE_RUN_START] = "the start",
    [KNEE_RUN_DEMAND] = "by the first items' CPU time",
    [KNEE_RUN_PROBE] = "tried",
    [KNEE_RUN_KEPT] = "kept",
    [KNEE_RUN_REJECTED] = "taken back",
    [KNEE_RUN_ABORTED] = "taken back at once",
    [KNEE_RUN_CHANGED] = "the work has changed",
    [KNEE_RUN_ASKED] = "as asked",
    [KNEE_RUN_CPUS] = "other CPUs may be used",
    [KNEE_RUN_LOAD] = "others need the CPUs",
    [KNEE_RUN_MEMORY] = "memory is short",
    [KNEE_RUN_STARVED] = "no more processes can be started",
    [KNEE_RUN_RECOVERED] = "there is room again",
};

static void add_phase(struct knee_builder *text, const struct knee_run_live *live)
{
    static const char *const words[] = {
        [KNEE_RUN_YIELDING] = ", lowered",          [KNEE_RUN_PAUSED] = ", paused",
        [KNEE_RUN_BATCH] = ", between two batches", [KNEE_RUN_STOPPING] = ", stopping",
        [KNEE_RUN_ENDING] = ", ending what runs",
    };
    enum knee_run_reason why = live->decision.reason;
    if (live->phase >= sizeof words / sizeof words[0] || !words[live->phase])
        return;
    knee_builder_add(text, "%s", words[live->phase]);
    if (live->phase == KNEE_RUN_YIELDING &&
        (why == KNEE_RUN_LOAD || why == KNEE_RUN_MEMORY || why == KNEE_RUN_STARVED))
        knee_builder_add(text, " since %s", reasons[why]);
}

static void add_left(struct knee_builder *text, const struct knee_run_live *live)
{
    char left[KNEE_HUMAN_BYTES], low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    if (isnan(live->left_s) || live->phase == KNEE_RUN_FINISHED)
        return;
    knee_builder_add(text, "; %s left (%s to %s)", knee_human_duration(left, live->left_s),
                     knee_human_duration(low, live->left_low_s),
                     knee_human_duration(high, live->left_high_s));
}

void knee_run_text_progress(struct knee_builder *text, const struct knee_run_live *live)
{
    char count[KNEE_HUMAN_BYTES], rate[KNEE_HUMAN_BYTES];
    knee_builder_add(text, "knee: %s", knee_human_count(count, (double)live->done));
    if (live->total != UINT64_MAX)
        knee_builder_add(text, " of %s",
                         knee_human_count(count, (double)(live->total - live->skipped)));
    knee_builder_add(text, " done");
    if (live->failed)
        knee_builder_add(text, ", %" PRIu64 " failed", live->failed);
    if (live->retries)
        knee_builder_add(text, ", %" PRIu64 " retried", live->retries);
    knee_builder_add(text, "; %s items/s at limit %" PRIu32,
                     knee_human_rate(rate, live->throughput_per_s), live->limit);
    add_phase(text, live);
    add_left(text, live);
    knee_builder_add(text, "\n");
}

void knee_run_text_decision(struct knee_builder *text, const struct knee_run_decision *decision)
{
    if (decision->from && decision->from != decision->to)
        knee_builder_add(text, "%" PRIu32 " -> %" PRIu32 ": ", decision->from, decision->to);
    else
        knee_builder_add(text, "%" PRIu32 ": ", decision->to);
    if (!isnan(decision->gain_ratio))
        knee_builder_add(text, "%+.0f %%, ", 100. * decision->gain_ratio);
    knee_builder_add(text, "%s", reasons[decision->reason]);
}

static void add_counts(struct knee_builder *text, const struct knee_run_result *result)
{
    char count[KNEE_HUMAN_BYTES], time[KNEE_HUMAN_BYTES], rate[KNEE_HUMAN_BYTES];
    knee_builder_add(text, "knee: %s item%s done", knee_human_count(count, (double)result->done),
                     result->done == 1 ? "" : "s");
    if (result->failed)
        knee_builder_add(text, ", %" PRIu64 " failed", result->failed);
    if (result->interrupted)
        knee_builder_add(text, ", %" PRIu64 " interrupted", result->interrupted);
    if (result->skipped)
        knee_builder_add(text, ", %" PRIu64 " skipped", result->skipped);
    if (result->retries)
        knee_builder_add(text, ", %" PRIu64 " %s", result->retries,
                         result->retries == 1 ? "retry" : "retries");
    knee_builder_add(text, " in %s, %s items/s\n", knee_human_duration(time, result->elapsed_s),
                     knee_human_rate(rate, result->throughput_per_s));
}

static void add_limit(struct knee_builder *text, const struct knee_run_result *result)
{
    char rule[KNEE_HUMAN_BYTES];
    if (!result->automatic || result->done == 0)
        return;
    knee_builder_add(text, "knee: the limit began at %" PRIu32 " and ended at %" PRIu32,
                     result->limit_first, result->limit_last);
    if (!result->learned) {
        knee_builder_add(text, "; the items were too long or too few to learn more\n");
        return;
    }
    knee_builder_add(text, "; best was %" PRIu32, result->limit_best);
    if (result->rule_of_thumb && !isnan(result->rule_ratio) &&
        result->rule_of_thumb != result->limit_best && result->rule_ratio < 1.)
        knee_builder_add(text, " (the rule of thumb, %" PRIu32 ", gave %s of it)",
                         result->rule_of_thumb, knee_human_percent(rule, result->rule_ratio));
    knee_builder_add(text, "\n");
}

static void add_failures(struct knee_builder *text, const struct knee_run_result *result)
{
    for (size_t i = 0; i < result->failures_count; i++) {
        const struct knee_run_failure *failure = &result->failures[i];
        /* Names of files and what programs say go to the terminal: nothing there obeys them. */
        char item[sizeof failure->item], line[sizeof failure->line];
        knee_strings_utf8(item, sizeof item, failure->item, false);
        knee_strings_utf8(line, sizeof line, failure->line, false);
        knee_builder_add(text, "knee: failed: %s: %s%s%s\n", item, failure->how,
                         line[0] ? ": " : "", line);
    }
    if (result->failed > result->failures_count)
        knee_builder_add(text, "knee: failed: %" PRIu64 " more; they are in %s/items.csv\n",
                         result->failed - result->failures_count, result->directory);
}

/* What --failed has passed over. */
static void add_passed_over(struct knee_builder *text, const struct knee_run_result *result)
{
    if (result->left)
        knee_builder_add(text,
                         "knee: not done before, and not repeated by --failed: %" PRIu64
                         " item%s; to run them: knee run --resume %s\n",
                         result->left, result->left == 1 ? "" : "s", result->directory);
}

static void add_again(struct knee_builder *text, const struct knee_run_result *result)
{
    if (result->again_total == 0)
        return;
    knee_builder_add(text, "knee: interrupted before, and run again: item");
    for (size_t i = 0; i < result->again_count; i++)
        knee_builder_add(text, "%s %" PRIu64, i ? "," : "", result->again[i]);
    if (result->again_total > result->again_count)
        knee_builder_add(text, " and %" PRIu64 " more",
                         result->again_total - (uint64_t)result->again_count);
    knee_builder_add(text, "\n");
}

void knee_run_text_summary(struct knee_builder *text, const struct knee_run_result *result)
{
    char size[KNEE_HUMAN_BYTES];
    add_failures(text, result);
    add_again(text, result);
    add_passed_over(text, result);
    for (size_t i = 0; i < result->hungriest_count && i < 1; i++)
        knee_builder_add(text, "knee: most memory: %s by %s\n",
                         knee_human_size(size, result->hungriest[i].rss_bytes),
                         result->hungriest[i].item);
    add_limit(text, result);
    add_counts(text, result);
}
