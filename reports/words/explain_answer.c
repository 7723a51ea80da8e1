/* SPDX-License-Identifier: MIT */
#include "reports/words/explain.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain_slo.h"
#include "tuner/result/diagnosis.h"
#include "tuner/result/service.h"

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
                 knee_diagnosis_usable(now) ? "does not, either" : "was not measured");
        return text;
    }
    if (!knee_workload_result_measured(workload)) {
        /* The rule of thumb is a start for those without a setting, not a reason to change one. */
        bool guess = knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_GUESS;
        snprintf(text, KNEE_EXPLAIN_BYTES, "keep %u: nothing better is proven; %u is only %s",
                 current, limit, guess ? "a guess" : "the rule of thumb");
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

const char *knee_explain_verdict(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    char percent[KNEE_HUMAN_BYTES];
    if (decision->uses_coarser && decision->verdict == KNEE_VERDICT_UNRESOLVED)
        snprintf(text, KNEE_EXPLAIN_BYTES, "resolved at %s",
                 knee_human_tenths(percent, decision->tolerance_resolved_ratio));
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "%s", knee_verdict_text(decision->verdict));
    return text;
}

static void answer_unresolved(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t use = knee_workload_result_use(workload);
    bool interval = decision->knee_low > 0 && decision->knee_low < decision->knee_high;
    char percent[KNEE_HUMAN_BYTES];
    if (decision->uses_coarser)
        snprintf(text, KNEE_EXPLAIN_BYTES, "run %u at once: within %s of the best", use,
                 knee_human_tenths(percent, decision->tolerance_resolved_ratio));
    else if (interval && may_be_right(workload, workload->current) && workload->current != use)
        snprintf(text, KNEE_EXPLAIN_BYTES, "between %u and %u; %u is the closest guess",
                 decision->knee_low, decision->knee_high, use);
    else if (interval)
        snprintf(text, KNEE_EXPLAIN_BYTES, "between %u and %u; run %u at once until it is known",
                 decision->knee_low, decision->knee_high, use);
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "run %u at once; not proven yet", use);
}

static const char *answer_limit(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t use = knee_workload_result_use(workload);
    if (*knee_explain_slo_missed(workload, text) || *knee_explain_slo_open(workload, text))
        return text;
    if (!knee_goal_is_default(&workload->goal) && knee_workload_result_measured(workload)) {
        snprintf(text, KNEE_EXPLAIN_BYTES, "run %u at once", use);
        return text;
    }
    switch (decision->verdict) {
    case KNEE_VERDICT_RESOLVED:
        snprintf(text, KNEE_EXPLAIN_BYTES, "run %u at once", use);
        break;
    case KNEE_VERDICT_UNRESOLVED:
        answer_unresolved(workload, text);
        break;
    case KNEE_VERDICT_RISING:
        snprintf(text, KNEE_EXPLAIN_BYTES, "still rising at %u; run %u at once", use, use);
        break;
    case KNEE_VERDICT_DISTURBED:
        snprintf(text, KNEE_EXPLAIN_BYTES, "too disturbed to measure; %s: %u",
                 knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_GUESS
                     ? "the best guess"
                     : "rule of thumb",
                 use);
        break;
    }
    return text;
}

/* The memory workload's CPUs are busy also while they wait for memory. */
static bool waits_for_memory(const struct knee_workload_result *workload)
{
    return !workload->command && strncmp(workload->name, "memory", strlen("memory")) == 0;
}

/* If our CPUs are the limit, the answer says so at once. */
static void add_cpus(const struct knee_workload_result *workload, struct knee_builder *out)
{
    switch (knee_service_cpus_of(workload)) {
    case KNEE_SERVICE_CPUS_CLIENT:
        knee_builder_add(out, "; it is the client's limit, not the service's");
        break;
    case KNEE_SERVICE_CPUS_SHARED:
        knee_builder_add(out, "; the limit is this host, which client and service share");
        break;
    case KNEE_SERVICE_CPUS_HOST:
        knee_builder_add(out, "; the limit is %s CPUs%s",
                         workload->hosts_count > 1 ? "the hosts'" : "this host's",
                         waits_for_memory(workload) ? " or memory" : "");
        break;
    case KNEE_SERVICE_CPUS_FREE:
        break;
    }
}

