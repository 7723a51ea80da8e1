/* SPDX-License-Identifier: MIT */
/* The engine over workloads whose answer is known. All of them sleep or keep to the clock, so that
 * a busy machine can only delay them; what compares with a figure is tried again a few times
 * before it counts as wrong. */
#include "core/clock.h"
#include "core/engine.h"
#include "tests/test.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define MS KNEE_NS_PER_MS
#define TRIES 6

/* ---- workloads ---- */

enum { TIME_MS, SLOTS };

struct shared {
    double values[2];
    _Atomic uint64_t items;
    _Atomic int in_flight, most;
    _Atomic uint64_t slot_free_ns[8];
    uint64_t epoch_ns;
};

struct worker {
    uint64_t due_ns;
    uint64_t number;
    double phase;
};

static struct shared *shared_of_last_setup;

static int setup(void *shared, const struct knee_setup *setup, char *warning, size_t bytes,
                 struct knee_err *err)
{
    (void)warning, (void)bytes, (void)err;
    struct shared *common = shared;
    memcpy(common->values, setup->values, sizeof common->values);
    common->epoch_ns = knee_clock_now_ns();
    shared_of_last_setup = common;
    return 0;
}

static int begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err)
{
    (void)block, (void)level, (void)err;
    atomic_store(&((struct shared *)shared)->most, 0);
    return 0;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    (void)shared;
    ((struct worker *)worker)->phase = (index % 8 + 1) / 8.0;
    return 0;
}

static void wait_until(uint64_t at_ns)
{
    while (knee_clock_sleep_until_ns(at_ns))
        continue;
}

/* All workers in lockstep: items end when the clock is at a multiple of the time. */
static int lockstep_item(void *shared, void *worker)
{
    (void)worker;
    struct shared *common = shared;
    uint64_t time = (uint64_t)(common->values[TIME_MS] * MS);
    uint64_t since = knee_clock_now_ns() - common->epoch_ns;
    wait_until(common->epoch_ns + (since / time + 1) * time);
    atomic_fetch_add(&common->items, 1);
    return 0;
}

/* Counts how many are in flight. */
static int counting_item(void *shared, void *worker)
{
    (void)worker;
    struct shared *common = shared;
    int now = atomic_fetch_add(&common->in_flight, 1) + 1;
    int most = atomic_load(&common->most);
    while (now > most && !atomic_compare_exchange_weak(&common->most, &most, now))
        continue;
    wait_until(knee_clock_now_ns() + (uint64_t)(common->values[TIME_MS] * MS));
    atomic_fetch_add(&common->items, 1);
    atomic_fetch_sub(&common->in_flight, 1);
    return 0;
}

/* A pool of slots, each held for the time, first come, first served. */
static int pool_item(void *shared, void *worker)
{
    struct shared *common = shared;
    struct worker *own = worker;
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
    wait_until(own->due_ns);
    return 0;
}

/* One processor, shared: n in flight each get an n-th of it. */
static int shared_processor_item(void *shared, void *worker)
{
    struct shared *common = shared;
    struct worker *own = worker;
    atomic_fetch_add(&common->in_flight, 1);
    double left_ns = common->values[TIME_MS] * MS;
    if (own->number++ == 0)
        left_ns *= own->phase; /* so that they do not all end at once */
    uint64_t last = knee_clock_now_ns();
    while (left_ns > 0.0) {
        wait_until(last + MS / 2);
        uint64_t now = knee_clock_now_ns();
        left_ns -= (double)(now - last) / atomic_load(&common->in_flight);
        last = now;
    }
    atomic_fetch_sub(&common->in_flight, 1);
    return 0;
}

static int every_fourth_fails_item(void *shared, void *worker)
{
    struct shared *common = shared;
    wait_until(knee_clock_now_ns() + (uint64_t)(common->values[TIME_MS] * MS));
    return ++((struct worker *)worker)->number % 4 == 0 ? EIO : 0;
}

static int refusing_enter(void *shared, void *worker, uint32_t index)
{
    (void)shared, (void)worker;
    return index == 2 ? ECONNREFUSED : 0;
}

static _Atomic int affinity_of_worker;

static int affinity_item(void *shared, void *worker)
{
    (void)shared, (void)worker;
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    atomic_store(&affinity_of_worker, CPU_COUNT(&set));
    wait_until(knee_clock_now_ns() + MS);
    return 0;
}

