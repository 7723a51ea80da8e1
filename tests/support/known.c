/* SPDX-License-Identifier: MIT */
#include "tests/support/known.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

enum { TIME_MS, SLOTS };
#define SEVERAL_WORKERS 2u

struct known_shared *known_shared_of_last_setup;

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning, size_t bytes,
                 struct knee_err *err)
{
    (void)warning, (void)bytes, (void)err;
    struct known_shared *common = shared;
    memcpy(common->values, setup->values, sizeof common->values);
    common->epoch_ns = knee_clock_now_ns();
    known_shared_of_last_setup = common;
    return 0;
}

static int begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err)
{
    (void)block, (void)err;
    atomic_store(&((struct known_shared *)shared)->most, 0);
    atomic_store(&((struct known_shared *)shared)->level, level);
    return 0;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    (void)shared;
    ((struct known_worker *)worker)->phase = (index % 8 + 1) / 8.0;
    return 0;
}

void known_wait_until(uint64_t at_ns)
{
    while (knee_clock_sleep_until_ns(at_ns))
        continue;
}

/* All workers in lockstep: items end when the clock is at a multiple of the time. */
static int lockstep_item(void *shared, void *worker)
{
    (void)worker;
    struct known_shared *common = shared;
    uint64_t time = (uint64_t)(common->values[TIME_MS] * MS);
    uint64_t since = knee_clock_now_ns() - common->epoch_ns;
    known_wait_until(common->epoch_ns + (since / time + 1) * time);
    atomic_fetch_add(&common->items, 1);
    return 0;
}

static uint32_t several_workers(void *shared, uint32_t level)
{
    (void)shared;
    return level < SEVERAL_WORKERS ? level : SEVERAL_WORKERS;
}

static int several_item(void *shared, void *worker)
{
    struct known_shared *common = shared;
    struct known_worker *own = worker;
    if (own->ended == 0) {
        own->begun_ns = knee_clock_now_ns();
        own->ended = atomic_load(&common->level) / SEVERAL_WORKERS;
        lockstep_item(shared, worker);
    }
    own->ended--;
    return 0;
}

static uint64_t several_began_ns(const void *worker)
{
    return ((const struct known_worker *)worker)->begun_ns;
}

static uint64_t several_oldest_ns(const void *worker)
{
    const struct known_worker *own = worker;
    return own->ended > 0 ? own->begun_ns : UINT64_MAX;
}

/* Counts how many are in flight. */
static int counting_item(void *shared, void *worker)
{
    (void)worker;
    struct known_shared *common = shared;
    int now = atomic_fetch_add(&common->in_flight, 1) + 1;
    int most = atomic_load(&common->most);
    while (now > most && !atomic_compare_exchange_weak(&common->most, &most, now))
        continue;
    known_wait_until(knee_clock_now_ns() + (uint64_t)(common->values[TIME_MS] * MS));
    atomic_fetch_add(&common->items, 1);
    atomic_fetch_sub(&common->in_flight, 1);
    return 0;
}

/* A pool of slots, each held for the time, first come, first served. */
static int pool_item(void *shared, void *worker)
{
    struct known_shared *common = shared;
    struct known_worker *own = worker;
    uint64_t time = (uint64_t)(common->values[TIME_MS] * MS);
    uint64_t now = knee_clock_now_ns();
    uint64_t arrival = now - own->due_ns < time / 2 ? own->due_ns : now;
    for (;;) {
        int first = 0;
        for (int i = 1; i < (int)common->values[SLOTS]; i++)
            if (atomic_load(&common->slot_free_ns[i]) < atomic_load(&common->slot_free_ns[first]))
                first = i;
        uint64_t free_at = atomic_load(&common->slot_free_ns[first]);
        own->due_ns = (free_at > arrival ? free_at : arrival) + time;
        if (atomic_compare_exchange_strong(&common->slot_free_ns[first], &free_at, own->due_ns))
            break;
    }
    known_wait_until(own->due_ns);
    return 0;
}

/* One shared processor: each of n in flight gets an n-th of it. */
static int shared_processor_item(void *shared, void *worker)
{
    struct known_shared *common = shared;
    struct known_worker *own = worker;
    atomic_fetch_add(&common->in_flight, 1);
    double left_ns = common->values[TIME_MS] * MS;
    if (own->number++ == 0)
        left_ns *= own->phase; /* so that not all end at once */
    uint64_t last = knee_clock_now_ns();
    while (left_ns > 0.0) {
        known_wait_until(last + MS / 2);
        uint64_t now = knee_clock_now_ns();
        left_ns -= (double)(now - last) / atomic_load(&common->in_flight);
        last = now;
    }
    atomic_fetch_sub(&common->in_flight, 1);
    return 0;
}

