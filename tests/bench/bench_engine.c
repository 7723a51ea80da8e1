/* SPDX-License-Identifier: MIT */
/* The cost of an item that does nothing, and the speed of a level change.
 *
 * empty_item: wall time × min(width, CPUs) / items. `engine` is the real one; `floor` is a
 * private loop with the same content but no gate; `openmp` hands out iterations and times nothing.
 * All three take turns in each round; the medians of the rounds are printed.
 * level_change: the time from the call that opens the gate until the last parked worker starts. */
#include "core/base/clock.h"
#include "core/base/histogram.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 3
#define ROUNDS_WIDEST                                                                              \
    2 /* at 512 each thread needs its slice before and after a window: 4 s a round */
#define STRETCH_NS (100 * KNEE_NS_PER_MS)
#define OPENMP_ITEMS 3000000L

double bench_openmp_wall_s(int width, long items); /* tests/bench/bench_openmp.c */

static const uint32_t widths[] = {1, 2, 4, 8, 64, 512};
#define WIDTHS (sizeof widths / sizeof widths[0])

static void fail(const char *what)
{
    fprintf(stderr, "bench_engine: %s\n", what);
    exit(1);
}

static void row(const char *bench, const char *subject, uint32_t width, double value,
                const char *unit)
{
    printf("%s,%s,%u,%.3f,%s\n", bench, subject, width, value, unit);
}

static double cpus(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
}

static double ns_per_item(double wall_s, uint32_t width, double items)
{
    double side_by_side = width < cpus() ? width : cpus();
    return 1e9 * wall_s * side_by_side / items;
}

static int empty_item(void *shared, void *worker)
{
    (void)shared, (void)worker;
    return 0;
}

static const struct knee_workload empty = {.name = "empty", .item = empty_item};

static struct knee_engine *open_engine(const struct knee_workload *workload)
{
    static const double none[1];
    struct knee_engine_params params = {
        .workload = workload,
        .setup = {.values = none, .dir = ".", .workers_max = 512},
    };
    struct knee_engine *engine;
    struct knee_err err;
    char warning[80];
    if (knee_engine_open(&engine, &params, warning, sizeof warning, &err))
        fail(err.message);
    return engine;
}

static double engine_ns(struct knee_engine *engine, uint32_t width)
{
    struct knee_measured window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, STRETCH_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return ns_per_item(knee_clock_to_s(window.window_ns), width, window.items);
}

struct floor_thread {
    _Alignas(128) pthread_t thread;
    pthread_barrier_t *start;
    int (*volatile item)(void *, void *);
    uint64_t items;
    struct knee_histogram latencies;
};

static void *floor_main(void *argument)
{
    struct floor_thread *own = argument;
    int (*item)(void *, void *) = own->item;
    pthread_barrier_wait(own->start);
    uint64_t begin = knee_clock_now_ns();
    const uint64_t end = begin + STRETCH_NS;
    uint64_t items = 0;
    while (begin < end) {
        item(NULL, NULL);
        uint64_t now = knee_clock_now_ns();
        knee_histogram_record(&own->latencies, now - begin);
        items++;
        begin = now;
    }
    own->items = items;
    return NULL;
}

static double floor_ns(struct floor_thread *threads, uint32_t width)
{
    pthread_barrier_t start;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256u * 1024u);
    pthread_barrier_init(&start, NULL, width + 1);
    for (uint32_t i = 0; i < width; i++) {
        threads[i].start = &start;
        threads[i].item = empty_item;
        if (pthread_create(&threads[i].thread, &attributes, floor_main, &threads[i]))
            fail("cannot start a thread");
    }
    uint64_t from = knee_clock_now_ns();
    pthread_barrier_wait(&start);
    double items = 0.0;
    for (uint32_t i = 0; i < width; i++) {
        pthread_join(threads[i].thread, NULL);
        items += (double)threads[i].items;
    }
    double wall_s = knee_clock_to_s(knee_clock_now_ns() - from);
    pthread_barrier_destroy(&start);
    pthread_attr_destroy(&attributes);
    return ns_per_item(wall_s, width, items);
}