#define WORKLOAD(function)                                                                         \
    {                                                                                              \
        .name = #function, .shared_bytes = sizeof(struct shared),                                  \
        .worker_bytes = sizeof(struct worker), .setup = setup, .begin = begin, .enter = enter,     \
        .item = function                                                                           \
    }

static const struct knee_workload lockstep = WORKLOAD(lockstep_item);
static const struct knee_workload counting = WORKLOAD(counting_item);
static const struct knee_workload pool = WORKLOAD(pool_item);
static const struct knee_workload shared_processor = WORKLOAD(shared_processor_item);
static const struct knee_workload failing = WORKLOAD(every_fourth_fails_item);
static const struct knee_workload affinity = WORKLOAD(affinity_item);
static const struct knee_workload refusing = {.name = "refusing",
                                              .enter = refusing_enter,
                                              .item = counting_item,
                                              .setup = setup,
                                              .shared_bytes = sizeof(struct shared)};

/* ---- helpers ---- */

static struct knee_engine *open_with(const struct knee_engine_params *rest,
                                     const struct knee_workload *workload, const double *values)
{
    struct knee_engine_params params = *rest;
    params.workload = workload;
    params.setup = (struct knee_setup){.values = values, .dir = ".", .workers_max = 1024};
    struct knee_engine *engine = NULL;
    struct knee_err err = {0};
    char warning[80];
    assert_int_equal(knee_engine_open(&engine, &params, warning, sizeof warning, &err), 0);
    return engine;
}

static struct knee_engine *open_plain(const struct knee_workload *workload, double time_ms,
                                      double slots)
{
    static const struct knee_engine_params none;
    const double values[] = {time_ms, slots};
    return open_with(&none, workload, values);
}

static struct knee_window window_at(struct knee_engine *engine, uint32_t level, uint64_t length_ns)
{
    struct knee_window window = {0};
    struct knee_err err = {0};
    if (knee_engine_window(engine, 0, level, length_ns, &window, &err))
        fail_msg("%s", err.message);
    return window;
}

/* Throughput at `level` after a window at `before`, with `faults`. */
static double throughput(const struct knee_workload *workload, const double *values,
                         struct knee_engine_faults faults, uint32_t before, uint32_t level,
                         uint64_t length_ns)
{
    const struct knee_engine_params params = {.faults = faults};
    struct knee_engine *engine = open_with(&params, workload, values);
    if (before)
        window_at(engine, before, length_ns);
    double found = window_at(engine, level, length_ns).throughput_per_s;
    knee_engine_close(engine);
    return found;
}

/* Whether a few tries come within `relative` of `expected`. */
static bool reaches(const struct knee_workload *workload, const double *values, uint32_t before,
                    uint32_t level, uint64_t length_ns, double expected, double relative)
{
    for (int i = 0; i < TRIES; i++) {
        double found =
            throughput(workload, values, (struct knee_engine_faults){0}, before, level, length_ns);
        if (fabs(found / expected - 1.0) <= relative)
            return true;
        print_message("%s at %u: %.2f/s instead of %.2f/s\n", workload->name, level, found,
                      expected);
    }
    return false;
}

/* ---- what each of the four protects from ---- */

static void credit_counts_the_part_of_an_item_inside(void **state)
{
    (void)state;
    const double values[] = {40, 0};
    /* A window of one and a half items: whole ones can only be 1 or 2, 33 % off. */
    const double expected = 8 / 0.040;
    assert_true(reaches(&lockstep, values, 0, 8, 60 * MS, expected, 0.05));
    double whole = throughput(&lockstep, values, (struct knee_engine_faults){.no_credit = true}, 0,
                              8, 60 * MS);
    assert_true(fabs(whole / expected - 1.0) > 0.2);
}

static void settling_keeps_the_old_level_out(void **state)
{
    (void)state;
    const double values[] = {20, 3};
    const double expected = 3 / 0.020;
    assert_true(reaches(&pool, values, 24, 3, 60 * MS, expected, 0.04));
    double early =
        throughput(&pool, values, (struct knee_engine_faults){.no_settling = true}, 24, 3, 60 * MS);
    assert_true(early / expected < 0.9);
}

