/* SPDX-License-Identifier: MIT */
/* `bench_io [sync|uring]`: IOPS of the io workload compared with fio: 4 KiB random reads, direct,
 * from a file of the same size on the same device; synchronous with one thread for each job of fio,
 * and by io_uring with queues of the same depth. In every round fio runs between two of our windows
 * and is compared with their mean, so the machine's drift cancels out. Prints the medians of the
 * rounds, and the median of their ratios. */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "workloads/parts/io_file.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 3
#define WINDOW_NS (250 * KNEE_NS_PER_MS)
#define FILE_BYTES (UINT64_C(256) << 20)
#define DIRECTORY "build" /* on a device; /tmp may be memory */
#define SYNC_NAME "sync"
#define URING_NAME "uring"
#define FIO_IOPS_FIELD 8 /* of its terse format, version 3 */

static const uint32_t widths[] = {1, 4, 16, 32};
#define WIDTHS (sizeof widths / sizeof widths[0])
#if defined KNEE_WITH_LIBURING
static const uint32_t depths[] = {1, 4, 16, 64, 256};
#define DEPTHS (sizeof depths / sizeof depths[0])
#endif

/* The sides that are compared: threads that read, or the depth of a queue. */
struct bench {
    const char *name, *engine; /* engine: the parameter's word */
    const char *fio;           /* its options; the one number in it is the width */
};
static const struct bench SYNC = {"io_randread", SYNC_NAME, "--ioengine=psync --numjobs=%u"};
#if defined KNEE_WITH_LIBURING
static const struct bench URING = {"io_uring", URING_NAME, "--ioengine=io_uring --iodepth=%u"};
#endif

static void fail(const char *what)
{
    fprintf(stderr, "bench_io: %s\n", what);
    exit(1);
}

static struct knee_engine *open_engine(const struct bench *bench, double *values, uint32_t most)
{
    const struct knee_workload *io = knee_registry_find("io");
    if (!io)
        fail("there is no workload io");
    for (size_t i = 0; i < io->parameters_count; i++) {
        values[i] = io->parameters[i].value;
        if (strcmp(io->parameters[i].name, "engine") == 0)
            values[i] = strcmp(bench->engine, URING_NAME) == 0;
    }
    const struct knee_engine_params params = {
        .workload = io,
        .setup = {.values = values, .dir = DIRECTORY, .seed = 1, .workers_max = most},
    };
    struct knee_engine *engine;
    struct knee_err err;
    char warning[256];
    if (knee_engine_open(&engine, &params, warning, sizeof warning, &err))
        fail(err.message);
    if (*warning)
        fprintf(stderr, "bench_io: %s\n", warning);
    return engine;
}

static double knee_iops(struct knee_engine *engine, uint32_t width)
{
    struct knee_measured window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, WINDOW_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return window.throughput_per_s;
}

/* The file has no name. fio opens it through our /proc entry, and need not lay it out. */
static double fio_iops(const struct bench *bench, int fd, uint32_t width)
{
    char command[512], engine[64], line[4096], *field = line;
    snprintf(engine, sizeof engine, bench->fio, width);
    snprintf(command, sizeof command,
             "fio --name=knee --filename=/proc/%d/fd/%d --size=%llu %s --direct=1 "
             "--rw=randread --bs=4k --thread --group_reporting --time_based "
             "--runtime=500ms --norandommap --randrepeat=0 --output-format=terse --terse-version=3",
             (int)getpid(), fd, (unsigned long long)FILE_BYTES, engine);
    FILE *fio = popen(command, "r");
    if (!fio || !fgets(line, sizeof line, fio))
        fail("cannot run fio");
    if (pclose(fio) != 0)
        fail("fio failed");
    for (int i = 1; field && i < FIO_IOPS_FIELD; i++) {
        while (*field && *field != ';')
            field++;
        field = *field ? field + 1 : NULL;
    }
    if (!field)
        fail("fio's output is not as expected");
    return strtod(field, NULL);
}

static void row(const struct bench *bench, const char *subject, uint32_t width, double value,
                const char *unit)
{
    printf("%s,%s,%u,%.3f,%s\n", bench->name, subject, width, value, unit);
}

static void bench_width(const struct bench *bench, struct knee_engine *engine, int fd,
                        uint32_t width)
{
    double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        ours[round] = knee_iops(engine, width);
        theirs[round] = fd >= 0 ? fio_iops(bench, fd, width) : 0;
        ours[round] = (ours[round] + knee_iops(engine, width)) / 2;
        ratios[round] = theirs[round] > 0 ? ours[round] / theirs[round] : 0;
    }
    row(bench, "knee", width, knee_stats_median(ours, ROUNDS), "per_s");
    if (fd < 0)
        return;
    row(bench, "fio", width, knee_stats_median(theirs, ROUNDS), "per_s");
    row(bench, "knee/fio", width, knee_stats_median(ratios, ROUNDS), "ratio");
}

static void run(const struct bench *bench, int fd, const uint32_t *at, size_t count)
{
    double values[KNEE_PARAMETERS_MAX];
    struct knee_engine *engine = open_engine(bench, values, at[count - 1]);
    for (size_t i = 0; i < count; i++)
        bench_width(bench, engine, fd, at[i]);
    knee_engine_close(engine);
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    struct knee_io_file file = {.fd = -1};
    struct knee_err err;
    if (system("command -v fio >/dev/null") != 0)
        fprintf(stderr, "bench_io: fio is not installed: skipped\n");
    else if (knee_io_file_open(&file, DIRECTORY, FILE_BYTES, 4096, 2, &err) != 0)
        fail(err.message);
    if (strcmp(only, URING_NAME) != 0)
        run(&SYNC, file.fd, widths, WIDTHS);
#if defined KNEE_WITH_LIBURING
    if (strcmp(only, SYNC_NAME) != 0)
        run(&URING, file.fd, depths, DEPTHS);
#endif
    knee_io_file_close(&file);
    return fflush(stdout) ? 1 : 0;
}
