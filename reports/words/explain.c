/* SPDX-License-Identifier: MIT */
#include "reports/words/explain.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain_servers.h"
#include "reports/words/explain_slo.h"
#include "reports/words/reason.h"
#include "tuner/result/diagnosis.h"
#include "tuner/result/service.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* More than this in service is a server that takes more. */
#define SERVED_RATIO 1.25
/* A loss that some will accept in exchange for fewer at once. */
#define NEARLY_RATIO .05
#define TOLERANCE_SAME 1e-9 /* two tolerances that were written alike */

/* Throughput of `level` over that of the limit; NAN if either is unknown. */
static double against_use(const struct knee_workload_result *workload, uint32_t level)
{
    const struct knee_level *row = knee_workload_result_at(workload, level);
    const struct knee_level *use =
        knee_workload_result_at(workload, knee_workload_result_use(workload));
    return row && use ? row->throughput_per_s / use->throughput_per_s : NAN;
}

/* Likewise, of disturbed windows if there are no others. */
static double seen_against_use(const struct knee_workload_result *workload,
                               const struct knee_level *row)
{
    const struct knee_level *use =
        knee_workload_result_at(workload, knee_workload_result_use(workload));
    return knee_workload_result_seen_per_s(row) / knee_workload_result_seen_per_s(use);
}

/* "loses 36 %": the rule of thumb, whose throughput is `ratio` of that of the limit to use. */
static const char *compare_rule(double ratio, bool larger, char *text)
{
    char percent[KNEE_HUMAN_BYTES];
    if (ratio < 1 - KNEE_DIAGNOSIS_SAME_RATIO)
        snprintf(text, KNEE_EXPLAIN_BYTES, "loses %s", knee_human_percent(percent, 1 - ratio));
    else if (ratio > 1 + KNEE_DIAGNOSIS_SAME_RATIO)
        snprintf(text, KNEE_EXPLAIN_BYTES, "gains %s", knee_human_percent(percent, ratio - 1));
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "no %s", larger ? "faster" : "slower");
    return text;
}

const char *knee_explain_rule(const struct knee_workload_result *workload, char *text)
{
    uint32_t rule = workload->decision.rule_of_thumb, use = knee_workload_result_use(workload);
    const struct knee_level *row = knee_workload_result_at(workload, rule);
    bool measured = knee_workload_result_measured(workload);
    bool settled = measured && !isnan(against_use(workload, rule));
    double ratio = seen_against_use(workload, row);
    char compared[KNEE_EXPLAIN_BYTES];
    if (rule == 0)
        snprintf(text, KNEE_EXPLAIN_BYTES, "-");
    else if (knee_explain_slo_unmet(workload) && row && knee_diagnosis_usable(row))
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u: misses the SLO, too", rule);
    else if (rule == use)
        snprintf(text, KNEE_EXPLAIN_BYTES, measured ? "%u: the same" : "%u: used", rule);
    else if (!row)
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u: not tried", rule);
    else if (row->marks & KNEE_MARK_ERRORS)
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u: fails too often", rule);
    else if (!settled && knee_workload_result_seen_failing(workload, row))
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u: fails too often so far", rule);
    else if (isnan(ratio))
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u: not compared", rule);
    else
        snprintf(text, KNEE_EXPLAIN_BYTES, "%u: %.60s%s", rule,
                 compare_rule(ratio, rule > use, compared), settled ? "" : " so far");
    return text;
}

static const char *what_it_is(const struct knee_workload_result *workload, uint32_t use)
{
    const struct knee_level *row = knee_workload_result_at(workload, use);
    uint32_t marks = row ? row->marks : 0;
    if (workload->resource != KNEE_CLASS_CPU && workload->resource != KNEE_CLASS_MIXED)
        return NULL;
    if (marks & KNEE_MARK_QUOTA)
        return "the CPU quota";
    if (knee_service_cpus_of(workload) == KNEE_SERVICE_CPUS_QUOTA)
        return NULL; /* that it is also the number of cores has nothing to do with it */
    if (marks & KNEE_MARK_CORES)
        return use == 1 ? "your one core" : "your cores";
    if (marks & KNEE_MARK_PUS)
        return "your hardware threads";
    return marks & KNEE_MARK_NUMA ? "the cores of one NUMA node" : NULL;
}

/* What caps a workload that has a server of its own: its one thread, or how many it serves. */
static void add_server(struct knee_builder *out, const struct knee_workload_result *workload,
                       const struct knee_level *row, const struct knee_level *far)
{
    char servers[KNEE_EXPLAIN_BYTES];
    if (*knee_explain_servers(workload, far, servers)) {
        knee_builder_separate(out, " ");
        knee_builder_add(out, "%s", servers);
        return;
    }
    if (far->server_cpu_utilization >= KNEE_DIAGNOSIS_FULL_CPU && !isnan(far->server_in_service)) {
        knee_builder_separate(out, " ");
        knee_builder_add(out, "The server's one thread is the cap.");
        return;
    }
    /* (A server that answers at once holds nothing in service.) As many at twice the limit as at
     * the limit: it takes no more. */
    if (far->server_in_service >= 0.5 &&
        far->server_in_service <= SERVED_RATIO * row->server_in_service &&
        far->level > SERVED_RATIO * far->server_in_service) {
        knee_builder_separate(out, " ");
        knee_builder_add(out, "The server takes %.0f at a time.", far->server_in_service);
    }
}