const char *knee_explain_cpus(const struct knee_workload_result *workload, char *text)
{
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (knee_explain_slo_unmet(workload))
        return text;
    switch (knee_service_cpus_of(workload)) {
    case KNEE_SERVICE_CPUS_CLIENT:
        knee_builder_add(&out, "This is the limit of the client, whose CPUs are busy with asking, "
                               "and not of the service.");
        break;
    case KNEE_SERVICE_CPUS_SHARED:
        knee_builder_add(&out, "This is the limit of this host's CPUs, which the client and the "
                               "service share: ask from another host.");
        break;
    case KNEE_SERVICE_CPUS_HOST:
        knee_builder_add(&out, "This is the limit of %s CPUs%s.",
                         workload->hosts_count > 1 ? "the hosts'" : "this host's",
                         waits_for_memory(workload) ? ", or of the memory that they wait for" : "");
        break;
    case KNEE_SERVICE_CPUS_FREE:
        break;
    }
    return text;
}

const char *knee_explain_title(const struct knee_workload_result *workload, char *text)
{
    if (knee_explain_slo_unmet(workload) ||
        knee_service_cpus_of(workload) == KNEE_SERVICE_CPUS_HOST)
        return answer_limit(workload, text);
    return knee_explain_answer(workload, text);
}

const char *knee_explain_answer(const struct knee_workload_result *workload, char *text)
{
    char limit[KNEE_EXPLAIN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    knee_builder_add(&out, "%s", answer_limit(workload, limit));
    if (!knee_explain_slo_unmet(workload))
        add_cpus(workload, &out);
    return text;
}

const char *knee_explain_goal(const struct knee_workload_result *workload, char *text)
{
    const struct knee_goal *goal = &workload->goal;
    const struct knee_goal_objective *objective = knee_goal_objective(goal);
    char slos[256], percent[KNEE_HUMAN_BYTES];
    int used = 0;
    text[0] = '\0';
    if (knee_goal_is_default(goal))
        return text;
    used = snprintf(text, KNEE_EXPLAIN_BYTES, "%s", objective->name);
    if (objective->uses_min_efficiency)
        used += snprintf(text + used, KNEE_EXPLAIN_BYTES - (size_t)used, " of at least %s",
                         knee_human_tenths(percent, goal->min_efficiency_ratio));
    if (goal->slos_count == 0)
        return text;
    snprintf(text + used, KNEE_EXPLAIN_BYTES - (size_t)used, "; %s: %s",
             knee_goal_slo_phrase(goal, slos, sizeof slos),
             workload->slo == KNEE_SLO_STATE_MET     ? "met"
             : workload->slo == KNEE_SLO_STATE_UNMET ? "no level meets it"
             : workload->slo == KNEE_SLO_STATE_OPEN  ? "open"
                                                     : "not known");
    return text;
}

const char *knee_explain_beyond(const struct knee_workload_result *workload, char *text)
{
    uint32_t use = knee_workload_result_use(workload), current = workload->current;
    const struct knee_level *row = knee_workload_result_at(workload, use), *far = NULL;
    char percent[KNEE_HUMAN_BYTES];
    text[0] = '\0';
    if (!row || workload->decision.verdict != KNEE_VERDICT_RESOLVED ||
        knee_explain_slo_unmet(workload))
        return text;
    if (workload->levels_count > 0)
        far = &workload->levels[workload->levels_count - 1];
    if (current > use && knee_workload_result_at(workload, current))
        far = knee_workload_result_at(workload, current);
    if (!far || far->level <= use)
        return text;
    double ratio = far->throughput_per_s / row->throughput_per_s;
    if (ratio < KNEE_DIAGNOSIS_COLLAPSE_RATIO)
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u loses %s", far->level,
                 knee_human_percent(percent, 1 - ratio));
    else if (far->latency_p95_s > KNEE_DIAGNOSIS_GROWTH_RATIO * row->latency_p95_s)
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u only adds waiting", far->level);
    return text;
}
