/* SPDX-License-Identifier: MIT */
#include "tuner/levels/machine.h"

#include "core/engine/engine.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static uint32_t at_least_1(uint32_t value)
{
    return value ? value : 1;
}

void knee_machine_fill(struct knee_machine *machine, const struct knee_topology_counts *counts,
                       const struct knee_host *host)
{
    *machine = (struct knee_machine){
        .packages = counts->packages,
        .numa_nodes = counts->numa_nodes,
        .l3_groups = counts->l3_groups,
        .cores = at_least_1(counts->allowed_cores),
        .pus = at_least_1(counts->allowed_pus),
        .numa_cores = counts->numa_cores,
        .l3_cores = counts->l3_cores,
        .usable_cpus = at_least_1(counts->allowed_pus),
        .cpu_quota = counts->this_system ? host->cpu_quota : INFINITY,
        .memory_available_bytes = counts->this_system ? host->memory_available_bytes : UINT64_MAX,
        .open_files_max = host->open_files_max,
        .processes_max = host->processes_max,
        .this_system = counts->this_system,
    };
}

uint32_t knee_machine_quota_cpus(const struct knee_machine *machine)
{
    double quota = machine->cpu_quota;
    if (!isfinite(quota) || quota <= 0)
        return 0;
    return (uint32_t)fmin(fmax(ceil(quota), 1), KNEE_ENGINE_LEVEL_MAX);
}

uint32_t knee_machine_cpus(const struct knee_machine *machine, enum knee_class resource)
{
    uint32_t cpus = at_least_1(machine->usable_cpus);
    uint32_t quota = resource == KNEE_CLASS_CPU ? knee_machine_quota_cpus(machine) : 0;
    return quota && quota < cpus ? quota : cpus;
}

bool knee_machine_follow(struct knee_machine *machine, uint32_t allowed_cpus,
                         const struct knee_host *host)
{
    uint32_t before = knee_machine_cpus(machine, KNEE_CLASS_CPU);
    machine->usable_cpus = machine->pus = at_least_1(allowed_cpus);
    if (machine->this_system)
        machine->cpu_quota = host->cpu_quota;
    return knee_machine_cpus(machine, KNEE_CLASS_CPU) != before;
}

/* The middles of the ParallelExecution guide's ranges: 1, 1.5-2, 2-3, 3-5. */
double knee_machine_multiple(enum knee_class resource)
{
    static const double multiples[] = {
        [KNEE_CLASS_CPU] = 1,
        [KNEE_CLASS_IO] = 2.5,
        [KNEE_CLASS_NET] = 4,
        [KNEE_CLASS_MIXED] = 1.75,
    };
    return multiples[resource];
}

uint32_t knee_machine_rule(const struct knee_machine *machine, enum knee_class resource,
                           double load_factor, uint32_t max_level)
{
    double cpus = knee_machine_cpus(machine, resource);
    double rule = round(knee_machine_multiple(resource) * cpus * load_factor);
    rule = fmin(fmax(rule, 1), max_level ? max_level : UINT32_MAX);
    return (uint32_t)rule;
}

/* The touched part of a worker's stack, its histogram and its tallies. */
#define THREAD_BYTES (64u << 10)
/* The program and its libraries, the record of windows, a server process. */
#define OWN_BYTES (64u << 20)
/* Streams, result files, /proc and cgroup files, epoll and timers. */
#define OWN_FILES 64
/* Besides knee: a server process, gnuplot, and a shell or two. */
#define OWN_PROCESSES 16

/* io: its own file if it writes; net: a connection; mixed: both. */
struct knee_machine_needs knee_machine_needs_of_threads(enum knee_class resource,
                                                        uint64_t worker_bytes)
{
    static const uint64_t files[] = {
        [KNEE_CLASS_CPU] = 0,
        [KNEE_CLASS_IO] = 1,
        [KNEE_CLASS_NET] = 1,
        [KNEE_CLASS_MIXED] = 2,
    };
    return (struct knee_machine_needs){
        .item_bytes = THREAD_BYTES + worker_bytes,
        .item_files = files[resource],
        .item_processes = 1,
        .own_bytes = OWN_BYTES,
        .own_files = OWN_FILES,
        .own_processes = OWN_PROCESSES,
    };
}

/* How many items fit, at least one: level 1 is always measured, and fails with its own message. */
static uint32_t fitting(uint64_t available, uint64_t own, uint64_t item)
{
    if (available == UINT64_MAX || !item)
        return KNEE_ENGINE_LEVEL_MAX;
    uint64_t items = available > own ? (available - own) / item : 0;
    return items < 1 ? 1 : items > KNEE_ENGINE_LEVEL_MAX ? KNEE_ENGINE_LEVEL_MAX : (uint32_t)items;
}

struct holding {
    enum knee_machine_bound bound;
    uint32_t level; /* the highest that the host can hold */
};

static struct holding find_holding(const struct knee_machine *machine,
                                   const struct knee_machine_needs *needs)
{
    struct holding least = {KNEE_BOUND_CPUS, KNEE_ENGINE_LEVEL_MAX};
    if (!needs)
        return least;
    const struct holding all[] = {
        {KNEE_BOUND_MEMORY,
         fitting(machine->memory_available_bytes, needs->own_bytes, needs->item_bytes)},
        {KNEE_BOUND_OPEN_FILES,
         fitting(machine->open_files_max, needs->own_files, needs->item_files)},
        {KNEE_BOUND_PROCESSES,
         fitting(machine->processes_max, needs->own_processes, needs->item_processes)},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].level < least.level)
            least = all[i];
    return least;
}

