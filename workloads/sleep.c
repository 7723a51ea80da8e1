/* SPDX-License-Identifier: MIT */
/* A known answer: items that only wait, so that X(n) = n / time at every level. */
#include "core/base/array.h"
#include "core/base/clock.h"
#include "workloads/parts/pace.h"
#include "workloads/registry.h"

struct sleep_shared {
    uint64_t time_ns;
};

struct sleep_worker {
    uint64_t due_ns;
};

static const struct knee_parameter parameters[] = {
    {.name = "time",
     .unit = KNEE_PARAMETER_TIME,
     .value = 2e7,
     .min = 1e5,
     .max = 6e10,
     .help = "how long an item sleeps",
     .shown = true},
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes, (void)err;
    ((struct sleep_shared *)shared)->time_ns = (uint64_t)setup->values[0];
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
    const struct sleep_shared *common = shared;
    struct sleep_worker *own = worker;
    uint64_t arrival = knee_pace_arrival_ns(own->due_ns, knee_clock_now_ns(), common->time_ns / 2);
    own->due_ns = arrival + common->time_ns;
    while (knee_clock_sleep_until_ns(own->due_ns))
        continue;
    return 0;
}

const struct knee_workload knee_workload_sleep = {
    .name = "sleep",
    .summary = "known answer: waits, needs nothing; twice the limit is twice the throughput",
    .resource = KNEE_CLASS_NET,
    .named_only = true,
    .default_max_level = 512,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct sleep_shared),
    .worker_bytes = sizeof(struct sleep_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
};
