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
#define LEVELS_TRIED_MAX 16 /* each reads the file again */

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
    /* The rows of the window that is being read. */
    struct knee_fleet_part_row window[RANKS_MAX];
    size_t window_count;
    double block;
    uint32_t above; /* the next level of which there are windows */
};

/* A window ends with the next one's first row. */
static void end_window(struct reader *reader)
{
    knee_fleet_part_compare(reader->parts, reader->window, reader->window_count);
    reader->window_count = 0;
}

/* Rows come by rank, window after window. */
static void add_to_window(struct reader *reader, double block,
                          const struct knee_fleet_part_row *row)
{
    size_t count = reader->window_count;
    if (count > 0 && (block != reader->block || row->rank <= reader->window[count - 1].rank))
        end_window(reader);
    reader->block = block;
    reader->window[reader->window_count++] = *row;
}

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
    if (strcmp(text_of(reader, WORKLOAD), workload) != 0 ||
        number_of(reader, BLOCK) >= UINT32_MAX || !(rank >= 0 && rank < RANKS_MAX))
        return 0;
    double row_level = number_of(reader, LEVEL);
    if (row_level > level && row_level < reader->above)
        reader->above = (uint32_t)row_level;
    if (row_level != level)
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
    const struct knee_fleet_part_row row = {(uint32_t)index, number_of(reader, SHARE),
                                            number_of(reader, RATE)};
    if (row.share > 0 && row.throughput_per_s >= 0)
        add_to_window(reader, number_of(reader, BLOCK), &row);
    part->windows++;
    part->share += row.share;
    part->throughput_per_s += row.throughput_per_s;
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
    end_window(reader);
    return more;
}

/* A level's parts, and the next level above it of which there are windows; UINT32_MAX: none. */
struct level_parts {
    struct knee_fleet_part *parts;
    size_t count;
    uint32_t above;
};

static int read_level(struct level_parts *made, FILE *in, const char *path, const char *workload,
                      uint32_t level, struct knee_err *err)
{
    struct reader reader = {.above = UINT32_MAX};
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
    *made = (struct level_parts){reader.parts, reader.count, reader.above};
    return 0;
}

int knee_hosts_read_from(struct knee_fleet_part **parts, size_t *count, FILE *in, const char *path,
                         const char *workload, uint32_t level, struct knee_err *err)
{
    struct level_parts made;
    if (read_level(&made, in, path, workload, level, err))
        return -1;
    *parts = made.parts;
    *count = made.count;
    return 0;
}

/* The level's parts, or, if those do not tell of all hosts, those of the first one above that do.
 */
static int read_upwards(struct level_parts *kept, FILE *in, const char *path, const char *workload,
                        uint32_t *level, struct knee_err *err)
{
    struct level_parts higher;
    if (read_level(kept, in, path, workload, *level, err))
        return -1;
    uint32_t next = kept->above;
    for (int i = 0; i < LEVELS_TRIED_MAX && next < UINT32_MAX; i++) {
        if (knee_fleet_part_all_compared(kept->parts, kept->count))
            break;
        rewind(in);
        if (read_level(&higher, in, path, workload, next, err)) {
            free(kept->parts);
            return -1;
        }
        struct level_parts worse = higher;
        if (knee_fleet_part_all_compared(higher.parts, higher.count)) {
            worse = *kept;
            *kept = higher;
            *level = next;
        }
        free(worse.parts);
        next = higher.above;
    }
    return 0;
}

int knee_hosts_read(struct knee_fleet_part **parts, size_t *count, uint32_t *level, const char *dir,
                    const char *workload, struct knee_err *err)
{
    char path[4200];
    struct level_parts kept = {.parts = NULL};
    snprintf(path, sizeof path, "%.4000s/hosts.csv", dir);
    *parts = NULL;
    *count = 0;
    FILE *in = knee_file_open_regular(path, true);
    if (!in && errno == ENOENT)
        return 0;
    if (!in)
        return knee_err_set(err, KNEE_FAILED, "%s: %s; make it readable", path,
                            knee_file_reason(errno));
    int status = read_upwards(&kept, in, path, workload, level, err);
    fclose(in);
    if (status)
        return -1;
    *parts = kept.parts;
    *count = kept.count;
    return 0;
}