/* What happens at the highest level beyond the limit. */
static void add_beyond(struct knee_builder *out, const struct knee_workload_result *workload,
                       const struct knee_level *row)
{
    const struct knee_level *far =
        knee_diagnosis_beyond(workload->levels, workload->levels_count, row->level);
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES];
    if (!far)
        return;
    add_server(out, workload, row, far);
    double ratio = against_use(workload, far->level);
    double queueing = knee_diagnosis_queueing_share(far);
    bool later = far->latency_p99_s > KNEE_DIAGNOSIS_GROWTH_RATIO * row->latency_p99_s;
    bool falls = ratio < KNEE_DIAGNOSIS_COLLAPSE_RATIO;
    bool queues = queueing >= KNEE_DIAGNOSIS_WAITING_SHARE;
    if (falls || queues || later)
        knee_builder_separate(out, " ");
    if (falls)
        knee_builder_add(out, "At %u, %s of the throughput is lost.", far->level,
                         knee_human_percent(a, 1 - ratio));
    else if (queues)
        knee_builder_add(out, "At %u, items spend %s of their time waiting for a CPU.", far->level,
                         knee_human_percent(a, queueing));
    else if (later)
        knee_builder_add(out, "At %u the p99 is %s instead of %s, for nothing.", far->level,
                         knee_human_latency(a, far->latency_p99_s),
                         knee_human_latency(b, row->latency_p99_s));
}

const char *knee_explain_why(const struct knee_workload_result *workload, char *text)
{
    uint32_t use = knee_workload_result_use(workload);
    const struct knee_level *row = knee_workload_result_at(workload, use);
    const char *is = what_it_is(workload, use);
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (!knee_workload_result_measured(workload) || !row || knee_explain_slo_unmet(workload))
        return text;
    if (is)
        knee_builder_add(&out, "%u = %s.", use, is);
    else if (knee_service_cpus_of(workload) == KNEE_SERVICE_CPUS_QUOTA)
        knee_builder_add(&out, "From %u on, the CPU quota is used up.", use);
    else if (row->cpu_utilization >= KNEE_DIAGNOSIS_FULL_CPU)
        knee_builder_add(&out, "From %u on, the CPUs are full.", use);
    if (workload->decision.verdict == KNEE_VERDICT_RESOLVED)
        add_beyond(&out, workload, row);
    return text;
}

const char *knee_explain_evidence(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    char percent[KNEE_HUMAN_BYTES], reason[KNEE_REASON_BYTES];
    bool resolved = decision->verdict == KNEE_VERDICT_RESOLVED;
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    knee_builder_add(&out, "%s",
                     resolved ? knee_reason_evidence(workload, reason)
                              : knee_reason_text(workload, reason));
    if (resolved && decision->confidence_ratio > 0)
        knee_builder_add(&out, " (%s confidence)",
                         knee_human_tenths(percent, decision->confidence_ratio));
    return text;
}

/* The smallest level with at least `ratio` of the best; 0: there is none. */
static uint32_t smallest_within(const struct knee_workload_result *workload, double ratio)
{
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        if (knee_diagnosis_usable(level) && knee_workload_result_of_best(workload, level) >= ratio)
            return level->level;
    }
    return 0;
}

double knee_explain_tolerance(const struct knee_workload_result *workload)
{
    return workload->decision.uses_coarser ? workload->decision.tolerance_resolved_ratio
                                           : knee_decision_tolerance(&workload->decision);
}

const char *knee_explain_choose(const struct knee_workload_result *workload, char *text)
{
    const double within[] = {NEARLY_RATIO, knee_decision_tolerance(&workload->decision)};
    double settled = knee_explain_tolerance(workload);
    /* The likeliest answer at the asked tolerance: a larger one for that would contradict it. */
    bool likeliest = workload->decision.uses_coarser &&
                     workload->decision.limit > workload->decision.limit_resolved;
    uint32_t use = knee_workload_result_use(workload), peak = workload->decision.peak, last = use;
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    /* A goal of one's own has nothing to choose: its reason names the knee. */
    if (!knee_workload_result_measured(workload) || !knee_goal_is_default(&workload->goal))
        return text;
    for (size_t i = 0; i < KNEE_COUNT(within); i++) {
        uint32_t level = smallest_within(workload, 1 - within[i]);
        /* A choice that is looser than the answer is smaller, a tighter one larger; else it would
         * contradict it. */
        bool looser = within[i] > settled, fits = looser ? level < use : level > last && !likeliest;
        if (level == 0 || !fits || fabs(within[i] - settled) < TOLERANCE_SAME || level >= peak)
            continue;
        char percent[KNEE_HUMAN_BYTES];
        knee_builder_separate(&out, " . ");
        knee_builder_add(&out, "%u within %s", level, knee_human_tenths(percent, within[i]));
        last = looser ? last : level;
    }
    if (peak > use) {
        knee_builder_separate(&out, " . ");
        knee_builder_add(&out, "%u the very best", peak);
    }
    return text;
}