static int every_fourth_fails_item(void *shared, void *worker)
{
    struct known_shared *common = shared;
    known_wait_until(knee_clock_now_ns() + (uint64_t)(common->values[TIME_MS] * MS));
    return ++((struct known_worker *)worker)->number % 4 == 0 ? EIO : 0;
}

static int refusing_enter(void *shared, void *worker, uint32_t index)
{
    (void)shared, (void)worker;
    return index == 2 ? ECONNREFUSED : 0;
}

_Atomic int known_affinity;

static int affinity_item(void *shared, void *worker)
{
    (void)shared, (void)worker;
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    atomic_store(&known_affinity, CPU_COUNT(&set));
    known_wait_until(knee_clock_now_ns() + MS);
    return 0;
}

#define WORKLOAD(function)                                                                         \
    {                                                                                              \
        .name = #function, .shared_bytes = sizeof(struct known_shared),                            \
        .worker_bytes = sizeof(struct known_worker), .setup = setup, .begin = begin,               \
        .enter = enter, .item = (function)                                                         \
    }

const struct knee_workload known_lockstep = WORKLOAD(lockstep_item);
const struct knee_workload known_counting = WORKLOAD(counting_item);
const struct knee_workload known_pool = WORKLOAD(pool_item);
const struct knee_workload known_shared_processor = WORKLOAD(shared_processor_item);
const struct knee_workload known_several = {.name = "several",
                                            .shared_bytes = sizeof(struct known_shared),
                                            .worker_bytes = sizeof(struct known_worker),
                                            .setup = setup,
                                            .begin = begin,
                                            .workers = several_workers,
                                            .began_ns = several_began_ns,
                                            .oldest_ns = several_oldest_ns,
                                            .item = several_item};
const struct knee_workload known_failing = WORKLOAD(every_fourth_fails_item);
const struct knee_workload known_bound = WORKLOAD(affinity_item);
const struct knee_workload known_refusing = {.name = "refusing",
                                             .enter = refusing_enter,
                                             .item = counting_item,
                                             .setup = setup,
                                             .shared_bytes = sizeof(struct known_shared)};

bool known_sleepers_wake_late(void)
{
    uint64_t latest_ns = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t due_ns = knee_clock_now_ns() + 5 * MS;
        known_wait_until(due_ns);
        uint64_t late_ns = knee_clock_now_ns() - due_ns;
        latest_ns = late_ns > latest_ns ? late_ns : latest_ns;
    }
    return latest_ns > MS;
}

struct knee_engine *known_open_with(const struct knee_engine_params *rest,
                                    const struct knee_workload *workload, const double *values)
{
    struct knee_engine_params params = *rest;
    params.workload = workload;
    params.setup = (struct knee_workload_setup){.values = values, .dir = ".", .workers_max = 1024};
    struct knee_engine *engine = NULL;
    struct knee_err err = {0};
    char warning[80];
    assert_int_equal(knee_engine_open(&engine, &params, warning, sizeof warning, &err), 0);
    return engine;
}

struct knee_engine *known_open(const struct knee_workload *workload, double time_ms, double slots)
{
    static const struct knee_engine_params none;
    const double values[] = {time_ms, slots};
    return known_open_with(&none, workload, values);
}

struct knee_measured known_window(struct knee_engine *engine, uint32_t level, uint64_t length_ns)
{
    struct knee_measured window = {0};
    struct knee_err err = {0};
    if (knee_engine_window(engine, 0, level, length_ns, &window, &err))
        fail_msg("%s", err.message);
    return window;
}

double known_throughput(const struct knee_workload *workload, const double *values,
                        struct knee_engine_faults faults, uint32_t before, uint32_t level,
                        uint64_t length_ns)
{
    const struct knee_engine_params params = {.faults = faults};
    struct knee_engine *engine = known_open_with(&params, workload, values);
    if (before)
        known_window(engine, before, length_ns);
    double found = known_window(engine, level, length_ns).throughput_per_s;
    knee_engine_close(engine);
    return found;
}

bool known_reaches(const struct knee_workload *workload, const double *values, uint32_t before,
                   uint32_t level, uint64_t length_ns, double expected, double relative)
{
    for (int i = 0; i < KNOWN_TRIES; i++) {
        double found = known_throughput(workload, values, (struct knee_engine_faults){0}, before,
                                        level, length_ns);
        if (fabs(found / expected - 1.0) <= relative)
            return true;
        print_message("%s at %u: %.2f/s instead of %.2f/s\n", workload->name, level, found,
                      expected);
    }
    return false;
}
