/* SPDX-License-Identifier: MIT */
/* Reading and writing a real file on a real device, a block per item. */
#include "core/base/array.h"
#include "core/base/random.h"
#include "core/host/host.h"
#include "workloads/parts/io_file.h"
#include "workloads/parts/io_replace.h"
#include "workloads/parts/io_ring.h"
#include "workloads/registry.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Sequential readers start at multiples of the golden ratio, which lie apart for any number of
 * readers. */
#define GOLDEN_RATIO 0.6180339887498949

enum { SIZE, BLOCK, PATTERN, WRITE_RATIO, SYNC, ENGINE };
enum { ENGINE_SYNC, ENGINE_URING };
enum { PATTERN_RANDOM, PATTERN_SEQUENTIAL, PATTERN_REPLACE };

struct io_shared {
    struct knee_io_file file;
    struct knee_io_replace replace;
    uint64_t block_bytes, blocks, seed;
    uint32_t sync_writes; /* writes before an fdatasync; 0: never */
    double write_ratio;
    int pattern, engine;
    uint32_t cpus, level_max; /* of ENGINE_URING, like `level`: the depth of all queues */
    _Atomic uint32_t level;
};

struct io_worker {
    struct knee_random random;
    uint64_t next_block;
    char *buffer;
    uint32_t index, writes;
    struct knee_io_ring *ring;
    const struct io_shared *common;
    uint64_t began_ns;
};

static const struct knee_parameter parameters[] = {
    [SIZE] = {.name = "size",
              .unit = KNEE_PARAMETER_SIZE,
              .value = 268435456,
              .min = 4096,
              .max = 1099511627776,
              .help = "bytes of the file",
              .noun = "size"},
    [BLOCK] = {.name = "block",
               .unit = KNEE_PARAMETER_SIZE,
               .value = 4096,
               .min = 1,
               .max = 67108864,
               .help = "bytes of an item",
               .shown = true},
    [PATTERN] = {.name = "pattern",
                 .unit = KNEE_PARAMETER_WORD,
                 .value = PATTERN_RANDOM,
                 .min = PATTERN_RANDOM,
                 .max = PATTERN_REPLACE,
                 .help = "where blocks lie; replace: new file, write, fsync, rename, as scripts do",
                 .words = "random|sequential|replace",
                 .shown = true},
    [WRITE_RATIO] = {.name = "write_ratio",
                     .unit = KNEE_PARAMETER_RATIO,
                     .value = 0,
                     .min = 0,
                     .max = 1,
                     .help = "ratio of items that write instead of reading",
                     .noun = "writes"},
    [SYNC] = {.name = "sync",
              .unit = KNEE_PARAMETER_NUMBER,
              .value = 0,
              .min = 0,
              .max = 1000000,
              .help = "writes of a worker before each fdatasync; 0: never",
              .noun = "sync"},
#if defined KNEE_WITH_LIBURING
    [ENGINE] = {.name = "engine",
                .unit = KNEE_PARAMETER_WORD,
                .value = ENGINE_SYNC,
                .min = ENGINE_SYNC,
                .max = ENGINE_URING,
                .help = "a thread for each block in flight, or io_uring: then the level is the "
                        "depth of the queue, which a thread on each CPU holds",
                .words = "sync|uring",
                .noun = "engine"},
#endif
};

static int setup_file(struct io_shared *common, const struct knee_workload_setup *setup,
                      struct knee_err *err)
{
    common->blocks = (uint64_t)setup->values[SIZE] / common->block_bytes;
    if (common->blocks == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "io: size: smaller than one block of %llu bytes; make it larger",
                            (unsigned long long)common->block_bytes);
    return knee_io_file_open(&common->file, setup->dir, common->blocks * common->block_bytes,
                             common->block_bytes, setup->seed, err);
}

static int setup_replace(struct io_shared *common, const struct knee_workload_setup *setup,
                         struct knee_err *err)
{
    uint64_t bytes = 2 * setup->workers_max * common->block_bytes; /* the old and the new files */
    if (knee_io_file_check_room("io", setup->dir, bytes, err) != 0)
        return -1;
    return knee_io_replace_open(&common->replace, setup->dir, setup->workers_max, err);
}

/* What io_uring does not do here. */
static int check_engine(const struct io_shared *common, struct knee_err *err)
{
    if (common->engine == ENGINE_SYNC)
        return 0;
    if (common->pattern == PATTERN_REPLACE)
        return knee_err_set(err, KNEE_USAGE,
                            "io: engine=uring: pattern=replace is for engine=sync; drop one of "
                            "them");
    if (common->sync_writes > 0)
        return knee_err_set(err, KNEE_USAGE,
                            "io: engine=uring: sync is for engine=sync; drop one of them");
    return 0;
}

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    struct io_shared *common = shared;
    common->pattern = (int)setup->values[PATTERN];
    common->block_bytes = (uint64_t)setup->values[BLOCK];
    common->write_ratio = setup->values[WRITE_RATIO];
    common->sync_writes = (uint32_t)setup->values[SYNC];
    common->seed = setup->seed;
    common->file.fd = -1;
#if defined KNEE_WITH_LIBURING
    common->engine = (int)setup->values[ENGINE];
#endif
    common->cpus = knee_host_allowed_cpus();
    common->level_max = setup->workers_max;
    if (check_engine(common, err))
        return -1;
    bool replaces = common->pattern == PATTERN_REPLACE;
    if ((replaces ? setup_replace : setup_file)(common, setup, err) != 0)
        return -1;
    if (knee_io_file_in_memory(setup->dir))
        snprintf(warning, warning_bytes,
                 "io: %s is in memory (tmpfs): this measures no device; choose a directory on one",
                 setup->dir);
    else if (!replaces && !common->file.direct)
        snprintf(warning, warning_bytes,
                 "io: no direct I/O of %llu bytes in %s: reads may come from the page cache",
                 (unsigned long long)common->block_bytes, setup->dir);
    return 0;
}

