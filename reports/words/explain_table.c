/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_table.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain.h"
#include "reports/words/unusable.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAMED_MAX 3 /* levels; of more, how many */

/* Something was seen at this level, but none of it counts. */
static bool is_only_seen(const struct knee_level *level)
{
    return !(level->throughput_per_s > 0) && level->throughput_seen_per_s > 0;
}

/* In parentheses if it was only seen. */
static const char *put_cell(const struct knee_level *level, const char *value, char *text)
{
    bool known = strcmp(value, "-") != 0;
    snprintf(text, KNEE_HUMAN_BYTES, is_only_seen(level) && known ? "(%.40s)" : "%.40s", value);
    return text;
}

const char *knee_explain_rate(const struct knee_level *level, char *text)
{
    char rate[KNEE_HUMAN_BYTES];
    knee_human_rate(rate,
                    is_only_seen(level) ? level->throughput_seen_per_s : level->throughput_per_s);
    return put_cell(level, rate, text);
}

const char *knee_explain_latency(const struct knee_level *level, double latency_s, char *text)
{
    char latency[KNEE_HUMAN_BYTES];
    return put_cell(level, knee_human_latency(latency, latency_s), text);
}

const char *knee_explain_spread(const struct knee_workload_result *workload,
                                const struct knee_level *level, char *text)
{
    double half = (level->throughput_ci_high_per_s - level->throughput_ci_low_per_s) / 2;
    return knee_human_tenths(text, workload->decision.thin ? NAN : half / level->throughput_per_s);
}

/* Does a whole percent put `ratio` on the other side of `least`? */
static bool misleads(double ratio, double least)
{
    return (ratio >= least) != (round(100 * ratio) >= 100 * least - 1e-9);
}

const char *knee_explain_of_best(const struct knee_workload_result *workload,
                                 const struct knee_level *level, char *text)
{
    const double least[] = {1 - knee_decision_tolerance(&workload->decision),
                            1 - knee_explain_tolerance(workload)};
    double ratio = knee_workload_result_of_best(workload, level);
    bool decides = workload->decision.verdict != KNEE_VERDICT_DISTURBED;
    for (size_t i = 0; i < KNEE_COUNT(least) && decides; i++)
        if (misleads(ratio, least[i])) /* towards its own side */
            return knee_human_bound(text, ratio < least[i] ? ratio : ceil(1000 * ratio) / 1000);
    return knee_human_percent(text, ratio);
}

/* "+- is not known: too few windows, 1 at level 8." "": some level has one, or no throughput. */
static void add_spread_gap(struct knee_builder *out, const struct knee_workload_result *workload)
{
    const struct knee_level *few =
        knee_workload_result_at(workload, knee_workload_result_suggested(workload));
    const struct knee_level *peak = knee_workload_result_at(workload, workload->decision.peak);
    uint32_t most = 0;
    char spread[KNEE_HUMAN_BYTES];
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        if (strcmp(knee_explain_spread(workload, level, spread), "-") != 0)
            return;
        most = level->throughput_per_s > 0 && level->windows > most ? level->windows : most;
    }
    few = few && peak && peak->windows < few->windows ? peak : few;
    if (most == 1)
        knee_builder_add(out, "+- is not known: no level has more than 1 window.");
    else if (most > 1 && few)
        knee_builder_add(out, "+- is not known: too few windows, %u at level %u.", few->windows,
                         few->level);
}

/* The windows in which levels were only seen, but for those before throughput fell for good. */
static void add_seen_windows(struct knee_unusable *sum, const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->windows_count; i++) {
        const struct knee_window *window = &workload->windows[i];
        const struct knee_level *level = knee_workload_result_at(workload, window->level);
        if (level && is_only_seen(level) && !level->seen_earlier && window->throughput_per_s > 0)
            knee_unusable_add(sum, window);
    }
}