/* With levels 1 and 2 alone, nobody can tell whether throughput stops growing at 2. */
#define QUOTA_LEVEL_MIN 4

/* By default, before the host's limits; says why. */
static uint32_t default_ceiling(const struct knee_machine *machine, enum knee_class resource,
                                uint32_t workload_default, char *text, size_t text_bytes)
{
    static const struct {
        uint32_t level;
        const char *name;
    } defaults[] = {
        [KNEE_CLASS_CPU] = {16, "cpu"},
        [KNEE_CLASS_IO] = {128, "io"},
        [KNEE_CLASS_NET] = {512, "net"},
        [KNEE_CLASS_MIXED] = {64, "mixed"},
    };
    uint32_t cpus = at_least_1(machine->usable_cpus);
    uint32_t level = workload_default ? workload_default : defaults[resource].level;
    uint32_t quota = knee_machine_quota_cpus(machine);
    /* On a large machine the fixed numbers are too low to be worth trying. */
    uint32_t rule = knee_machine_rule(machine, resource, 1, KNEE_ENGINE_LEVEL_MAX);
    uint32_t twice = cpus > KNEE_ENGINE_LEVEL_MAX / 2 ? KNEE_ENGINE_LEVEL_MAX : 2 * cpus;
    uint32_t least = rule > twice ? rule : twice;
    if (level < least)
        level = least;
    if (workload_default)
        snprintf(text, text_bytes, "the default for this workload");
    else
        snprintf(text, text_bytes, "the default for %s work", defaults[resource].name);
    uint32_t quota_level = 2 * quota > QUOTA_LEVEL_MIN ? 2 * quota : QUOTA_LEVEL_MIN;
    if (resource == KNEE_CLASS_CPU && quota && quota_level < level) {
        snprintf(text, text_bytes, "by the CPU quota of %g", machine->cpu_quota);
        level = quota_level;
    }
    return level;
}

static void lower_ceiling(struct knee_machine_ceiling *ceiling, struct holding holding,
                          const struct knee_machine *machine)
{
    ceiling->lowered = true;
    ceiling->wanted = ceiling->level;
    ceiling->level = holding.level;
    ceiling->by = holding.bound;
    const char *text = holding.bound == KNEE_BOUND_OPEN_FILES  ? "the limit on open files"
                       : holding.bound == KNEE_BOUND_PROCESSES ? "the limit on processes"
                       : machine->memory_given                 ? "--max-memory"
                                                               : "the memory available";
    snprintf(ceiling->text, sizeof ceiling->text, "%s", text);
}

void knee_machine_ceiling(const struct knee_machine *machine, enum knee_class resource,
                          uint32_t workload_default, uint32_t asked,
                          const struct knee_machine_needs *needs,
                          struct knee_machine_ceiling *ceiling)
{
    *ceiling = (struct knee_machine_ceiling){.level = asked};
    if (asked)
        snprintf(ceiling->text, sizeof ceiling->text, "--max-level %" PRIu32, asked);
    else
        ceiling->level = default_ceiling(machine, resource, workload_default, ceiling->text,
                                         sizeof ceiling->text);
    if (ceiling->level > KNEE_ENGINE_LEVEL_MAX)
        ceiling->level = KNEE_ENGINE_LEVEL_MAX;
    struct holding holding = find_holding(machine, needs);
    if (holding.level < ceiling->level)
        lower_ceiling(ceiling, holding, machine);
}

const char *knee_machine_bound_text(enum knee_machine_bound bound)
{
    static const char *const texts[] = {
        [KNEE_BOUND_CPUS] = "cpus",           [KNEE_BOUND_CPUSET] = "cpuset",
        [KNEE_BOUND_AFFINITY] = "affinity",   [KNEE_BOUND_QUOTA] = "quota",
        [KNEE_BOUND_MEMORY] = "memory",       [KNEE_BOUND_OPEN_FILES] = "open_files",
        [KNEE_BOUND_PROCESSES] = "processes",
    };
    return texts[bound];
}

enum knee_machine_bound knee_machine_bound(const struct knee_machine *machine,
                                           const struct knee_topology_counts *counts,
                                           enum knee_class resource,
                                           const struct knee_machine_needs *needs)
{
    char text[128];
    struct holding holding = find_holding(machine, needs);
    if (holding.level < default_ceiling(machine, resource, 0, text, sizeof text))
        return holding.bound;
    /* A fraction counts: 1.5 CPUs of quota bind on two CPUs, though both may run. */
    if (resource == KNEE_CLASS_CPU && machine->cpu_quota < machine->usable_cpus)
        return KNEE_BOUND_QUOTA;
    if (machine->usable_cpus < counts->cpuset_pus)
        return KNEE_BOUND_AFFINITY;
    return counts->cpuset_pus < counts->pus ? KNEE_BOUND_CPUSET : KNEE_BOUND_CPUS;
}
