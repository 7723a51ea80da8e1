/* SPDX-License-Identifier: MIT */
#include "core/host/topology.h"

#include "core/host/topology_load.h"

#include <errno.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct knee_topology {
    hwloc_topology_t hwloc;
    hwloc_bitmap_t allowed; /* PUs that this process may use */
    hwloc_bitmap_t *cores;  /* allowed PUs of each allowed core */
    hwloc_bitmap_t *nodes;  /* allowed PUs of each NUMA node that has some */
    int *pus;               /* allowed PUs, the first of every core before any second one */
    uint32_t cores_count, nodes_count, pus_count;
    struct knee_topology_counts counts;
};

static uint32_t count_type(hwloc_topology_t hwloc, hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(hwloc, type);
    return count > 0 ? (uint32_t)count : 0;
}

static uint32_t count_bits(hwloc_const_bitmap_t set)
{
    int count = hwloc_bitmap_weight(set);
    return count > 0 ? (uint32_t)count : 0;
}

/* The topology of another system keeps its own cpuset (an XML file may record one); the affinity of
 * this process means nothing there. */
static int find_allowed(struct knee_topology *topology)
{
    topology->allowed = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(topology->hwloc));
    hwloc_bitmap_t affinity = hwloc_bitmap_alloc();
    if (!topology->allowed || !affinity) {
        hwloc_bitmap_free(affinity);
        return -1;
    }
    topology->counts.cpuset_pus = count_bits(topology->allowed);
    if (topology->counts.this_system &&
        !hwloc_get_cpubind(topology->hwloc, affinity, HWLOC_CPUBIND_THREAD) &&
        hwloc_bitmap_intersects(topology->allowed, affinity))
        hwloc_bitmap_and(topology->allowed, topology->allowed, affinity);
    hwloc_bitmap_free(affinity);
    return 0;
}

/* Without core objects (a synthetic "pu:4", some virtual machines) every PU is a core. */
static hwloc_obj_type_t core_type(hwloc_topology_t hwloc)
{
    return count_type(hwloc, HWLOC_OBJ_CORE) ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
}

/* The allowed PUs of each object of `type` that has some, in hwloc's order, none twice: two NUMA
 * nodes may share their PUs (two kinds of memory). -1 out of memory. */
static int find_places(const struct knee_topology *topology, hwloc_obj_type_t type,
                       hwloc_bitmap_t **places, uint32_t *places_count)
{
    uint32_t count = count_type(topology->hwloc, type);
    *places = calloc(count ? count : 1, sizeof **places);
    if (!*places)
        return -1;
    for (uint32_t i = 0; i < count; i++) {
        hwloc_obj_t place = hwloc_get_obj_by_type(topology->hwloc, type, i);
        bool known = !place || !hwloc_bitmap_intersects(place->cpuset, topology->allowed);
        hwloc_bitmap_t pus = known ? NULL : hwloc_bitmap_dup(place->cpuset);
        if (known)
            continue;
        if (!pus)
            return -1;
        hwloc_bitmap_and(pus, pus, topology->allowed);
        for (uint32_t j = 0; j < *places_count && !known; j++)
            known = hwloc_bitmap_isequal(pus, (*places)[j]);
        if (known)
            hwloc_bitmap_free(pus);
        else
            (*places)[(*places_count)++] = pus;
    }
    return 0;
}

static int order_pus(struct knee_topology *topology)
{
    uint32_t count = count_bits(topology->allowed);
    topology->pus = calloc(count ? count : 1, sizeof *topology->pus);
    int *next = malloc((topology->cores_count ? topology->cores_count : 1) * sizeof *next);
    if (!topology->pus || !next) {
        free(next);
        return -1;
    }
    for (uint32_t i = 0; i < topology->cores_count; i++)
        next[i] = hwloc_bitmap_first(topology->cores[i]);
    for (bool found = true; found;) {
        found = false;
        for (uint32_t i = 0; i < topology->cores_count; i++) {
            if (next[i] < 0 || topology->pus_count == count)
                continue;
            topology->pus[topology->pus_count++] = next[i];
            next[i] = hwloc_bitmap_next(topology->cores[i], next[i]);
            found = true;
        }
    }
    free(next);
    return 0;
}

/* The most allowed cores that lie in one object of `type`; 0 if there is no such object. */
static uint32_t most_cores(const struct knee_topology *topology, hwloc_obj_type_t type)
{
    uint32_t most = 0;
    uint32_t count = count_type(topology->hwloc, type);
    for (uint32_t i = 0; i < count; i++) {
        hwloc_obj_t place = hwloc_get_obj_by_type(topology->hwloc, type, i);
        uint32_t cores = 0;
        for (uint32_t core = 0; core < topology->cores_count; core++)
            if (place && place->cpuset &&
                hwloc_bitmap_isincluded(topology->cores[core], place->cpuset))
                cores++;
        most = cores > most ? cores : most;
    }
    return most;
}

static void find_model(hwloc_topology_t hwloc, char *model, size_t model_bytes)
{
    hwloc_obj_t package = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_PACKAGE, 0);
    const char *name = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    if (!name)
        name = hwloc_obj_get_info_by_name(hwloc_get_root_obj(hwloc), "CPUModel");
    snprintf(model, model_bytes, "%s", name ? name + strspn(name, " ") : "");
    for (size_t length = strlen(model); length > 0 && model[length - 1] == ' ';)
        model[--length] = '\0'; /* vendors pad it */
}