static void hold_keeps_the_system_full_for_stragglers(void **state)
{
    (void)state;
    const double values[] = {10, 0};
    const double expected = 1 / 0.010;
    assert_true(reaches(&shared_processor, values, 1, 8, 90 * MS, expected, 0.04));
    /* 3 % too much by calculation, where the items of 8 workers are evenly out of step. (A window
     * must be longer than an item here: a worker in the middle of one would never see it.) */
    double held = 0.0, emptier = 0.0;
    for (int i = 0; i < 2 * TRIES; i++) {
        held +=
            throughput(&shared_processor, values, (struct knee_engine_faults){0}, 1, 8, 90 * MS);
        emptier += throughput(&shared_processor, values,
                              (struct knee_engine_faults){.no_hold = true}, 1, 8, 90 * MS);
    }
    print_message("without the hold: %.1f %% more\n", 100.0 * (emptier / held - 1.0));
    assert_true(emptier / held > 1.01);
}

static void edges_do_not_depend_on_when_the_controller_wakes(void **state)
{
    (void)state;
    const double values[] = {5, 0};
    const struct knee_engine_params late = {.faults = {.controller_late_ns = 150 * MS}};
    const double expected = 8 / 0.005;
    double found = 0.0, naive = 0.0;
    for (int i = 0; i < TRIES && fabs(found / expected - 1.0) > 0.04; i++) {
        struct knee_engine *engine = open_with(&late, &lockstep, values);
        window_at(engine, 8, 100 * MS);
        uint64_t before = atomic_load(&shared_of_last_setup->items);
        found = window_at(engine, 8, 100 * MS).throughput_per_s;
        naive = (double)(atomic_load(&shared_of_last_setup->items) - before) / 0.100;
        knee_engine_close(engine);
    }
    assert_close(found, expected, 0.04);
    assert_true(naive / expected > 1.5); /* what counting until it woke would have said */
}

/* ---- levels ---- */

static void exactly_the_level_is_in_flight(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 64, 3, 200, 2, 17, 1};
    struct knee_engine *engine = open_plain(&counting, 2, 0);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        window_at(engine, levels[i], 20 * MS);
        struct knee_window window = window_at(engine, levels[i], 40 * MS);
        assert_int_equal(atomic_load(&shared_of_last_setup->most), levels[i]);
        assert_int_equal(window.level, levels[i]);
        assert_true(window.items > 0.0);
    }
    knee_engine_close(engine);
}

static int threads_of_process(void)
{
    char line[128];
    int threads = -1;
    FILE *status = fopen("/proc/self/status", "r");
    assert_non_null(status);
    while (fgets(line, sizeof line, status))
        sscanf(line, "Threads: %d", &threads);
    fclose(status);
    return threads;
}

static void a_thousand_workers_run_and_leave(void **state)
{
    (void)state;
    int before = threads_of_process();
    struct knee_engine *engine = open_plain(&counting, 50, 0);
    struct knee_window window = window_at(engine, 1024, 100 * MS);
    assert_true(window.items > 0.0);
    assert_true(threads_of_process() >= before + 1024);
    window = window_at(engine, 1, 100 * MS);
    assert_true(window.items > 0.0);
    knee_engine_close(engine);
    assert_int_equal(threads_of_process(), before);
}

static void parked_means_that_nothing_runs(void **state)
{
    (void)state;
    struct knee_engine *engine = open_plain(&counting, 1, 0);
    window_at(engine, 16, 20 * MS);
    knee_engine_park(engine);
    uint64_t items = atomic_load(&shared_of_last_setup->items);
    wait_until(knee_clock_now_ns() + 30 * MS);
    assert_int_equal(atomic_load(&shared_of_last_setup->items), items);
    assert_true(window_at(engine, 16, 20 * MS).items > 0.0);
    knee_engine_close(engine);
}

/* ---- figures ---- */

static void throughput_times_latency_is_the_level(void **state)
{
    (void)state;
    struct knee_engine *engine = open_plain(&counting, 5, 0);
    for (int i = 0;; i++) {
        struct knee_window window = window_at(engine, 16, 200 * MS);
        double level = window.throughput_per_s * window.latency_mean_s;
        if (fabs(level / 16.0 - 1.0) < 0.05) {
            assert_true(window.latency_p50_s <= window.latency_p95_s);
            assert_true(window.latency_p95_s <= window.latency_p99_s);
            assert_true(window.latency_p99_s <= window.latency_max_s);
            assert_true(window.latency_p50_s >= 0.005 * 0.99);
            assert_true(window.other_wait_s > 0.5 * 16 * 0.2);
            assert_true(window.switches_voluntary > 0.0);
            assert_true(window.rss_bytes > 0.0);
            break;
        }
        assert_true(i < TRIES);
    }
    knee_engine_close(engine);
}

