/* SPDX-License-Identifier: MIT */
#include "reports/words/explain.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain_slo.h"
#include "reports/words/fact_text.h"
#include "tuner/result/diagnosis.h"
#include "tuner/result/service.h"

#include <stdio.h>
#include <string.h>

const char *knee_explain_verdict(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    char percent[KNEE_HUMAN_BYTES];
    if (decision->uses_coarser && decision->verdict == KNEE_VERDICT_UNRESOLVED &&
        !knee_workload_result_keeps(workload))
        snprintf(text, KNEE_EXPLAIN_BYTES, "resolved at %s",
                 knee_human_tenths(percent, decision->tolerance_resolved_ratio));
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "%s", knee_verdict_text(decision->verdict));
    return text;
}

static void answer_unresolved(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t use = knee_workload_result_suggested(workload);
    bool interval = decision->knee_low > 0 && decision->knee_low < decision->knee_high;
    bool keeps = knee_workload_result_keeps(workload);
    char percent[KNEE_HUMAN_BYTES];
    if (decision->uses_coarser && keeps)
        snprintf(text, KNEE_EXPLAIN_BYTES, "between %u and %u; %u is within %s of the best",
                 decision->knee_low, decision->knee_high, use,
                 knee_human_tenths(percent, decision->tolerance_resolved_ratio));
    else if (decision->uses_coarser)
        snprintf(text, KNEE_EXPLAIN_BYTES, "run %u at once: within %s of the best", use,
                 knee_human_tenths(percent, decision->tolerance_resolved_ratio));
    else if (interval && keeps)
        snprintf(text, KNEE_EXPLAIN_BYTES, "between %u and %u; %u is the closest guess",
                 decision->knee_low, decision->knee_high, use);
    else if (keeps)
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u is a guess; nothing is proven yet", use);
    else if (interval)
        snprintf(text, KNEE_EXPLAIN_BYTES, "between %u and %u; run %u at once until it is known",
                 decision->knee_low, decision->knee_high, use);
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "run %u at once; not proven yet", use);
}

/* Today's setting stays in spite of a guess, which is named with it. */
static void answer_disturbed(const struct knee_workload_result *workload, char *text)
{
    bool guess = knee_workload_result_suggested_source(workload) == KNEE_RESULT_SOURCE_GUESS;
    if (guess && knee_workload_result_keeps(workload))
        snprintf(text, KNEE_EXPLAIN_BYTES, "too disturbed to measure");
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "too disturbed to measure; %s: %u",
                 guess ? "the best guess" : "rule of thumb",
                 knee_workload_result_suggested(workload));
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
        answer_disturbed(workload, text);
        break;
    }
    return text;
}

/* The memory workload's CPUs are busy also while they wait for memory. */
static bool waits_for_memory(const struct knee_workload_result *workload)
{
    return !workload->command && strncmp(workload->name, "memory", strlen("memory")) == 0;
}

/* The rate that a service allows; NULL: it bounds none. */
static const struct knee_fact *rate_of(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->warnings.count; i++)
        if (workload->warnings.at[i].kind == KNEE_FACT_RATE_LIMIT)
            return &workload->warnings.at[i];
    return NULL;
}

bool knee_explain_has_rate(const struct knee_workload_result *workload)
{
    return rate_of(workload) != NULL;
}

/* A service that bounds the rate: the answer says so at once, since a limit of connections is not
 * what it sets. */
static bool add_rate(const struct knee_workload_result *workload, struct knee_builder *out)
{
    char rate[KNEE_FACT_RATE_BYTES];
    if (knee_explain_has_rate(workload))
        knee_builder_add(out, "; the limit is the service's rate, %s",
                         knee_fact_rate(rate_of(workload), rate));
    return knee_explain_has_rate(workload);
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
    case KNEE_SERVICE_CPUS_QUOTA:
        knee_builder_add(out, "; the limit is the CPU quota of %g",
                         knee_service_quota_cpus(workload));
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

const char *knee_explain_whose(const struct knee_workload_result *workload, char *text)
{
    char rate[KNEE_FACT_RATE_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (knee_explain_slo_unmet(workload))
        return text;
    if (knee_explain_has_rate(workload)) {
        knee_builder_add(&out,
                         "This is the limit of the service's rate, %s, "
                         "and not of how many it takes at a time.",
                         knee_fact_rate(rate_of(workload), rate));
        return text;
    }
    switch (knee_service_cpus_of(workload)) {
    case KNEE_SERVICE_CPUS_CLIENT:
        knee_builder_add(&out, "This is the limit of the client, whose CPUs are busy with asking, "
                               "and not of the service.");
        break;
    case KNEE_SERVICE_CPUS_SHARED:
        knee_builder_add(&out, "This is the limit of this host's CPUs, which the client and the "
                               "service share: ask from another host.");
        break;
    case KNEE_SERVICE_CPUS_QUOTA:
        knee_builder_add(&out, "This is the limit that the CPU quota of %g sets.",
                         knee_service_quota_cpus(workload));
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
    const enum knee_service_cpus whose = knee_service_cpus_of(workload);
    if (knee_explain_slo_unmet(workload) || whose == KNEE_SERVICE_CPUS_HOST ||
        whose == KNEE_SERVICE_CPUS_QUOTA)
        return answer_limit(workload, text);
    return knee_explain_answer(workload, text);
}

const char *knee_explain_answer(const struct knee_workload_result *workload, char *text)
{
    char limit[KNEE_EXPLAIN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    knee_builder_add(&out, "%s", answer_limit(workload, limit));
    if (!knee_explain_slo_unmet(workload) && !add_rate(workload, &out))
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
