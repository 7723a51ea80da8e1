/* SPDX-License-Identifier: MIT */
#include "tuner/store/hosts_read.h"

#include "core/base/array.h"
#include "core/base/file.h"
#include "core/text/csv.h"
#include "core/text/strings.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANKS_MAX 1024

enum column {
    WORKLOAD,
    BLOCK,
    LEVEL,
    RANK,
    HOST,
    SHARE,
    WINDOW,
    RATE,
    P99,
    USER,
    SYSTEM,
    CPUS,
    FOREIGN,
    REASON,
    COLUMNS
};

static const char *const NAMES[COLUMNS] = {
    [WORKLOAD] = "workload",
    [BLOCK] = "block",
    [LEVEL] = "level",
    [RANK] = "rank",
    [HOST] = "host",
    [SHARE] = "share",
    [WINDOW] = "window_s",
    [RATE] = "throughput_per_s",
    [P99] = "latency_p99_s",
    [USER] = "cpu_user_s",
    [SYSTEM] = "cpu_system_s",
    [CPUS] = "cpus",
    [FOREIGN] = "foreign_cpus",
    [REASON] = "reason",
};

struct reader {
    struct knee_csv *csv;
    size_t at[COLUMNS];
    struct knee_fleet_part *parts;
    size_t count;
};

static const char *text_of(const struct reader *reader, enum column column)
{
    return knee_csv_field(reader->csv, reader->at[column]);
}

static double number_of(const struct reader *reader, enum column column)
{
    const char *text = text_of(reader, column);
    char *end;
    double number = strtod(text, &end);
    return end == text ? NAN : number;
}

static int add_row(struct reader *reader, const char *workload, uint32_t level,
                   struct knee_err *err)
{
    double rank = number_of(reader, RANK), window_s = number_of(reader, WINDOW);
    /* Windows of half of the hosts have no block of the search. */
    if (strcmp(text_of(reader, WORKLOAD), workload) != 0 || number_of(reader, LEVEL) != level ||
        number_of(reader, BLOCK) >= UINT32_MAX || !(rank >= 0 && rank < RANKS_MAX))
        return 0;
    size_t index = (size_t)rank;
    if (index >= reader->count) {
        void *grown = realloc(reader->parts, (index + 1) * sizeof *reader->parts);
        if (!grown)
            return knee_err_memory(err, "hosts.csv");
        reader->parts = grown;
        memset(&reader->parts[reader->count], 0,
               (index + 1 - reader->count) * sizeof *reader->parts);
        reader->count = index + 1;
    }
    struct knee_fleet_part *part = &reader->parts[index];
    knee_strings_utf8(part->name, sizeof part->name, text_of(reader, HOST), false);
    part->rank = (uint32_t)index;
    part->cpus = number_of(reader, CPUS);
    if (!(window_s > 0)) /* it had no item in this window */
        return 0;
    part->windows++;
    part->share += number_of(reader, SHARE);
    part->throughput_per_s += number_of(reader, RATE);
    part->cpu_ratio +=
        (number_of(reader, USER) + number_of(reader, SYSTEM)) / window_s / part->cpus;
    part->foreign_cpus += number_of(reader, FOREIGN);
    part->latency_p99_s += number_of(reader, P99);
    return 0;
}

static int read_all(struct reader *reader, const char *workload, uint32_t level,
                    struct knee_err *err)
{
    int more = knee_csv_next(reader->csv, err);
    for (size_t i = 0; more > 0 && i < COLUMNS; i++) {
        reader->at[i] = knee_csv_find(reader->csv, NAMES[i]);
        if (reader->at[i] == SIZE_MAX)
            return knee_csv_fail(reader->csv, err, "there is no column %s", NAMES[i]);
    }
    while (more > 0 && (more = knee_csv_next(reader->csv, err)) > 0)
        if (add_row(reader, workload, level, err))
            return -1;
    return more;
}

int knee_hosts_read_from(struct knee_fleet_part **parts, size_t *count, FILE *in, const char *path,
                         const char *workload, uint32_t level, struct knee_err *err)
{
    struct reader reader = {.csv = NULL};
    const struct knee_csv_params params = {.in = in,
                                           .path = path,
                                           .code = KNEE_USAGE,
                                           .advice = "remove the file to go without it",
                                           .whole_lines = true};
    int status = knee_csv_open(&reader.csv, &params, err);
    if (status == 0)
        status = read_all(&reader, workload, level, err);
    knee_csv_close(reader.csv);
    if (status) {
        free(reader.parts);
        return -1;
    }
    knee_fleet_part_finish(reader.parts, reader.count);
    *parts = reader.parts;
    *count = reader.count;
    return 0;
}

int knee_hosts_read(struct knee_fleet_part **parts, size_t *count, const char *dir,
                    const char *workload, uint32_t level, struct knee_err *err)
{
    char path[4200];
    snprintf(path, sizeof path, "%.4000s/hosts.csv", dir);
    *parts = NULL;
    *count = 0;
    FILE *in = knee_file_open_regular(path, true);
    if (!in && errno == ENOENT)
        return 0;
    if (!in)
        return knee_err_set(err, KNEE_FAILED, "%s: %s; make it readable", path,
                            knee_file_reason(errno));
    int status = knee_hosts_read_from(parts, count, in, path, workload, level, err);
    fclose(in);
    return status;
}