static void bench_empty_items(void)
{
    struct knee_engine *engine = open_engine(&empty);
    struct floor_thread *threads = NULL;
    if (posix_memalign((void **)&threads, 128, sizeof *threads * widths[WIDTHS - 1]))
        fail("out of memory");
    memset(threads, 0, sizeof *threads * widths[WIDTHS - 1]);
    for (size_t w = 0; w < WIDTHS; w++) {
        double ours[ROUNDS], least[ROUNDS], openmp[ROUNDS];
        const size_t rounds = w + 1 < WIDTHS ? ROUNDS : ROUNDS_WIDEST;
        for (size_t round = 0; round < rounds; round++) {
            ours[round] = engine_ns(engine, widths[w]);
            least[round] = floor_ns(threads, widths[w]);
            openmp[round] = ns_per_item(bench_openmp_wall_s((int)widths[w], OPENMP_ITEMS),
                                        widths[w], (double)OPENMP_ITEMS);
        }
        row("empty_item", "engine", widths[w], knee_stats_median(ours, rounds), "ns");
        row("empty_item", "floor", widths[w], knee_stats_median(least, rounds), "ns");
        row("empty_item", "openmp", widths[w], knee_stats_median(openmp, rounds), "ns");
    }
    free(threads);
    knee_engine_close(engine);
}

/* Items that note when their worker first ran after the gate was opened. */
struct opening {
    uint64_t opened_ns;
    uint32_t number;
    bool busy;
    _Atomic uint64_t last_start_ns;
};

struct opening_worker {
    uint32_t number;
};

static struct opening *current_opening;

static int opening_setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                         size_t bytes, struct knee_err *err)
{
    (void)warning, (void)bytes, (void)err;
    current_opening = shared;
    current_opening->busy = setup->values[0] > 0.0;
    return 0;
}

static int opening_begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err)
{
    (void)block, (void)level, (void)err;
    struct opening *opening = shared;
    opening->number++;
    opening->opened_ns = knee_clock_now_ns();
    return 0;
}

static int opening_item(void *shared, void *worker)
{
    struct opening *opening = shared;
    struct opening_worker *own = worker;
    uint64_t now = knee_clock_now_ns();
    if (own->number != opening->number) {
        own->number = opening->number;
        uint64_t last = atomic_load(&opening->last_start_ns);
        while (now > last && !atomic_compare_exchange_weak(&opening->last_start_ns, &last, now))
            continue;
    }
    if (opening->busy)
        while (knee_clock_now_ns() < now + KNEE_NS_PER_MS)
            continue;
    else
        knee_clock_sleep_until_ns(now + 5 * KNEE_NS_PER_MS);
    return 0;
}

static const struct knee_workload opening_workload = {
    .name = "opening",
    .shared_bytes = sizeof(struct opening),
    .worker_bytes = sizeof(struct opening_worker),
    .setup = opening_setup,
    .begin = opening_begin,
    .item = opening_item,
};

static void bench_level_change(const char *subject, double busy, size_t count)
{
    static const uint32_t levels[] = {2, 64, 512};
    struct knee_engine_params params = {
        .workload = &opening_workload,
        .setup = {.values = &busy, .dir = ".", .workers_max = 512},
    };
    struct knee_engine *engine;
    struct knee_err err;
    char warning[80];
    if (knee_engine_open(&engine, &params, warning, sizeof warning, &err))
        fail(err.message);
    for (size_t i = 0; i < count; i++) {
        double ms[3];
        for (int round = -1; round < 3; round++) { /* the first one makes the threads */
            struct knee_measured window;
            if (knee_engine_window(engine, 0, levels[i], 10 * KNEE_NS_PER_MS, &window, &err))
                fail(err.message);
            knee_engine_park(engine);
            if (round >= 0)
                ms[round] = 1e3 * knee_clock_to_s(atomic_load(&current_opening->last_start_ns) -
                                                  current_opening->opened_ns);
        }
        row("level_change", subject, levels[i], knee_stats_median(ms, 3), "ms");
    }
    knee_engine_close(engine);
}

int main(void)
{
    bench_empty_items();
    bench_level_change("sleepers", 0.0, 3);
    bench_level_change("busy", 1.0, 2); /* at 512 a slice for each takes a second: see 64 */
    return fflush(stdout) ? 1 : 0;
}