/* "( ) at 43 and 64 is from before throughput fell, and does not count." */
static void add_earlier_gap(struct knee_builder *out, const struct knee_workload_result *workload)
{
    uint32_t found[NAMED_MAX], last = 0;
    size_t count = 0;
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        if (!is_only_seen(level) || !level->seen_earlier)
            continue;
        if (count < NAMED_MAX)
            found[count] = level->level;
        last = level->level;
        count++;
    }
    if (count == 0)
        return;
    knee_builder_separate(out, " ");
    knee_builder_add(out, "( ) at ");
    if (count > NAMED_MAX)
        knee_builder_add(out, "%zu levels from %u to %u", count, found[0], last);
    for (size_t i = 0; i < count && count <= NAMED_MAX; i++)
        knee_builder_add(out, "%s%u", i == 0 ? "" : i + 1 == count ? " and " : ", ", found[i]);
    knee_builder_add(out, " is from before throughput fell, and does not count.");
}

/* Levels that were only seen in windows that do not count, or prove nothing. */
static void add_seen_gap(struct knee_builder *out, const struct knee_workload_result *workload)
{
    struct knee_unusable sum = {.windows = 0};
    char why[KNEE_UNUSABLE_BYTES];
    bool counts = workload->decision.verdict == KNEE_VERDICT_DISTURBED, any = false;
    for (size_t i = 0; i < workload->levels_count; i++)
        any |= is_only_seen(&workload->levels[i]) && !workload->levels[i].seen_earlier;
    if (!any)
        return;
    add_seen_windows(&sum, workload);
    knee_builder_separate(out, " ");
    if (sum.windows > 0 && knee_unusable_disturbed(&sum)) {
        knee_builder_add(out, "( ) is from disturbed windows alone%s.",
                         counts ? ": they count for `of best`, and prove nothing"
                                : ", which do not count");
        return;
    }
    bool one = sum.windows == 1;
    knee_unusable_words(&sum, why);
    knee_builder_add(out, "( ) is from %s that %s%s%s.", one ? "a window" : "windows",
                     counts ? one ? "counts for `of best` and proves nothing"
                                  : "count for `of best` and prove nothing"
                     : one  ? "does not count"
                            : "do not count",
                     *why ? ": " : "", why);
}

const char *knee_explain_gaps(const struct knee_workload_result *workload, char *text)
{
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    add_spread_gap(&out, workload);
    add_seen_gap(&out, workload);
    add_earlier_gap(&out, workload);
    return text;
}

/* Levels below this one may need a word. An open answer has said which levels may be the knee. */
static uint32_t end_of_smaller(const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t end = decision->limit;
    if (decision->verdict != KNEE_VERDICT_UNRESOLVED)
        return end;
    end = decision->knee_low < end ? decision->knee_low : end;
    /* "48 is proven, and so is the smaller 16" */
    return decision->uses_coarser && decision->limit_resolved < end ? decision->limit_resolved
                                                                    : end;
}

static size_t list_smaller(const struct knee_workload_result *workload,
                           const struct knee_level **found)
{
    double least = 1 - knee_explain_tolerance(workload);
    uint32_t end = end_of_smaller(workload);
    size_t count = 0;
    for (size_t i = 0; i < workload->levels_count && workload->levels[i].level < end; i++) {
        const struct knee_level *level = &workload->levels[i];
        if (!knee_diagnosis_usable(level) || knee_workload_result_of_best(workload, level) < least)
            continue;
        if (count < NAMED_MAX)
            found[count] = level;
        count++;
    }
    return count;
}

const char *knee_explain_smaller(const struct knee_workload_result *workload, char *text)
{
    const struct knee_level *found[NAMED_MAX];
    char percent[KNEE_HUMAN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (!knee_workload_result_measured(workload) || !knee_goal_is_default(&workload->goal))
        return text;
    size_t count = list_smaller(workload, found), named = count < NAMED_MAX ? count : NAMED_MAX;
    if (count == 0)
        return text;
    for (size_t i = 0; i < named; i++)
        knee_builder_add(&out, "%s%u",
                         i == 0                             ? ""
                         : i + 1 == named && count == named ? " and "
                                                            : ", ",
                         found[i]->level);
    if (count > named)
        knee_builder_add(&out, " and %zu more", count - named);
    knee_builder_add(&out, " %s within %s of the best by %s, too, but %u is surer to be.",
                     count > 1 ? "are" : "is",
                     knee_human_tenths(percent, knee_explain_tolerance(workload)),
                     count > 1 ? "their means" : "its mean", workload->decision.limit);
    return text;
}
