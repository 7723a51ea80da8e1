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

/* Throughput of today's setting against that of the suggested limit, as far as it was seen; NAN
 * unknown. */
static double against_suggested(const struct knee_workload_result *workload)
{
    uint32_t suggested = knee_workload_result_suggested(workload);
    return knee_workload_result_seen_per_s(knee_workload_result_at(workload, workload->current)) /
           knee_workload_result_seen_per_s(knee_workload_result_at(workload, suggested));
}

static bool is_guess(const struct knee_workload_result *workload)
{
    return knee_workload_result_suggested_source(workload) == KNEE_RESULT_SOURCE_GUESS;
}

/* The limit is not proven, but better than today's setting. */
static const char *change_to_unproven(const struct knee_workload_result *workload, char *text)
{
    double ratio = against_suggested(workload);
    char percent[KNEE_HUMAN_BYTES];
    int used = snprintf(text, KNEE_EXPLAIN_BYTES, "change %u -> %u, %s", workload->current,
                        knee_workload_result_suggested(workload),
                        is_guess(workload) ? "the best guess" : "the rule of thumb");
    size_t room = KNEE_EXPLAIN_BYTES - (size_t)used;
    if (workload->choice.current_misses)
        snprintf(text + used, room, ": %u misses the SLO", workload->current);
    else if (ratio < 1)
        snprintf(text + used, room, ": %u looks %s slower", workload->current,
                 knee_human_percent(percent, 1 - ratio));
    return text;
}

/* The limit is a guess, which does not justify a change of today's setting. */
static const char *keep_until_known(const struct knee_workload_result *workload, char *text)
{
    uint32_t current = workload->current, guess = knee_workload_result_suggested(workload);
    double ratio = against_suggested(workload);
    double tolerance = knee_decision_tolerance(&workload->decision);
    char percent[KNEE_HUMAN_BYTES];
    if (isnan(ratio))
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

static const char *judge_beside_unproven(const struct knee_workload_result *workload, char *text)
{
    uint32_t current = workload->current, suggested = knee_workload_result_suggested(workload);
    if (current != suggested && !knee_workload_result_keeps(workload))
        return change_to_unproven(workload, text);
    if (current == suggested)
        snprintf(text, KNEE_EXPLAIN_BYTES, "keep %u%s", current,
                 is_guess(workload) ? " until it is known" : ": nothing better is proven");
    else if (is_guess(workload))
        keep_until_known(workload, text);
    else /* a start for those without a setting, not a reason to change one */
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 "keep %u: nothing better is proven; %u is only the rule of thumb", current,
                 suggested);
    return text;
}

const char *knee_explain_current(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t current = workload->current, limit = knee_workload_result_suggested(workload);
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
    if (!knee_workload_result_measured(workload))
        return judge_beside_unproven(workload, text);
    if (current == limit || knee_workload_result_keeps(workload)) {
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
