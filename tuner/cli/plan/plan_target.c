/* SPDX-License-Identifier: MIT */
#include "tuner/cli/plan/plan_target.h"

#include "core/host/topology.h"
#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>

struct knee_network_cpus knee_plan_cpus_here(const struct knee_result *result,
                                             const struct knee_workload_result *workload)
{
    const struct knee_topology_counts *counts = &result->topology;
    uint32_t cores = counts->allowed_cores, pus = counts->allowed_pus;
    if (workload && workload->pus > 0) {
        pus = workload->pus;
        cores = cores < pus ? cores : pus;
    }
    return knee_forecast_cpus(cores, pus, counts->this_system ? result->host.cpu_quota : INFINITY);
}

static int set_cpus(struct knee_network_cpus *cpus, const struct knee_plan_command *options,
                    const struct knee_result *result, struct knee_err *err)
{
    const struct knee_plan_options *plan = &options->plan;
    struct knee_topology *topology;
    struct knee_topology_counts counts;
    if (options->host.topology && plan->cores)
        return knee_err_set(err, KNEE_USAGE,
                            "plan: both --cores and --topology name the CPUs; drop one");
    if (options->host.topology) {
        if (knee_topology_open(&topology, options->host.topology, err))
            return -1;
        knee_topology_count(topology, &counts);
        knee_topology_close(topology);
        *cpus = knee_forecast_cpus(counts.allowed_cores, counts.allowed_pus, INFINITY);
    } else if (plan->cores) {
        *cpus = knee_forecast_cpus(plan->cores, plan->cores, INFINITY);
    } else {
        *cpus = knee_plan_cpus_here(result, NULL);
    }
    if (plan->quota > 0)
        cpus->quota = plan->quota;
    return 0;
}

static void describe_cpus(struct knee_builder *out, const struct knee_network_cpus *cpus)
{
    knee_builder_add(out, "%.0f core%s", cpus->cores, cpus->cores == 1 ? "" : "s");
    if (cpus->siblings > 0)
        knee_builder_add(out, " with %.0f hardware threads", cpus->cores + cpus->siblings);
    if (isfinite(cpus->quota))
        knee_builder_add(out, ", a quota of %g CPU%s", cpus->quota, cpus->quota == 1 ? "" : "s");
}

static void describe(struct knee_forecast_page *page, const struct knee_plan_command *options,
                     const struct knee_forecast_target *target, const struct knee_result *result)
{
    struct knee_network_cpus here = knee_plan_cpus_here(result, NULL);
    char text[KNEE_HUMAN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, page->from, sizeof page->from);
    describe_cpus(&out, &here);
    if (result->topology.model[0])
        knee_builder_add(&out, " (%s)", result->topology.model);
    knee_builder_over(&out, page->to, sizeof page->to);
    describe_cpus(&out, &target->cpus);
    if (target->core_speed != 1)
        knee_builder_add(&out, ", each %g times as fast", target->core_speed);
    if (options->plan.memory_bytes > 0)
        knee_builder_add(&out, ", %s", knee_human_size(text, target->memory_bytes));
    if (target->service_s != 0)
        knee_builder_add(&out, ", what it waits for %s %s",
                         knee_human_latency(text, fabs(target->service_s)),
                         target->service_s > 0 ? "further away" : "nearer");
    if (target->pool > 0)
        knee_builder_add(&out, ", a pool of %.0f", target->pool);
}

int knee_plan_target(struct knee_forecast_target *target, struct knee_forecast_page *page,
                     const struct knee_plan_command *options, const struct knee_result *result,
                     struct knee_err *err)
{
    const struct knee_plan_options *plan = &options->plan;
    const struct knee_goal *goal = &options->measuring.goal;
    for (size_t i = 0; i < goal->slos_count; i++)
        if (goal->slos[i].metric == KNEE_SLO_ERRORS)
            return knee_err_set(err, KNEE_USAGE,
                                "plan: --slo errors: the model knows of no failures; name a "
                                "latency, as p99=50ms");
    *target = (struct knee_forecast_target){
        .core_speed = plan->core_speed > 0 ? plan->core_speed : 1,
        .this_machine = !options->host.topology && !plan->cores,
        .memory_bytes = plan->memory_bytes > 0 ? (double)plan->memory_bytes : INFINITY,
        .service_s = plan->service_s,
        .pool = plan->pool,
        .throughput_per_s = plan->throughput_per_s,
        .goal = goal,
    };
    if (set_cpus(&target->cpus, options, result, err))
        return -1;
    describe(page, options, target, result);
    return 0;
}
