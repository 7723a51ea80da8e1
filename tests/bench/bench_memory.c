/* SPDX-License-Identifier: MIT */
/* The memory workload compared with STREAM's triad, which OpenMP shares out: bytes per second, as
 * STREAM counts them, over arrays of the same size in all. They take turns in every round. */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "core/host/host.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 5
#define WINDOW_NS (200 * KNEE_NS_PER_MS)
#define FOOTPRINT_BYTES ((size_t)192 << 20) /* of a slot: beyond most caches */
#define ARRAYS 3u
#define WIDTHS_MAX 16u

double bench_openmp_triad_s(int width, double *restrict a, const double *restrict b,
                            const double *restrict c, size_t elements, int passes);

static void fail(const char *what)
{
    fprintf(stderr, "bench_memory: %s\n", what);
    exit(1);
}

static double *make_array(size_t elements, double value)
{
    double *array = malloc(elements * sizeof *array);
    if (!array)
        fail("out of memory");
    for (size_t i = 0; i < elements; i++)
        array[i] = value;
    return array;
}

static struct knee_engine *open_engine(double *values, double *block_bytes, uint32_t most)
{
    const struct knee_workload *memory = knee_registry_find("memory");
    if (!memory)
        fail("there is no workload memory");
    for (size_t i = 0; i < memory->parameters_count; i++) {
        bool footprint = strcmp(memory->parameters[i].name, "footprint") == 0;
        values[i] = footprint ? (double)FOOTPRINT_BYTES : memory->parameters[i].value;
        if (strcmp(memory->parameters[i].name, "block") == 0)
            *block_bytes = values[i];
    }
    const struct knee_engine_params params = {
        .workload = memory,
        .setup = {.values = values, .dir = ".", .seed = 1, .workers_max = most}};
    struct knee_engine *engine;
    struct knee_err err;
    char warning[256];
    if (knee_engine_open(&engine, &params, warning, sizeof warning, &err))
        fail(err.message);
    return engine;
}

static double knee_bytes_per_s(struct knee_engine *engine, uint32_t width, double block_bytes)
{
    struct knee_window window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, WINDOW_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return window.throughput_per_s * block_bytes;
}

static void bench_width(struct knee_engine *engine, double *const *arrays, uint32_t width,
                        double block_bytes)
{
    double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS];
    const size_t elements = FOOTPRINT_BYTES / ARRAYS / sizeof(double);
    for (size_t round = 0; round < ROUNDS; round++) {
        ours[round] = knee_bytes_per_s(engine, width, block_bytes);
        const int passes = 10;
        double took_s =
            bench_openmp_triad_s((int)width, arrays[0], arrays[1], arrays[2], elements, passes);
        theirs[round] = passes * (double)FOOTPRINT_BYTES / took_s;
        ours[round] = (ours[round] + knee_bytes_per_s(engine, width, block_bytes)) / 2;
        ratios[round] = ours[round] / theirs[round];
    }
    printf("memory_triad,knee,%u,%.0f,bytes_per_s\n", width, knee_stats_median(ours, ROUNDS));
    printf("memory_triad,openmp,%u,%.0f,bytes_per_s\n", width, knee_stats_median(theirs, ROUNDS));
    printf("memory_triad,knee/openmp,%u,%.3f,ratio\n", width, knee_stats_median(ratios, ROUNDS));
}

int main(void)
{
    double values[KNEE_PARAMETERS_MAX], block_bytes = 0;
    double *arrays[ARRAYS];
    const uint32_t cpus = knee_host_allowed_cpus();
    const uint32_t most = cpus < WIDTHS_MAX ? cpus : WIDTHS_MAX;
    struct knee_engine *engine = open_engine(values, &block_bytes, most);
    for (size_t i = 0; i < ARRAYS; i++)
        arrays[i] = make_array(FOOTPRINT_BYTES / ARRAYS / sizeof(double), (double)(i + 1));
    for (uint32_t width = 1; width <= most; width *= 2)
        bench_width(engine, arrays, width, block_bytes);
    for (size_t i = 0; i < ARRAYS; i++)
        free(arrays[i]);
    knee_engine_close(engine);
    return fflush(stdout) ? 1 : 0;
}
