/* SPDX-License-Identifier: MIT */
/* The machine as plain numbers, and what follows from them before any measurement: the rules of
 * thumb, and the highest level worth trying. Pure. */
#ifndef KNEE_TUNER_LEVELS_MACHINE_H
#define KNEE_TUNER_LEVELS_MACHINE_H

#include "core/engine/workload.h"
#include "core/host/host.h"
#include "core/host/topology.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What this process may use of the machine. */
struct knee_machine {
    uint32_t packages, numa_nodes, l3_groups; /* of the whole machine; l3_groups may be 0 */
    uint32_t cores, pus;                      /* allowed ones; pus equals usable_cpus */
    uint32_t numa_cores, l3_cores; /* the most allowed cores of one NUMA node, of one L3; 0 none */
    uint32_t usable_cpus;          /* PUs that the affinity allows; at least 1 */
    double cpu_quota;              /* CPUs; INFINITY: none */
    uint64_t memory_available_bytes;        /* UINT64_MAX: unknown */
    bool memory_given;                      /* that is the user's bound, --max-memory */
    uint64_t open_files_max, processes_max; /* UINT64_MAX: no bound known */
    bool this_system;
};

/* With a topology that is not this system's, this host's quota and memory are left out (its
 * affinity already is, by core/host/topology.h). */
void knee_machine_fill(struct knee_machine *machine, const struct knee_topology_counts *counts,
                       const struct knee_host *host);

/* Grants may change while a run goes on. `allowed_cpus` is the number that the affinity allows now,
 * and `host` was read again. True when another number of CPUs bounds cpu work now. */
bool knee_machine_follow(struct knee_machine *machine, uint32_t allowed_cpus,
                         const struct knee_host *host);

/* CPUs that bound this class of work: usable_cpus; for cpu work no more than the quota rounded up;
 * at least 1. */
uint32_t knee_machine_cpus(const struct knee_machine *machine, enum knee_class resource);

/* The quota rounded up to whole CPUs, at least 1; 0: there is none. */
uint32_t knee_machine_quota_cpus(const struct knee_machine *machine);

/* How many times the usable CPUs the rule of thumb says: cpu 1, mixed 1.75, io 2.5, net 4. */
double knee_machine_multiple(enum knee_class resource);

/* The rule of thumb: round(multiple x CPUs x load factor), at least 1, at most `max_level`
 * (0: no bound). */
uint32_t knee_machine_rule(const struct knee_machine *machine, enum knee_class resource,
                           double load_factor, uint32_t max_level);

/* What one item in flight needs, and what the sweep itself needs in addition. */
struct knee_machine_needs {
    uint64_t item_bytes, item_files, item_processes; /* a thread counts as a process */
    uint64_t own_bytes, own_files, own_processes;
};

/* For work whose items are knee's threads. `worker_bytes` is the workload's per-worker state. */
struct knee_machine_needs knee_machine_needs_of_threads(enum knee_class resource,
                                                        uint64_t worker_bytes);

/* What binds a class of work first. */
enum knee_machine_bound {
    KNEE_BOUND_CPUS,     /* the machine's own CPUs */
    KNEE_BOUND_CPUSET,   /* fewer of them, by a cpuset */
    KNEE_BOUND_AFFINITY, /* fewer still, by this process's affinity (taskset) */
    KNEE_BOUND_QUOTA,    /* the quota grants less than these: cpu work only */
    KNEE_BOUND_MEMORY,   /* the host cannot hold the default levels */
    KNEE_BOUND_OPEN_FILES,
    KNEE_BOUND_PROCESSES,
};
const char *knee_machine_bound_text(enum knee_machine_bound bound); /* "cpus", "open_files", ... */

/* The highest level that a sweep tries, and what sets it. */
struct knee_machine_ceiling {
    uint32_t level;
    char text[128];  /* "--max-level 64", "the default for io work", "by the CPU quota of 1.5",
                        "open files": for a `rising` verdict */
    bool lowered;    /* the host cannot hold `wanted`, because of `by`: memory, open files or */
    uint32_t wanted; /* processes */
    enum knee_machine_bound by;
};

/* `asked` is --max-level (0: none), `workload_default` the workload's own default (0: none). By
 * default cpu work goes to 16, io to 128, net to 512, mixed to 64, or as far as the workload says,
 * but each to the rule of thumb and to twice the CPUs at least; cpu work no higher than twice the
 * quota rounded up, or to 4. --max-level wins over all of these.
 * The host's memory, open files and processes lower either. `needs` may be NULL: then they do not.
 */
void knee_machine_ceiling(const struct knee_machine *machine, enum knee_class resource,
                          uint32_t workload_default, uint32_t asked,
                          const struct knee_machine_needs *needs,
                          struct knee_machine_ceiling *ceiling);

/* A limit on memory, open files or processes binds if it lowers the default ceiling; otherwise the
 * usable CPUs bind, named after the limit that narrowed them last. */
enum knee_machine_bound knee_machine_bound(const struct knee_machine *machine,
                                           const struct knee_topology_counts *counts,
                                           enum knee_class resource,
                                           const struct knee_machine_needs *needs);

#endif