#if defined KNEE_WITH_LIBURING
/* The part of the level that a worker holds. */
static uint32_t share_of(const struct io_shared *common, uint32_t level, uint32_t index)
{
    uint32_t workers = level < common->cpus ? level : common->cpus;
    return level / workers + (index < level % workers);
}
#endif

static int begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err)
{
    struct io_shared *common = shared;
    (void)block, (void)err;
    atomic_store_explicit(&common->level, level, memory_order_relaxed);
    return 0;
}

/* With io_uring one on each CPU, or fewer if the level is lower. */
static uint32_t workers_at(void *shared, uint32_t level)
{
    const struct io_shared *common = shared;
    if (common->engine == ENGINE_SYNC)
        return 0;
    return level < common->cpus ? level : common->cpus;
}

static uint64_t began_ns(const void *worker)
{
    return ((const struct io_worker *)worker)->began_ns;
}

static uint64_t oldest_ns(const void *worker)
{
#if defined KNEE_WITH_LIBURING
    const struct io_worker *own = worker;
    if (own->ring)
        return knee_io_ring_oldest_ns(own->ring);
#endif
    (void)worker;
    return UINT64_MAX;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    const struct io_shared *common = shared;
    struct io_worker *own = worker;
    double turns = GOLDEN_RATIO * index;
    own->index = index;
    own->random = knee_random_seed(common->seed, index);
    own->next_block = (uint64_t)((turns - (double)(uint64_t)turns) * (double)common->blocks);
    own->common = common;
#if defined KNEE_WITH_LIBURING
    if (common->engine == ENGINE_URING)
        return knee_io_ring_open(&own->ring, common->file.fd, common->block_bytes,
                                 share_of(common, common->level_max, 0), common->seed, index);
#endif
    own->buffer = knee_io_file_buffer(common->block_bytes, common->seed, index);
    return own->buffer ? 0 : ENOMEM;
}

static uint64_t next_offset(const struct io_shared *common, struct io_worker *own)
{
    if (common->pattern == PATTERN_RANDOM)
        return knee_random_below(&own->random, common->blocks) * common->block_bytes;
    uint64_t block = own->next_block;
    own->next_block = block + 1 < common->blocks ? block + 1 : 0;
    return block * common->block_bytes;
}

#if defined KNEE_WITH_LIBURING
static struct knee_io_ring_block next_block(void *worker)
{
    struct io_worker *own = worker;
    double ratio = own->common->write_ratio;
    return (struct knee_io_ring_block){
        .offset = next_offset(own->common, own),
        .writes = ratio > 0 && knee_random_uniform(&own->random) < ratio,
    };
}

static int ring_item(const struct io_shared *common, struct io_worker *own)
{
    uint32_t level = atomic_load_explicit(&common->level, memory_order_relaxed);
    level = level > own->index ? level : own->index + 1; /* it has just been lowered */
    uint32_t depth = share_of(common, level, own->index);
    return knee_io_ring_once(own->ring, depth, next_block, own, &own->began_ns);
}
#endif

static int write_block(const struct io_shared *common, struct io_worker *own, off_t at)
{
    ssize_t done = pwrite(common->file.fd, own->buffer, common->block_bytes, at);
    if (done != (ssize_t)common->block_bytes)
        return done < 0 ? errno : EIO;
    if (common->sync_writes == 0 || ++own->writes % common->sync_writes != 0)
        return 0;
    return fdatasync(common->file.fd) == 0 ? 0 : errno;
}

static int item(void *shared, void *worker)
{
    const struct io_shared *common = shared;
    struct io_worker *own = worker;
#if defined KNEE_WITH_LIBURING
    if (common->engine == ENGINE_URING)
        return ring_item(common, own);
#endif
    if (common->pattern == PATTERN_REPLACE)
        return knee_io_replace_once(&common->replace, own->index, own->buffer, common->block_bytes);
    off_t at = (off_t)next_offset(common, own);
    if (common->write_ratio > 0 && knee_random_uniform(&own->random) < common->write_ratio)
        return write_block(common, own, at);
    ssize_t done = pread(common->file.fd, own->buffer, common->block_bytes, at);
    if (done == (ssize_t)common->block_bytes)
        return 0;
    return done < 0 ? errno : EIO;
}

static void leave(void *shared, void *worker)
{
    (void)shared;
    struct io_worker *own = worker;
#if defined KNEE_WITH_LIBURING
    knee_io_ring_close(own->ring);
    own->ring = NULL;
#endif
    free(own->buffer);
    own->buffer = NULL;
}

static void teardown(void *shared)
{
    struct io_shared *common = shared;
    knee_io_file_close(&common->file);
    knee_io_replace_close(&common->replace);
}

const struct knee_workload knee_workload_io = {
    .name = "io",
    .summary = "blocks of a real file: reads and writes that reach the device",
    .resource = KNEE_CLASS_IO,
    .default_max_level = 128,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct io_shared),
    .worker_bytes = sizeof(struct io_worker),
    .setup = setup,
    .begin = begin,
    .workers = workers_at,
    .began_ns = began_ns,
    .oldest_ns = oldest_ns,
    .enter = enter,
    .item = item,
    .leave = leave,
    .teardown = teardown,
};
