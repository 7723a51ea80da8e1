/* SPDX-License-Identifier: MIT */
/* IOPS of the io workload compared with fio: 4 KiB random reads, direct, synchronous, from a file
 * of the same size on the same device, with one thread for each job of fio. In every round fio runs
 * between two of our windows and is compared with their mean, so the machine's drift cancels out.
 * Prints the medians of the rounds, and the median of their ratios. */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "workloads/parts/io_file.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ROUNDS 3
#define WINDOW_NS (250 * KNEE_NS_PER_MS)
#define FILE_BYTES (UINT64_C(256) << 20)
#define DIRECTORY "build" /* on a device; /tmp may be memory */
#define FIO_IOPS_FIELD 8  /* of its terse format, version 3 */

static const uint32_t widths[] = {1, 4, 16, 32};
#define WIDTHS (sizeof widths / sizeof widths[0])

static void fail(const char *what)
{
    fprintf(stderr, "bench_io: %s\n", what);
    exit(1);
}

static struct knee_engine *open_engine(double *values)
{
    const struct knee_workload *io = knee_registry_find("io");
    if (!io)
        fail("there is no workload io");
    for (size_t i = 0; i < io->parameters_count; i++)
        values[i] = io->parameters[i].value;
    const struct knee_engine_params params = {
        .workload = io,
        .setup = {.values = values, .dir = DIRECTORY, .seed = 1, .workers_max = widths[WIDTHS - 1]},
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
    struct knee_window window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, WINDOW_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return window.throughput_per_s;
}

/* The file has no name. fio opens it through our /proc entry, and need not lay it out. */
static double fio_iops(int fd, uint32_t width)
{
    char command[512], line[4096], *field = line;
    snprintf(command, sizeof command,
             "fio --name=knee --filename=/proc/%d/fd/%d --size=%llu --ioengine=psync --direct=1 "
             "--rw=randread --bs=4k --numjobs=%u --thread --group_reporting --time_based "
             "--runtime=500ms --norandommap --randrepeat=0 --output-format=terse --terse-version=3",
             (int)getpid(), fd, (unsigned long long)FILE_BYTES, width);
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

static void row(const char *subject, uint32_t width, double value, const char *unit)
{
    printf("io_randread,%s,%u,%.3f,%s\n", subject, width, value, unit);
}

static void bench_width(struct knee_engine *engine, int fd, uint32_t width)
{
    double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        ours[round] = knee_iops(engine, width);
        theirs[round] = fd >= 0 ? fio_iops(fd, width) : 0;
        ours[round] = (ours[round] + knee_iops(engine, width)) / 2;
        ratios[round] = theirs[round] > 0 ? ours[round] / theirs[round] : 0;
    }
    row("knee", width, knee_stats_median(ours, ROUNDS), "per_s");
    if (fd < 0)
        return;
    row("fio", width, knee_stats_median(theirs, ROUNDS), "per_s");
    row("knee/fio", width, knee_stats_median(ratios, ROUNDS), "ratio");
}

int main(void)
{
    double values[KNEE_PARAMETERS_MAX];
    struct knee_engine *engine = open_engine(values);
    struct knee_io_file file = {.fd = -1};
    struct knee_err err;
    if (system("command -v fio >/dev/null") != 0)
        fprintf(stderr, "bench_io: fio is not installed: skipped\n");
    else if (knee_io_file_open(&file, DIRECTORY, FILE_BYTES, 4096, 2, &err) != 0)
        fail(err.message);
    for (size_t i = 0; i < WIDTHS; i++)
        bench_width(engine, file.fd, widths[i]);
    knee_io_file_close(&file);
    knee_engine_close(engine);
    return fflush(stdout) ? 1 : 0;
}
