/* SPDX-License-Identifier: MIT */
/* The memory workload compared with STREAM's triad, which OpenMP shares out, and with the same
 * of likwid-bench if it is installed: bytes per second, as STREAM counts them, over arrays of the
 * same size. They take turns in every round. */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "core/host/host.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 5
#define PASSES 10 /* of OpenMP, over its arrays */
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
    struct knee_measured window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, WINDOW_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return window.throughput_per_s * block_bytes;
}

/* Its pinned threads each go their own way, as our slots do. Each has as much memory as a slot. */
static double likwid_bytes_per_s(uint32_t width)
{
    static const char said[] = "MByte/s:";
    char command[256], line[256];
    double mega = 0;
    snprintf(command, sizeof command, "likwid-bench -t stream -w N:%zukB:%u -i 20 2>/dev/null",
             width * (FOOTPRINT_BYTES / 1000), width);
    FILE *likwid = popen(command, "r");
    while (likwid && fgets(line, sizeof line, likwid))
        if (strncmp(line, said, sizeof said - 1) == 0)
            mega = strtod(line + sizeof said - 1, NULL);
    if (!likwid || pclose(likwid) != 0 || mega <= 0)
        fail("likwid-bench failed");
    return 1e6 * mega;
}

static void report(const char *subject, uint32_t width, double *theirs, double *ratios)
{
    printf("memory_triad,%s,%u,%.0f,bytes_per_s\n", subject, width,
           knee_stats_median(theirs, ROUNDS));
    printf("memory_triad,knee/%s,%u,%.3f,ratio\n", subject, width,
           knee_stats_median(ratios, ROUNDS));
}

static double openmp_bytes_per_s(uint32_t width)
{
    const size_t elements = FOOTPRINT_BYTES / ARRAYS / sizeof(double);
    double *arrays[ARRAYS];
    for (size_t i = 0; i < ARRAYS; i++)
        arrays[i] = make_array(elements, (double)(i + 1));
    double took_s =
        bench_openmp_triad_s((int)width, arrays[0], arrays[1], arrays[2], elements, PASSES);
    for (size_t i = 0; i < ARRAYS; i++)
        free(arrays[i]);
    return PASSES * (double)FOOTPRINT_BYTES / took_s;
}

/* Where the pages lie makes some percent: each round has fresh ones. */
static void bench_width(uint32_t width, bool has_likwid)
{
    double ours[ROUNDS], openmp[ROUNDS], likwid[ROUNDS], by_openmp[ROUNDS], by_likwid[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        double values[KNEE_PARAMETERS_MAX], block_bytes = 0;
        struct knee_engine *engine = open_engine(values, &block_bytes, width);
        ours[round] = knee_bytes_per_s(engine, width, block_bytes);
        openmp[round] = openmp_bytes_per_s(width);
        likwid[round] = has_likwid ? likwid_bytes_per_s(width) : 0;
        ours[round] = (ours[round] + knee_bytes_per_s(engine, width, block_bytes)) / 2;
        knee_engine_close(engine);
        by_openmp[round] = ours[round] / openmp[round];
        by_likwid[round] = has_likwid ? ours[round] / likwid[round] : 0;
    }
    printf("memory_triad,knee,%u,%.0f,bytes_per_s\n", width, knee_stats_median(ours, ROUNDS));
    report("openmp", width, openmp, by_openmp);
    if (has_likwid)
        report("likwid", width, likwid, by_likwid);
}

int main(void)
{
    bool has_likwid = system("command -v likwid-bench >/dev/null") == 0;
    const uint32_t cpus = knee_host_allowed_cpus();
    const uint32_t most = cpus < WIDTHS_MAX ? cpus : WIDTHS_MAX;
    for (uint32_t width = 1; width <= most; width *= 2)
        bench_width(width, has_likwid);
    return fflush(stdout) ? 1 : 0;
}
