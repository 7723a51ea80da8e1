/* SPDX-License-Identifier: MIT */
#include "tuner/store/journal.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/engine/engine.h"
#include "core/text/csv.h"
#include "tuner/store/columns.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far beyond any sweep, far below overflow. */
#define WINDOW_MAX_NS (7 * 24 * 3600 * KNEE_NS_PER_S)
#define START_MAX_NS (10 * 365 * 24 * 3600 * KNEE_NS_PER_S)

/* No plan has as many; each row's is looked for among them. */
#define WORKLOADS_MAX 256

struct reader {
    struct knee_csv *csv;
    struct knee_journal_rows *rows;
    const struct knee_column *columns[KNEE_CSV_FIELDS_MAX]; /* of each field; NULL: skipped */
    size_t fields;                                          /* in the header */
    size_t workload;                                        /* the field that names it */
    struct knee_measured unknown;                           /* what a row begins as */
    bool latencies;                                         /* are kept */
};

/* Unknown until a field says otherwise; counts are 0. */
static struct knee_measured unknown_window(void)
{
    struct knee_measured window = {0};
    for (size_t i = 0; i < knee_columns_samples.count; i++) {
        const struct knee_column *column = &knee_columns_samples.at[i];
        if (column->type == KNEE_COLUMN_DOUBLE || column->type == KNEE_COLUMN_UINT64)
            (void)knee_column_parse(column, "", &window);
    }
    return window;
}

static const struct knee_column *find_column(const char *name)
{
    for (size_t i = 0; i < knee_columns_samples.count; i++)
        if (strcmp(knee_columns_samples.at[i].name, name) == 0)
            return &knee_columns_samples.at[i];
    return NULL;
}

static struct knee_journal_part *part_of(struct knee_journal_rows *rows, const char *workload)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->parts[i].workload, workload) == 0)
            return &rows->parts[i];
    struct knee_journal_part *grown =
        knee_array_resize(rows->parts, rows->count + 1, sizeof *rows->parts);
    if (!grown)
        return NULL;
    rows->parts = grown;
    grown[rows->count] = (struct knee_journal_part){.workload = strdup(workload)};
    return grown[rows->count].workload ? &grown[rows->count++] : NULL;
}

static int add_window(const struct reader *reader, const char *workload,
                      const struct knee_measured *window, size_t line)
{
    struct knee_journal_part *part = part_of(reader->rows, workload);
    if (!part)
        return -1;
    if (part->count == part->capacity) {
        size_t capacity = part->capacity ? 2 * part->capacity : 64;
        struct knee_window *grown = knee_array_resize(part->windows, capacity, sizeof *grown);
        if (!grown)
            return -1;
        part->windows = grown;
        uint32_t *lines = knee_array_resize(part->lines, capacity, sizeof *lines);
        if (!lines)
            return -1;
        part->lines = lines;
        part->capacity = capacity;
    }
    if (knee_measured_keep(window, reader->latencies, &part->windows[part->count], NULL))
        return -1;
    part->lines[part->count++] = (uint32_t)line;
    return 0;
}

/* Is the header what this knee writes? Then rows can be appended to the file. */
static bool is_current(const struct reader *reader)
{
    bool same = reader->fields == knee_columns_samples.count;
    for (size_t i = 0; same && i < reader->fields; i++)
        same = reader->columns[i] == &knee_columns_samples.at[i];
    return same;
}

static int read_header(struct reader *reader, struct knee_err *err)
{
    static const char *const needed[] = {"workload", "block", "level", "window_s", "items"};
    reader->fields = knee_csv_fields(reader->csv);
    for (size_t i = 0; i < KNEE_COUNT(needed); i++)
        if (knee_csv_find(reader->csv, needed[i]) == SIZE_MAX)
            return knee_csv_fail(reader->csv, err, "no column %s", needed[i]);
    for (size_t i = 0; i < reader->fields; i++)
        reader->columns[i] = find_column(knee_csv_field(reader->csv, i));
    reader->workload = knee_csv_find(reader->csv, "workload");
    reader->rows->current = is_current(reader);
    reader->latencies = reader->latencies || !reader->rows->current;
    return 0;
}

