/* SPDX-License-Identifier: MIT */
/* Today's setting, judged beside the answer. */
#include "reports/words/explain.h"

#include "core/text/human.h"
#include "reports/words/explain_slo.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define GROWN 1.25 /* a resource that grows by less is not mentioned */

/* "half", "a third", ... if the ratio is close to it, else "31 %". */
static const char *part(double ratio, char *text)
{
    static const struct {
        double ratio;
        const char *name;
    } parts[] = {
        {.5, "half"}, {1 / 3., "a third"}, {.25, "a quarter"}, {.2, "a fifth"}, {.1, "a tenth"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (fabs(ratio / parts[i].ratio - 1) < .08)
            return parts[i].name;
    return knee_human_percent(text, ratio);
}

/* "half of the memory and a fifth of the latency", or what there is to say of it; "" else. */
static void savings(const struct knee_level *now, const struct knee_level *use, char *text,
                    size_t room)
{
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES];
    double latency = use->latency_p95_s / now->latency_p95_s;
    double memory = use->max_rss_bytes / now->max_rss_bytes;
    bool less_latency = latency < 1 / GROWN, less_memory = memory < 1 / GROWN;
    const char *of_latency = less_latency ? part(latency, a) : "";
    const char *of_memory = less_memory ? part(memory, b) : "";
    text[0] = '\0';
    if (less_latency && less_memory && strcmp(of_latency, of_memory) == 0)
        snprintf(text, room, ", %s of the memory and of the latency", of_latency);
    else if (less_latency && less_memory)
        snprintf(text, room, ", %s of the memory and %s of the latency", of_memory, of_latency);
    else if (less_latency || less_memory)
        snprintf(text, room, ", %s of the %s", less_latency ? of_latency : of_memory,
                 less_latency ? "latency" : "memory");
}

/* Today's setting may be right as well: no reason to change it. */
static bool may_be_right(const struct knee_workload_result *workload, uint32_t level)
{
    const struct knee_decision *decision = &workload->decision;
    return decision->verdict == KNEE_VERDICT_UNRESOLVED && level > 0 &&
           level >= decision->knee_low && level <= decision->knee_high;
}

/* The disturbed sweep itself shows that the limit is above today's setting. */
static bool is_too_low(const struct knee_workload_result *workload)
{
    double of_best;
    return workload->current > 0 &&
           workload->current <= knee_workload_result_seen_below(workload, &of_best);
}

bool knee_explain_keeps(const struct knee_workload_result *workload)
{
    uint32_t current = workload->current;
    bool open = !knee_workload_result_measured(workload) || may_be_right(workload, current);
    return current > 0 && current != knee_workload_result_use(workload) && open &&
           !knee_explain_slo_unmet(workload) && !is_too_low(workload);
}

/* The limit is a guess, which does not justify a change of today's setting. */
static const char *keep_until_known(const struct knee_workload_result *workload, char *text)
{
    uint32_t current = workload->current, guess = knee_workload_result_use(workload);
    double ratio = knee_workload_result_seen_per_s(knee_workload_result_at(workload, current)) /
                   knee_workload_result_seen_per_s(knee_workload_result_at(workload, guess));
    double tolerance = knee_decision_tolerance(&workload->decision);
    char percent[KNEE_HUMAN_BYTES];
    if (current == guess)
        snprintf(text, KNEE_EXPLAIN_BYTES, "keep %u until it is known", current);
    else if (is_too_low(workload) && isnan(ratio))
        snprintf(text, KNEE_EXPLAIN_BYTES, "change %u -> %u, the best guess", current, guess);
    else if (is_too_low(workload))
        snprintf(text, KNEE_EXPLAIN_BYTES, "change %u -> %u, the best guess: %u looks %s slower",
                 current, guess, current, knee_human_percent(percent, 1 - ratio));
    else if (isnan(ratio))
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 "%u is only a guess, and %u was not compared with it: keep %u until it is known",
                 guess, current, current);
    else if (ratio >= 1 - tolerance)
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 "%u is only a guess, and %u %s, though too few windows prove it: keep %u "
                 "until it is known",
                 guess, current, ratio > 1 + tolerance ? "looks faster" : "was as fast", current);
    else
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 "%u is only a guess: %u looks %s slower, but too few windows prove it; keep %u "
                 "until it is known",
                 guess, current, knee_human_percent(percent, 1 - ratio), current);
    return text;
}

const char *knee_explain_current(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t current = workload->current, limit = knee_workload_result_use(workload);
    const struct knee_level *now = knee_workload_result_at(workload, current);
    const struct knee_level *use = knee_workload_result_at(workload, limit);
    text[0] = '\0';
    if (current == 0)
        return text;
    if (knee_explain_slo_unmet(workload)) {
        snprintf(text, KNEE_EXPLAIN_BYTES, "today's %u %s", current,
                 now && knee_diagnosis_usable(now) ? "does not, either" : "was not measured");
        return text;
    }
    if (!knee_workload_result_measured(workload)) {
        /* The rule of thumb is a start for those without a setting, not a reason to change one. */
        if (knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_GUESS)
            return keep_until_known(workload, text);
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 current == limit ? "keep %u: nothing better is proven"
                                  : "keep %u: nothing better is proven; %u is only the rule of "
                                    "thumb",
                 current, limit);
        return text;
    }
    if (current == limit || may_be_right(workload, current)) {
        snprintf(text, KNEE_EXPLAIN_BYTES, "keep %u%s", current,
                 current == limit ? "" : " until it is known: it may be right, too");
        return text;
    }
    int used = snprintf(text, KNEE_EXPLAIN_BYTES, "change %u -> %u", current, limit);
    if (!now || !use)
        return text;
    char saved[160], percent[KNEE_HUMAN_BYTES];
    double ratio = use->throughput_per_s / now->throughput_per_s;
    double tolerance = knee_decision_tolerance(decision);
    savings(now, use, saved, sizeof saved);
    size_t room = KNEE_EXPLAIN_BYTES - (size_t)used;
    if (fabs(ratio - 1) <= tolerance)
        snprintf(text + used, room, ": same throughput%s", saved);
    else if (ratio > 1)
        snprintf(text + used, room, ": %s more throughput%s",
                 knee_human_percent(percent, ratio - 1), saved);
    else if (ratio < 1)
        snprintf(text + used, room, ": %s less throughput%s",
                 knee_human_percent(percent, 1 - ratio), saved);
    return text;
}
