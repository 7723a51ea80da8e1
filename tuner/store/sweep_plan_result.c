/* SPDX-License-Identifier: MIT */
#include "tuner/store/sweep_plan.h"

#include "core/base/clock.h"
#include "core/text/strings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill_workload(struct knee_workload_result *result,
                          const struct knee_sweep_plan_workload *plan)
{
    memcpy(result->name, plan->name, sizeof result->name);
    memcpy(result->title, plan->title, sizeof result->title);
    result->resource = plan->resource;
    memcpy(result->parameters, plan->parameters, sizeof result->parameters);
    result->parameters_count = plan->parameters_count;
    result->cpus = plan->cpus;
    result->pus = plan->pus;
    memcpy(result->work, plan->work, sizeof result->work);
    result->current = plan->current;
    result->total_items = plan->total_items;
    result->command = plan->command;
    result->service = plan->target[0] != '\0';
    memcpy(result->target, plan->target, sizeof result->target);
    result->notes = plan->notes;
    result->warnings = plan->warnings;
    result->way_on.max_level = plan->max_level;
    memcpy(result->way_on.max_by, plan->max_level_text, sizeof result->way_on.max_by);
    result->setup_s = knee_clock_to_s(plan->setup_ns);
    result->other_cpus = NAN;
    result->decision.rule_of_thumb = plan->rule_of_thumb;
    result->decision.bound_ratio = NAN;
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
    if (!made.workloads)
        return knee_err_memory(err, "result");
    memcpy(made.date, plan->date, sizeof made.date);
    snprintf(made.version, sizeof made.version, "%s", plan->version ? plan->version : "");
    for (size_t i = 0; i < plan->workloads_count; i++) {
        made.workloads_count++;
        fill_workload(&made.workloads[i], &plan->workloads[i]);
        made.workloads[i].way_on.dir = plan->results;
        made.workloads[i].way_on.fixed_levels = plan->fixed_levels;
        made.workloads[i].goal = plan->goal;
        made.workloads[i].budget_s = knee_clock_to_s(plan->budget_ns);
        made.workloads[i].decision.tolerance_ratio = plan->tolerance_ratio;
        made.workloads[i].decision.confidence_ratio = plan->confidence_ratio;
    }
    *result = made;
    return 0;
}
