/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/vary_cores.h"

#include "tuner/sweep/plan_levels.h"
#include "workloads/registry.h"

#include <stdlib.h>
#include <string.h>

int knee_vary_cores_check(const struct knee_sweep_options *options, struct knee_err *err)
{
    if (options->host.topology)
        return knee_err_set(err, KNEE_USAGE,
                            "--vary cores: binds to this host's cores, not to those of --topology; "
                            "drop one, or see knee plan");
    if (options->work.pin != KNEE_PIN_NONE)
        return knee_err_set(err, KNEE_USAGE, "--vary cores: places the workers itself; drop --pin");
    return 0;
}

size_t knee_vary_cores_counts(uint32_t counts[KNEE_VARY_CORES_MAX], uint32_t cores, uint32_t pus)
{
    size_t count = 0;
    for (uint32_t n = 1; n < cores && count < KNEE_VARY_CORES_MAX - 2; n *= 2)
        counts[count++] = n;
    counts[count++] = cores;
    if (pus > cores)
        counts[count++] = pus;
    return count;
}

/* The machine with its first `pus` PUs alone. */
static struct knee_machine reduced(const struct knee_machine *machine, uint32_t pus)
{
    struct knee_machine part = *machine;
    part.pus = part.usable_cpus = pus;
    part.cores = pus < machine->cores ? pus : machine->cores;
    return part;
}

static void set_levels(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned)
{
    const struct knee_workload *workload = knee_registry_find(planned->work);
    if (planned->command) {
        struct knee_machine machine = reduced(&sweep->command_machine, planned->pus);
        knee_plan_levels_set(planned, 0, &machine, &sweep->command_needs, sweep);
    } else {
        struct knee_machine machine = reduced(&sweep->machine.machine, planned->pus);
        struct knee_machine_needs needs =
            knee_machine_needs_of_threads(workload->resource, workload->worker_bytes);
        knee_plan_levels_set(planned, workload->default_max_level, &machine, &needs, sweep);
    }
}

static void set_names(struct knee_sweep_plan_workload *planned,
                      const struct knee_sweep_plan_workload *of, uint32_t cores)
{
    const char *noun = planned->pus > cores ? "thread" : "core",
               *plural = planned->pus > 1 ? "s" : "";
    memcpy(planned->work, of->name, sizeof planned->work);
    snprintf(planned->name, sizeof planned->name, "%.44s_%u%s%s", of->name, planned->pus, noun,
             plural);
    snprintf(planned->title, sizeof planned->title, "%.460s on %u %s%s", of->title, planned->pus,
             noun, plural);
}

int knee_vary_cores_expand(struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_sweep_plan *plan = &sweep->plan;
    uint32_t counts[KNEE_VARY_CORES_MAX], cores = sweep->machine.machine.cores;
    size_t count = knee_vary_cores_counts(counts, cores, sweep->machine.machine.pus);
    size_t total = count * plan->workloads_count;
    if (total > KNEE_SWEEP_PLAN_WORKLOADS_MAX)
        return knee_err_set(err, KNEE_USAGE,
                            "--vary cores: %zu workloads on %zu counts of cores are too many; name "
                            "fewer workloads",
                            plan->workloads_count, count);
    struct knee_sweep_plan_workload *expanded = calloc(total, sizeof *expanded);
    if (!expanded)
        return knee_err_memory(err, "sweep");
    for (size_t i = 0; i < total; i++) {
        const struct knee_sweep_plan_workload *of = &plan->workloads[i / count];
        expanded[i] = *of;
        expanded[i].pus = counts[i % count];
        set_names(&expanded[i], of, cores);
        set_levels(sweep, &expanded[i]);
    }
    free(plan->workloads);
    plan->workloads = expanded;
    plan->workloads_count = total;
    return 0;
}

int knee_vary_cores_bind(const struct knee_sweep *sweep,
                         const struct knee_sweep_plan_workload *planned, struct knee_err *err)
{
    int error = planned->pus ? knee_topology_bind_first(sweep->machine.topology, planned->pus) : 0;
    if (error)
        return knee_err_set(err, KNEE_FAILED, "--vary cores: cannot bind to %u CPUs: %s",
                            planned->pus, strerror(error));
    return 0;
}

void knee_vary_cores_release(const struct knee_sweep *sweep,
                             const struct knee_sweep_plan_workload *planned)
{
    if (planned->pus)
        (void)knee_topology_bind_first(sweep->machine.topology, UINT32_MAX);
}
