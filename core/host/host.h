/* SPDX-License-Identifier: MIT */
/* core/host: the machine (its topology, limits and load), read from hwloc, /proc and the cgroups.
 * Every reader takes a root ("" for the real one), so that tests can use a tree of their own. A
 * value that cannot be read is unknown, never an error.
 *
 * This file: what the host grants this process, and what else the host is doing. */
#ifndef KNEE_CORE_HOST_HOST_H
#define KNEE_CORE_HOST_HOST_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits that do not change while a sweep runs. Unknown: NAN, UINT64_MAX, "". */
struct knee_host {
    char name[64];             /* the node's name */
    char kernel[96];           /* "Linux 6.18.44" */
    double cpu_quota;          /* in CPUs, with its fraction: the least over the cgroup's ancestors;
                                  INFINITY: none */
    char cpu_quota_group[256]; /* the group that sets it, "" for none */
    uint64_t cpu_quota_period_ns; /* it grants its part of each such stretch; 0: none, or unknown */
    /* Of the group with the least left, or of the host if no group has less. */
    uint64_t memory_total_bytes, memory_available_bytes;
    uint64_t memory_installed_bytes; /* MemTotal of /proc/meminfo: hwloc may see less */
    char memory_group[256];          /* that group, "" for the host */
    uint64_t open_files_max; /* hard limit of RLIMIT_NOFILE: knee raises the soft one to it */
    /* How many more processes and threads may be started: the least of RLIMIT_NPROC (not for root;
     * it counts those that run already), pids.max less pids.current, and the kernel's own limit. */
    uint64_t processes_max;
};

/* PUs that the affinity of this process allows on this host, at least 1. */
uint32_t knee_host_allowed_cpus(void);

/* Memory that can be had now, of the host or of the group with the least left, and all of that;
 * UINT64_MAX: unknown. Takes a fraction of a millisecond. */
void knee_host_memory_read(uint64_t *available_bytes, uint64_t *total_bytes, const char *root);

int knee_host_read(struct knee_host *host, const char *root, struct knee_err *err);

/* Cumulative readings at one moment; the difference of two is what happened in between. */
struct knee_host_reading {
    uint64_t at_ns;
    double own_cpu_s;     /* this process and its ended children; the caller adds its live ones */
    double machine_cpu_s; /* CPU time of all processes, without interrupts and without the kernel's
                             own threads; NAN unknown */
    double kernel_cpu_s;  /* of the kernel's own threads, since the first reading */
    double steal_s;       /* summed over CPUs */
    double interrupt_s;   /* irq and softirq, summed over CPUs, in ticks: reported, never grounds */
    double throttled_s;   /* time for which a quota held our groups back, summed over CPUs */
    double throttled_periods; /* how often */
    uint32_t cpus; /* how many CPUs all of this is of: those that this process may use; 0: all */
    bool coarse;   /* machine_cpu_s counts ticks: use it for 2 s or more */
};

struct knee_host_probe; /* keeps the files open: a reading costs a few pread calls */

/* Uses the best instrument of this host: cpuacct.usage of the cgroup v1 root; else the groups right
 * below the v2 root; else the ticks of /proc/stat. If this process may use only some of the CPUs
 * (affinity, a cpuset), it counts on those alone: cpuacct.usage_percpu, else their ticks. */
int knee_host_probe_open(struct knee_host_probe **probe, const char *root, struct knee_err *err);
void knee_host_probe_read(struct knee_host_probe *probe, struct knee_host_reading *reading);
void knee_host_probe_close(struct knee_host_probe *probe); /* safe on NULL */

/* CPUs that other processes used between two readings: at least 0; NAN unknown. `live_cpu_s` is the
 * CPU time that our live processes used in between. Pure. */
double knee_host_foreign_cpus(const struct knee_host_reading *from,
                              const struct knee_host_reading *to, double live_cpu_s);

/* The load factor of the rules of thumb, from ratios 0 to 1 (NAN: unknown): 0.3 if more than 0.8 of
 * the CPUs or 0.9 of the memory is in use; 0.6 above 0.6 or 0.75; 0.8 above 0.4 or 0.6; else 1, but
 * at most 0.8 if either is unknown. Pure. */
double knee_host_load_factor(double cpu_used_ratio, double memory_used_ratio);

struct knee_host_load {
    double cpu_used_ratio;    /* of all `cpus`, by others; NAN unknown */
    double memory_used_ratio; /* of the host's memory or the binding group's; NAN unknown */
    double factor;
};

/* Watches the host for `length_ns` (about 1 s; this sleeps). `cpus`: how many the machine has. */
void knee_host_load_measure(struct knee_host_load *load, const struct knee_host *host,
                            uint32_t cpus, uint64_t length_ns, const char *root);

#endif