static void count_all(struct knee_topology *topology)
{
    hwloc_topology_t hwloc = topology->hwloc;
    struct knee_topology_counts *counts = &topology->counts;
    uint32_t packages = count_type(hwloc, HWLOC_OBJ_PACKAGE);
    int kinds = hwloc_cpukinds_get_nr(hwloc, 0);
    counts->packages = packages ? packages : 1;
    counts->numa_nodes = count_type(hwloc, HWLOC_OBJ_NUMANODE);
    counts->l3_groups = count_type(hwloc, HWLOC_OBJ_L3CACHE);
    counts->cores = count_type(hwloc, core_type(hwloc));
    counts->pus = count_type(hwloc, HWLOC_OBJ_PU);
    counts->core_kinds = kinds > 1 ? (uint32_t)kinds : 1;
    counts->allowed_cores = topology->cores_count;
    counts->allowed_pus = topology->pus_count;
    counts->numa_cores = most_cores(topology, HWLOC_OBJ_NUMANODE);
    counts->l3_cores = most_cores(topology, HWLOC_OBJ_L3CACHE);
    counts->memory_bytes = hwloc_get_root_obj(hwloc)->total_memory;
    counts->symmetric = hwloc_get_root_obj(hwloc)->symmetric_subtree;
    if (counts->l3_groups)
        counts->l3_bytes = hwloc_get_obj_by_type(hwloc, HWLOC_OBJ_L3CACHE, 0)->attr->cache.size;
    find_model(hwloc, counts->model, sizeof counts->model);
}

int knee_topology_open(struct knee_topology **topology, const char *source, struct knee_err *err)
{
    struct knee_topology *opened = calloc(1, sizeof *opened);
    if (!opened)
        goto no_memory;
    if (knee_topology_load(&opened->hwloc, source, err)) {
        knee_topology_close(opened);
        return -1;
    }
    opened->counts.this_system = hwloc_topology_is_thissystem(opened->hwloc);
    if (find_allowed(opened) ||
        find_places(opened, core_type(opened->hwloc), &opened->cores, &opened->cores_count) ||
        find_places(opened, HWLOC_OBJ_NUMANODE, &opened->nodes, &opened->nodes_count) ||
        order_pus(opened))
        goto no_memory;
    count_all(opened);
    *topology = opened;
    return 0;
no_memory:
    knee_topology_close(opened);
    return knee_err_memory(err, "topology");
}

void knee_topology_close(struct knee_topology *topology)
{
    if (!topology)
        return;
    for (uint32_t i = 0; i < topology->cores_count; i++)
        hwloc_bitmap_free(topology->cores[i]);
    for (uint32_t i = 0; i < topology->nodes_count; i++)
        hwloc_bitmap_free(topology->nodes[i]);
    free(topology->cores);
    free(topology->nodes);
    free(topology->pus);
    hwloc_bitmap_free(topology->allowed);
    if (topology->hwloc)
        hwloc_topology_destroy(topology->hwloc);
    free(topology);
}

void knee_topology_count(const struct knee_topology *topology, struct knee_topology_counts *counts)
{
    *counts = topology->counts;
}

/* The PUs of worker `index`'s core or NUMA node; NULL with another `pin`. */
static hwloc_const_bitmap_t place_of(const struct knee_topology *topology, enum knee_pin pin,
                                     uint32_t index)
{
    if (pin == KNEE_PIN_CORE && topology->cores_count)
        return topology->cores[index % topology->cores_count];
    if (pin == KNEE_PIN_NUMA && topology->nodes_count)
        return topology->nodes[index % topology->nodes_count];
    return NULL;
}

int knee_topology_pu_of(const struct knee_topology *topology, enum knee_pin pin, uint32_t index)
{
    hwloc_const_bitmap_t place = place_of(topology, pin, index);
    if (pin == KNEE_PIN_PU && topology->pus_count)
        return topology->pus[index % topology->pus_count];
    return place ? hwloc_bitmap_first(place) : -1;
}

static int bind_to(hwloc_topology_t hwloc, hwloc_const_bitmap_t set)
{
    return hwloc_set_cpubind(hwloc, set, HWLOC_CPUBIND_THREAD) ? errno : 0;
}

int knee_topology_bind_self(const struct knee_topology *topology, enum knee_pin pin, uint32_t index)
{
    if (pin == KNEE_PIN_NONE || !topology || !topology->counts.this_system)
        return 0;
    hwloc_const_bitmap_t place = place_of(topology, pin, index);
    if (place)
        return bind_to(topology->hwloc, place);
    int pu = knee_topology_pu_of(topology, pin, index);
    hwloc_bitmap_t set = pu < 0 ? NULL : hwloc_bitmap_alloc();
    if (!set)
        return pu < 0 ? EINVAL : ENOMEM;
    hwloc_bitmap_only(set, (unsigned)pu);
    int error = bind_to(topology->hwloc, set);
    hwloc_bitmap_free(set);
    return error;
}

int knee_topology_bind_first(const struct knee_topology *topology, uint32_t count)
{
    if (!topology || !topology->counts.this_system)
        return 0;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (!set)
        return ENOMEM;
    for (uint32_t i = 0; i < count && i < topology->pus_count; i++)
        hwloc_bitmap_set(set, (unsigned)topology->pus[i]);
    int error = hwloc_bitmap_iszero(set) ? EINVAL : bind_to(topology->hwloc, set);
    hwloc_bitmap_free(set);
    return error;
}
