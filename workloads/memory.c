/* SPDX-License-Identifier: MIT */
/* Memory bandwidth: the triad a = b + s c of STREAM (McCalpin 1995) over arrays that no cache
 * holds. A few cores fill the memory's bandwidth, so the knee lies below their number. */
#include "core/base/array.h"
#include "core/host/host.h"
#include "core/host/topology.h"
#include "core/text/human.h"
#include "workloads/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* STREAM asks for arrays of four times the last-level cache; unknown, it is taken for 32 MiB. */
#define CACHES 4u
#define CACHE_BYTES (UINT64_C(32) << 20)
/* All slots together take no more than this share of the memory that is free. */
#define FREE_RATIO 0.5
#define ARRAYS 3u
#define ALIGN_BYTES 64u
#define SCALAR 3.0

enum { FOOTPRINT, BLOCK };

struct memory_shared {
    size_t elements, block_elements; /* of one array */
};

struct memory_worker {
    double *arrays[ARRAYS];
    size_t next;
};

static const struct knee_parameter parameters[] = {
    [FOOTPRINT] = {.name = "footprint",
                   .unit = KNEE_PARAMETER_SIZE,
                   .value = 0,
                   .min = 0,
                   .max = 1099511627776,
                   .help = "memory of a slot, its three arrays together; 0: four times the "
                           "last-level cache, or what the free memory allows",
                   .noun = "footprint"},
    [BLOCK] = {.name = "block",
               .unit = KNEE_PARAMETER_SIZE,
               .value = 3145728,
               .min = 4096,
               .max = 1073741824,
               .help = "bytes that an item reads and writes, as STREAM counts them",
               .shown = true},
};

/* The footprint of a slot; 0 if the one asked for does not fit. */
static uint64_t footprint_of(double asked, uint32_t slots, uint64_t cache_bytes,
                             uint64_t available_bytes)
{
    uint64_t wanted = asked > 0 ? (uint64_t)asked : CACHES * cache_bytes;
    if (available_bytes == UINT64_MAX)
        return wanted;
    uint64_t share = (uint64_t)(FREE_RATIO * (double)available_bytes) / slots;
    if (wanted <= share)
        return wanted;
    return asked > 0 ? 0 : share;
}

static void warn(char *warning, size_t warning_bytes, uint64_t footprint_bytes,
                 uint64_t cache_bytes, uint32_t slots)
{
    char has[KNEE_HUMAN_BYTES], cache[KNEE_HUMAN_BYTES];
    if (footprint_bytes >= cache_bytes * (CACHES - 1))
        return;
    snprintf(warning, warning_bytes,
             "memory: %s a slot beside a cache of %s, so the cache answers at low levels; %u slots "
             "share the memory: set --max-level lower, or --param footprint= larger",
             knee_human_size(has, (double)footprint_bytes),
             knee_human_size(cache, (double)cache_bytes), slots);
}

static int find_cache(uint64_t *cache_bytes, struct knee_err *err)
{
    struct knee_topology *topology;
    struct knee_topology_counts counts;
    if (knee_topology_open(&topology, NULL, err))
        return -1;
    knee_topology_count(topology, &counts);
    knee_topology_close(topology);
    *cache_bytes = counts.l3_bytes ? counts.l3_bytes : CACHE_BYTES;
    return 0;
}

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    struct memory_shared *common = shared;
    uint64_t cache_bytes, available_bytes, total_bytes;
    if (find_cache(&cache_bytes, err))
        return -1;
    knee_host_memory_read(&available_bytes, &total_bytes, "");
    uint64_t bytes =
        footprint_of(setup->values[FOOTPRINT], setup->workers_max, cache_bytes, available_bytes);
    if (bytes == 0)
        return knee_err_set(err, KNEE_FAILED,
                            "memory: footprint: too large for %u slots in the free memory; make "
                            "it smaller, or lower --max-level",
                            setup->workers_max);
    size_t block = (size_t)setup->values[BLOCK] / (ARRAYS * sizeof(double));
    size_t elements = (size_t)bytes / (ARRAYS * sizeof(double));
    size_t blocks = elements / block;
    common->block_elements = block;
    common->elements = (blocks + !blocks) * block; /* whole blocks, at least one */
    warn(warning, warning_bytes, bytes, cache_bytes, setup->workers_max);
    return 0;
}

static void leave(void *shared, void *worker)
{
    struct memory_worker *own = worker;
    (void)shared;
    for (size_t i = 0; i < ARRAYS; i++)
        free(own->arrays[i]);
}

/* The slot touches its memory itself: the kernel takes pages from the nearest NUMA node. */
static int enter(void *shared, void *worker, uint32_t index)
{
    const struct memory_shared *common = shared;
    struct memory_worker *own = worker;
    size_t bytes = common->elements * sizeof(double);
    (void)index;
    for (size_t i = 0; i < ARRAYS; i++) {
        own->arrays[i] =
            aligned_alloc(ALIGN_BYTES, (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES);
        if (!own->arrays[i]) {
            leave(shared, worker);
            return ENOMEM;
        }
        for (size_t j = 0; j < common->elements; j++)
            own->arrays[i][j] = (double)(i + 1);
    }
    return 0;
}

/* Four at a time: the compiler then makes vectors of them at -O2 as well, so that one core is
 * bound by the memory, not by its instructions. */
static void triad(double *restrict a, const double *restrict b, const double *restrict c,
                  size_t count)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a[i] = b[i] + SCALAR * c[i];
        a[i + 1] = b[i + 1] + SCALAR * c[i + 1];
        a[i + 2] = b[i + 2] + SCALAR * c[i + 2];
        a[i + 3] = b[i + 3] + SCALAR * c[i + 3];
    }
    for (; i < count; i++)
        a[i] = b[i] + SCALAR * c[i];
}

static int item(void *shared, void *worker)
{
    const struct memory_shared *common = shared;
    struct memory_worker *own = worker;
    size_t at = own->next;
    triad(own->arrays[0] + at, own->arrays[1] + at, own->arrays[2] + at, common->block_elements);
    own->next = (at + common->block_elements) % common->elements;
    return 0;
}

const struct knee_workload knee_workload_memory = {
    .name = "memory",
    .summary = "memory bandwidth: STREAM's triad over arrays that no cache holds",
    .resource = KNEE_CLASS_CPU,
    .named_only = true,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct memory_shared),
    .worker_bytes = sizeof(struct memory_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
};
