/* SPDX-License-Identifier: MIT */
/* A workload to copy. It is complete and compiled with the rest, and the tests run it
 * (tests/workloads/test_skeleton.c), but no table lists it: `knee` does not know it.
 *
 *     cp workloads/skeleton.c workloads/NAME.c    # then rename `skeleton`, and fill in item()
 *
 * With a line in the list of workloads/registry.h, `knee sweep NAME` works. core/engine/workload.h
 * is the manual; only item() is mandatory. What a workload does not need, it leaves out.
 *
 * An item of the skeleton adds up a block of memory. */
#include "core/base/array.h"
#include "workloads/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The parameters (`--param bytes=1M`), in the order of `setup->values`. */
enum { BYTES };

/* One for all workers. Zeroed before setup. */
struct skeleton_shared {
    size_t bytes;
};

/* One for each worker. Zeroed before enter, and in cache lines of its own. */
struct skeleton_worker {
    unsigned char *block;
    uint64_t sum; /* what items compute is kept, so that no compiler leaves it out */
};

static const struct knee_parameter parameters[] = {
    [BYTES] = {.name = "bytes",
               .unit = KNEE_PARAMETER_SIZE,
               .value = 65536, /* the default; values and ranges are in base units: bytes, ns */
               .min = 1,
               .max = 1073741824,
               .help = "bytes that an item adds up",
               .shown = true}, /* named in every answer: "skeleton (64K)" */
};

/* Runs once, before any worker, outside the budget: open files, start servers. If it fails, it
 * cleans up after itself and says why. A line in `warning` reaches the user. */
static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes, (void)err;
    ((struct skeleton_shared *)shared)->bytes = (size_t)setup->values[BYTES];
    return 0;
}

/* On the worker's own thread, before its first item: what a slot needs for itself, such as a
 * connection or a buffer. 0, or an errno, which ends the sweep. */
static int enter(void *shared, void *worker, uint32_t index)
{
    const struct skeleton_shared *common = shared;
    struct skeleton_worker *own = worker;
    own->block = malloc(common->bytes);
    if (!own->block)
        return ENOMEM;
    memset(own->block, (int)(index + 1), common->bytes);
    return 0;
}

/* One item, the only code that is timed: no allocation, no output, no lock of its own. 0, or the
 * errno of an item that failed, which does not count as throughput. */
static int item(void *shared, void *worker)
{
    const struct skeleton_shared *common = shared;
    struct skeleton_worker *own = worker;
    uint64_t sum = own->sum;
    for (size_t i = 0; i < common->bytes; i++)
        sum += own->block[i];
    own->sum = sum;
    return 0;
}

/* Undoes enter, on the same thread. */
static void leave(void *shared, void *worker)
{
    (void)shared;
    free(((struct skeleton_worker *)worker)->block);
}

/* Undoes setup, when all workers have left. */
static void teardown(void *shared)
{
    (void)shared;
}

const struct knee_workload knee_workload_skeleton = {
    .name = "skeleton",
    .summary = "adds up a block of memory: a workload to copy",
    .resource = KNEE_CLASS_CPU, /* chooses the rule of thumb and the levels */
    .named_only = true,         /* a `knee sweep` that names no workload leaves it out */
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct skeleton_shared),
    .worker_bytes = sizeof(struct skeleton_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
    /* .cancel: makes items that wait return soon. Without it, they must be short. */
    .teardown = teardown,
};
