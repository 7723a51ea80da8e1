/* SPDX-License-Identifier: MIT */
/* The machine as hwloc sees it, as plain numbers, without quotas (see core/host/host.h). Opening
 * takes some milliseconds; the other functions read the loaded topology and are thread safe. */
#ifndef KNEE_CORE_HOST_TOPOLOGY_H
#define KNEE_CORE_HOST_TOPOLOGY_H

#include "core/base/err.h"
#include "core/host/pin.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_topology; /* opaque: holds the hwloc topology */

struct knee_topology_counts {
    /* Of the whole machine, as loaded; l3_groups is 0 if there is no L3 cache. */
    uint32_t packages, numa_nodes, l3_groups, cores, pus;
    uint32_t core_kinds;    /* kinds of cores (performance, efficiency); 1 if all are alike */
    uint32_t allowed_cores; /* with at least one allowed PU */
    uint32_t cpuset_pus;    /* allowed by the cpuset alone (another system's: the XML's own) */
    uint32_t allowed_pus;   /* of these, by the affinity of this process (taskset) as well */
    uint32_t numa_cores;    /* the most allowed cores in one NUMA node; 0 unknown */
    uint32_t l3_cores;      /* the most allowed cores that share one L3 cache; 0: no L3 */
    uint64_t memory_bytes;  /* as hwloc reports; 0 unknown */
    uint64_t l3_bytes;      /* of one L3 cache; 0 unknown */
    bool symmetric;         /* all places of a kind hold the same */
    bool this_system;       /* false: a file or a description of another machine was loaded */
    char model[128];        /* CPU model, "" unknown */
};

/* `source` is NULL (the machine that HWLOC_XMLFILE or HWLOC_SYNTHETIC names, in this order, or else
 * this one), the path of an lstopo XML file, or a synthetic description ("pack:2 numa:1 l3:2 core:4
 * pu:2"; commas may replace the blanks). A source that holds a `/`, ends in .xml or exists is a
 * path. A source that cannot be loaded is a usage error. */
int knee_topology_open(struct knee_topology **topology, const char *source, struct knee_err *err);
void knee_topology_close(struct knee_topology *topology); /* safe on NULL */
void knee_topology_count(const struct knee_topology *topology, struct knee_topology_counts *counts);

/* Binds the calling thread, and the processes that it starts from then on, for worker `index`.
 * Returns 0 or an errno. It does nothing, and returns 0, if the topology is not this system's or
 * `pin` is KNEE_PIN_NONE. NUMA nodes come in hwloc's logical order; one without an allowed PU (its
 * memory alone) is skipped, and so is one that has the same PUs as an earlier one. */
int knee_topology_bind_self(const struct knee_topology *topology, enum knee_pin pin,
                            uint32_t index);

/* Binds the calling thread, and so what it starts from now on, to the first `count` allowed PUs:
 * one of each core in hwloc's order, then the cores' further hardware threads; all of them if
 * `count` is larger. Returns 0 or an errno; 0, and nothing is bound, if the topology is not this
 * system's. */
int knee_topology_bind_first(const struct knee_topology *topology, uint32_t count);

/* The PU (by the system's number) that worker `index` is bound to with KNEE_PIN_PU, or the first PU
 * of its core or NUMA node with KNEE_PIN_CORE or KNEE_PIN_NUMA; -1 with KNEE_PIN_NONE. Works for
 * another system, too. */
int knee_topology_pu_of(const struct knee_topology *topology, enum knee_pin pin, uint32_t index);

/* A short tree for people, one line for each kind of object, into `text`. Pure.
 *   2 packages (AMD EPYC 7543)
 *     1 NUMA node each
 *       4 cores each */
void knee_topology_tree(const struct knee_topology_counts *counts, char *text, size_t text_bytes);

#endif
