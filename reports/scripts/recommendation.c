/* SPDX-License-Identifier: MIT */
#include "reports/scripts/recommendation.h"

#include "core/text/strings.h"

#include <string.h>

/* The variable's middle part, unlike those of all workloads before. */
static void make_variable(const struct knee_result *result, size_t at, char *text, size_t room)
{
    char other[80];
    unsigned alike = 0;
    knee_strings_variable(text, room - 8, result->workloads[at].name);
    for (size_t i = 0; i < at; i++) {
        knee_strings_variable(other, sizeof other, result->workloads[i].name);
        alike += strcmp(other, text) == 0;
    }
    if (alike > 0)
        snprintf(text + strlen(text), 8, "_%u", alike + 1);
}

/* The goal that chose the limit, unless it is the default. No value needs quoting. */
static void write_goal(const struct knee_workload_result *workload, const char *name, FILE *out)
{
    char slos[KNEE_SLOS_MAX * KNEE_SLO_TEXT_BYTES];
    const struct knee_goal_objective *objective = knee_goal_objective(&workload->goal);
    if (knee_goal_is_default(&workload->goal))
        return;
    fprintf(out, "KNEE_%s_OBJECTIVE=%s\n", name, objective->name);
    if (workload->goal.slos_count == 0)
        return;
    fprintf(out, "KNEE_%s_SLO=%s\n", name, knee_goal_slo_text(&workload->goal, slos, sizeof slos));
    if (workload->slo == KNEE_SLO_STATE_MET || workload->slo == KNEE_SLO_STATE_UNMET)
        fprintf(out, "KNEE_%s_SLO_MET=%s\n", name,
                workload->slo == KNEE_SLO_STATE_MET ? "yes" : "no");
}

void knee_recommendation_env(const struct knee_result *result, FILE *out)
{
    if (result->workloads_count == 1)
        fprintf(out, "KNEE_LIMIT=%u\n", knee_workload_result_use(&result->workloads[0]));
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        char name[88];
        make_variable(result, i, name, sizeof name);
        fprintf(out, "KNEE_%s_LIMIT=%u\n", name, knee_workload_result_use(workload));
        fprintf(out, "KNEE_%s_VERDICT=%s\n", name, knee_verdict_text(workload->decision.verdict));
        fprintf(out, "KNEE_%s_SOURCE=%s\n", name,
                knee_result_source_text(knee_workload_result_source(workload)));
        write_goal(workload, name, out);
    }
}

void knee_recommendation_limit(const struct knee_workload_result *workload, FILE *out)
{
    fprintf(out, "%u\n", knee_workload_result_use(workload));
}
