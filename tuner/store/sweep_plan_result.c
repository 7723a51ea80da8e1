/* SPDX-License-Identifier: MIT */
#include "tuner/store/sweep_plan.h"

#include "core/base/clock.h"
#include "core/text/strings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fill(struct knee_workload_result *result, const struct knee_sweep_plan_workload *plan)
{
    memcpy(result->name, plan->name, sizeof result->name);
    memcpy(result->title, plan->title, sizeof result->title);
    result->resource = plan->resource;
    memcpy(result->parameters, plan->parameters, sizeof result->parameters);
    result->parameters_count = plan->parameters_count;
    result->cpus = plan->cpus;
    result->current = plan->current;
    result->total_items = plan->total_items;
    result->command = plan->command;
    memcpy(result->notes, plan->notes, sizeof result->notes);
    result->notes_count = plan->notes_count;
    result->setup_s = knee_clock_to_s(plan->setup_ns);
    result->other_cpus = NAN;
    result->decision.rule_of_thumb = plan->rule_of_thumb;
    result->decision.bound_ratio = NAN;
    for (size_t i = 0; i < plan->warnings_count; i++)
        if (knee_workload_result_warn(result, "%s", plan->warnings[i]) != 0)
            return -1;
    return 0;
}

int knee_sweep_plan_result(const struct knee_sweep_plan *plan, struct knee_result *result,
                           struct knee_err *err)
{
    struct knee_result made = {
        .argc = plan->argc,
        .argv = plan->argv,
        .host = plan->host,
        .topology = plan->topology,
        .seed = plan->seed,
        .workloads = calloc(plan->workloads_count + 1, sizeof *made.workloads),
    };
    int failed = made.workloads ? 0 : -1;
    memcpy(made.date, plan->date, sizeof made.date);
    snprintf(made.version, sizeof made.version, "%s", plan->version ? plan->version : "");
    for (size_t i = 0; i < plan->workloads_count && !failed; i++) {
        made.workloads_count++;
        failed = fill(&made.workloads[i], &plan->workloads[i]);
        made.workloads[i].goal = plan->goal;
        made.workloads[i].decision.tolerance_ratio = plan->tolerance_ratio;
        made.workloads[i].decision.confidence_ratio = plan->confidence_ratio;
    }
    if (failed) {
        knee_result_release(&made);
        return knee_err_set(err, KNEE_FAILED, "result: out of memory; end other programs");
    }
    *result = made;
    return 0;
}
