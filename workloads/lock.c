/* SPDX-License-Identifier: MIT */
/* A known answer: one resource that every item holds for a fixed time, first come, first served, so
 * that X(n) = 1 / hold at every level and no item starves. An item holds it by reserving the next
 * free stretch of time: a real lock would add a wake-up to each hand-over, and the answer would no
 * longer be known. */
#include "core/base/array.h"
#include "core/base/clock.h"
#include "workloads/parts/pace.h"
#include "workloads/registry.h"

#include <stdatomic.h>

struct lock_shared {
    uint64_t hold_ns;
    _Atomic uint64_t free_at_ns; /* end of the last reservation */
};

struct lock_worker {
    uint64_t due_ns;
};

static const struct knee_parameter parameters[] = {
    {.name = "hold",
     .unit = KNEE_PARAMETER_TIME,
     .value = 2e6,
     .min = 1e5,
     .max = 1e10,
     .help = "how long an item holds the lock",
     .shown = true},
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes, (void)err;
    ((struct lock_shared *)shared)->hold_ns = (uint64_t)setup->values[0];
    return 0;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    (void)shared, (void)worker, (void)index;
    knee_pace_precise();
    return 0;
}

static int item(void *shared, void *worker)
{
    struct lock_shared *common = shared;
    struct lock_worker *own = worker;
    uint64_t arrival = knee_pace_arrival_ns(own->due_ns, knee_clock_now_ns(), common->hold_ns / 2);
    uint64_t free_at = atomic_load_explicit(&common->free_at_ns, memory_order_relaxed);
    uint64_t due;
    do
        due = (free_at > arrival ? free_at : arrival) + common->hold_ns;
    while (!atomic_compare_exchange_weak_explicit(&common->free_at_ns, &free_at, due,
                                                  memory_order_relaxed, memory_order_relaxed));
    own->due_ns = due;
    while (knee_clock_sleep_until_ns(due))
        continue;
    return 0;
}

const struct knee_workload knee_workload_lock = {
    .name = "lock",
    .summary = "known answer: one at a time; no limit beats 1",
    .resource = KNEE_CLASS_NET,
    .named_only = true,
    .default_max_level = 32,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct lock_shared),
    .worker_bytes = sizeof(struct lock_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
};