static void failed_items_are_no_throughput(void **state)
{
    (void)state;
    struct knee_engine *engine = open_plain(&failing, 1, 0);
    struct knee_window window = window_at(engine, 4, 400 * MS);
    double ratio = window.failed_items / (window.items + window.failed_items);
    assert_close(ratio, 0.25, 0.08);
    assert_close(window.throughput_per_s, window.items / knee_clock_to_s(window.window_ns), 1e-9);
    assert_true(window.reasons & KNEE_REASON_ERRORS);
    assert_true(window.valid);
    knee_engine_close(engine);
}

static void an_item_longer_than_the_window_is_credited(void **state)
{
    (void)state;
    const double values[] = {150, 0};
    assert_true(reaches(&lockstep, values, 0, 4, 50 * MS, 4 / 0.150, 0.05));
}

/* ---- ends ---- */

static volatile sig_atomic_t interrupt_flag;

static void on_alarm(int signal)
{
    interrupt_flag = signal;
}

static void an_interrupt_ends_the_window(void **state)
{
    (void)state;
    const double values[] = {5, 0};
    const struct knee_engine_params params = {.interrupted = &interrupt_flag};
    struct knee_engine *engine = open_with(&params, &lockstep, values);
    struct knee_window window = {.items = -1.0};
    struct knee_err err = {0};
    const struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval soon = {.it_value = {.tv_usec = 50000}};
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(knee_engine_window(engine, 0, 4, 10 * MS, &window, &err), 0);
    window.items = -1.0;
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    /* An hour would be noticed. */
    assert_int_equal(knee_engine_window(engine, 0, 8, 3600 * KNEE_NS_PER_S, &window, &err), -1);
    assert_int_equal(err.code, KNEE_INTERRUPTED);
    assert_close(window.items, -1.0, 0);
    knee_engine_close(engine);
}

static void a_worker_that_cannot_start_is_named(void **state)
{
    (void)state;
    struct knee_engine *engine = open_plain(&refusing, 1, 0);
    struct knee_window window;
    struct knee_err err = {0};
    assert_int_equal(knee_engine_window(engine, 0, 2, 10 * MS, &window, &err), 0);
    assert_int_equal(knee_engine_window(engine, 0, 4, 10 * MS, &window, &err), -1);
    assert_non_null(strstr(err.message, "refusing: worker 3"));
    knee_engine_close(engine);
    knee_engine_close(NULL);
}

static int allowed_cpus(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
}

static void pinning_binds_on_this_system_only(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        bool binds;
    } cases[] = {{NULL, true}, {"core:4 pu:2", false}};
    const double values[] = {1, 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_topology *topology = NULL;
        struct knee_err err = {0};
        assert_int_equal(knee_topology_open(&topology, cases[i].source, &err), 0);
        const struct knee_engine_params params = {.pin = KNEE_PIN_PU, .topology = topology};
        struct knee_engine *engine = open_with(&params, &affinity, values);
        window_at(engine, 2, 10 * MS);
        knee_engine_close(engine);
        knee_topology_close(topology);
        assert_int_equal(atomic_load(&affinity_of_worker), cases[i].binds ? 1 : allowed_cpus());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_counts_the_part_of_an_item_inside),
        cmocka_unit_test(settling_keeps_the_old_level_out),
        cmocka_unit_test(hold_keeps_the_system_full_for_stragglers),
        cmocka_unit_test(edges_do_not_depend_on_when_the_controller_wakes),
        cmocka_unit_test(exactly_the_level_is_in_flight),
        cmocka_unit_test(a_thousand_workers_run_and_leave),
        cmocka_unit_test(parked_means_that_nothing_runs),
        cmocka_unit_test(throughput_times_latency_is_the_level),
        cmocka_unit_test(failed_items_are_no_throughput),
        cmocka_unit_test(an_item_longer_than_the_window_is_credited),
        cmocka_unit_test(an_interrupt_ends_the_window),
        cmocka_unit_test(a_worker_that_cannot_start_is_named),
        cmocka_unit_test(pinning_binds_on_this_system_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