/* A level beyond what the engine runs would index tables out of bounds. */
static int check_window(const struct reader *reader, const struct knee_measured *window,
                        struct knee_err *err)
{
    if (window->level < 1 || window->level > KNEE_ENGINE_LEVEL_MAX)
        return knee_csv_fail(reader->csv, err, "level is %u; it goes from 1 to %u", window->level,
                             (unsigned)KNEE_ENGINE_LEVEL_MAX);
    if (!isfinite(window->throughput_per_s) || window->throughput_per_s < 0)
        return knee_csv_fail(reader->csv, err, "throughput_per_s is missing or out of range");
    if (!(window->items >= 0) || window->failed_items < 0)
        return knee_csv_fail(reader->csv, err, "a count of items is missing or below 0");
    if (window->window_ns > WINDOW_MAX_NS || window->start_ns > START_MAX_NS)
        return knee_csv_fail(reader->csv, err, "a time is out of range");
    return 0;
}

static int read_row(struct reader *reader, struct knee_err *err)
{
    struct knee_measured window = reader->unknown;
    if (knee_csv_fields(reader->csv) != reader->fields)
        return knee_csv_fail(reader->csv, err, "a wrong number of fields");
    for (size_t i = 0; i < reader->fields; i++) {
        const struct knee_column *column = reader->columns[i];
        if (column && column->type != KNEE_COLUMN_WORKLOAD &&
            knee_column_parse_rounded(&knee_columns_samples, column, knee_csv_field(reader->csv, i),
                                      &window) != 0)
            return knee_csv_fail(reader->csv, err, "a wrong value in %s", column->name);
    }
    const char *workload = knee_csv_field(reader->csv, reader->workload);
    if (!*workload)
        return knee_csv_fail(reader->csv, err, "no workload");
    if (check_window(reader, &window, err))
        return -1;
    if (reader->rows->count == WORKLOADS_MAX && !knee_journal_rows_find(reader->rows, workload))
        return knee_csv_fail(reader->csv, err, "more than %d workloads", WORKLOADS_MAX);
    if (add_window(reader, workload, &window, knee_csv_line(reader->csv)) != 0)
        return knee_err_memory(err, "samples.csv");
    reader->rows->bytes = knee_csv_bytes(reader->csv);
    return 0;
}

static int read_rows(struct reader *reader, const char *path, struct knee_err *err)
{
    int got = knee_csv_next(reader->csv, err);
    if (got == 0)
        return knee_err_set(err, KNEE_USAGE, "%s: no header line; sweep again", path);
    if (got < 0 || read_header(reader, err))
        return -1;
    reader->rows->bytes = knee_csv_bytes(reader->csv);
    do {
        got = knee_csv_next(reader->csv, err);
        if (got > 0 && read_row(reader, err))
            got = -1;
    } while (got > 0);
    /* A last row that is wrong is one whose write was cut off. */
    reader->rows->torn = knee_csv_torn(reader->csv) || got < 0;
    return got < 0 && !knee_csv_at_end(reader->csv) ? -1 : 0;
}

int knee_journal_read_from(struct knee_journal_rows *rows, FILE *in, const char *path,
                           bool latencies, struct knee_err *err)
{
    struct knee_journal_rows read = {0};
    struct reader reader = {.rows = &read, .unknown = unknown_window(), .latencies = latencies};
    const struct knee_csv_params params = {.in = in,
                                           .path = path,
                                           .code = KNEE_USAGE,
                                           .advice = "remove that line, or sweep again without it",
                                           .whole_lines = true};
    int failed = knee_csv_open(&reader.csv, &params, err);
    if (!failed)
        failed = read_rows(&reader, path, err);
    knee_csv_close(reader.csv);
    if (failed)
        knee_journal_rows_release(&read);
    else
        *rows = read;
    return failed;
}

int knee_journal_read(struct knee_journal_rows *rows, const char *dir, bool latencies,
                      struct knee_err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/samples.csv", dir);
    FILE *in = knee_file_open_regular(path, true);
    bool missing = !in && (errno == ENOENT || errno == ENOTDIR);
    if (!in)
        return knee_err_set(err, missing ? KNEE_USAGE : KNEE_FAILED,
                            "%s: %s; name a result directory of knee", path,
                            knee_file_reason(errno));
    int failed = knee_journal_read_from(rows, in, path, latencies, err);
    fclose(in);
    return failed;
}

void knee_journal_rows_release(struct knee_journal_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->parts[i].workload);
        knee_window_free_all(rows->parts[i].windows, rows->parts[i].count);
        free(rows->parts[i].lines);
    }
    free(rows->parts);
    *rows = (struct knee_journal_rows){0};
}

struct knee_journal_part *knee_journal_rows_find(const struct knee_journal_rows *rows,
                                                 const char *workload)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->parts[i].workload, workload) == 0)
            return &rows->parts[i];
    return NULL;
}
