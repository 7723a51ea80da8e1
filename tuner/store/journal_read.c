/* SPDX-License-Identifier: MIT */
#include "tuner/store/journal.h"

#include "core/base/file.h"
#include "tuner/store/columns.h"

#include <csv.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 128 /* more columns than any samples.csv will have */

/* What csv_parse's callbacks share. */
struct reader {
    struct knee_journal_rows *rows;
    const struct knee_column *columns[FIELDS_MAX]; /* of each field; NULL: skipped */
    size_t fields;                                 /* in the header */
    size_t field, line;                            /* where we are; line 1 is the header */
    char *workload;                                /* of this row */
    struct knee_window window;
    size_t bad_line; /* the first malformed row; 0: none */
    char bad_what[80];
    bool no_memory;
};

static void bad(struct reader *reader, const char *what, const char *detail)
{
    if (reader->bad_line)
        return;
    reader->bad_line = reader->line;
    snprintf(reader->bad_what, sizeof reader->bad_what, "%.40s%.38s", what, detail);
}

/* Unknown until a field says otherwise; counts are 0. */
static struct knee_window unknown_window(void)
{
    struct knee_window window = {0};
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

static void on_field(void *text, size_t bytes, void *context)
{
    struct reader *reader = context;
    const char *value = text ? text : "";
    size_t at = reader->field++;
    if (at >= FIELDS_MAX || strlen(value) != bytes) {
        bad(reader, at >= FIELDS_MAX ? "too many fields" : "a NUL byte", "");
        return;
    }
    if (reader->line == 1) {
        reader->columns[at] = find_column(value);
        return;
    }
    const struct knee_column *column = reader->columns[at];
    if (!column)
        return;
    if (column->type == KNEE_COLUMN_WORKLOAD) {
        free(reader->workload);
        reader->workload = strdup(value);
        reader->no_memory = reader->no_memory || !reader->workload;
    } else if (knee_column_parse(column, value, &reader->window) != 0) {
        bad(reader, "a wrong value in ", column->name);
    }
}

static struct knee_journal_part *part_of(struct knee_journal_rows *rows, const char *workload)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->parts[i].workload, workload) == 0)
            return &rows->parts[i];
    struct knee_journal_part *grown =
        reallocarray(rows->parts, rows->count + 1, sizeof *rows->parts);
    if (!grown)
        return NULL;
    rows->parts = grown;
    grown[rows->count] = (struct knee_journal_part){.workload = strdup(workload)};
    return grown[rows->count].workload ? &grown[rows->count++] : NULL;
}

static int add_window(struct knee_journal_rows *rows, const char *workload,
                      const struct knee_window *window)
{
    struct knee_journal_part *part = part_of(rows, workload);
    if (!part)
        return -1;
    if (part->count == part->capacity) {
        size_t capacity = part->capacity ? 2 * part->capacity : 64;
        struct knee_window *grown = reallocarray(part->windows, capacity, sizeof *grown);
        if (!grown)
            return -1;
        part->windows = grown;
        part->capacity = capacity;
    }
    part->windows[part->count++] = *window;
    return 0;
}

static void end_header(struct reader *reader)
{
    static const char *const needed[] = {"workload", "block", "level", "window_s", "items"};
    reader->fields = reader->field;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        bool found = false;
        for (size_t f = 0; f < reader->fields && f < FIELDS_MAX; f++)
            found = found || (reader->columns[f] && !strcmp(reader->columns[f]->name, needed[i]));
        if (!found)
            bad(reader, "no column ", needed[i]);
    }
}

static void on_row(int end, void *context)
{
    (void)end;
    struct reader *reader = context;
    if (reader->line == 1)
        end_header(reader);
    else if (reader->field != reader->fields)
        bad(reader, "a wrong number of fields", "");
    else if (!reader->bad_line && reader->workload &&
             add_window(reader->rows, reader->workload, &reader->window) != 0)
        reader->no_memory = true;
    reader->field = 0;
    reader->line++;
    reader->window = unknown_window();
}

/* Bytes up to the last line feed: what follows is a row whose write was cut off. */
static size_t whole_lines(const char *text, size_t bytes)
{
    while (bytes > 0 && text[bytes - 1] != '\n')
        bytes--;
    return bytes;
}

static int parse(struct reader *reader, const char *path, const char *text, size_t bytes,
                 struct knee_err *err)
{
    struct csv_parser parser;
    size_t whole = whole_lines(text, bytes);
    reader->rows->torn = whole != bytes;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return knee_err_set(err, KNEE_FAILED, "%s: out of memory; end other programs", path);
    bool malformed = csv_parse(&parser, text, whole, on_field, on_row, reader) != whole ||
                     csv_fini(&parser, on_field, on_row, reader) != 0;
    if (malformed)
        bad(reader, csv_strerror(csv_error(&parser)), "");
    csv_free(&parser);
    if (reader->no_memory)
        return knee_err_set(err, KNEE_FAILED, "%s: out of memory; end other programs", path);
    bool last = reader->bad_line > 1 && reader->bad_line + 1 == reader->line;
    if (reader->bad_line && !last)
        return knee_err_set(err, KNEE_FAILED,
                            "%s: line %zu: %s; remove that line, or sweep again without it", path,
                            reader->bad_line, reader->bad_what);
    reader->rows->torn = reader->rows->torn || last;
    if (reader->line < 2)
        return knee_err_set(err, KNEE_FAILED, "%s: no header line; sweep again", path);
    return 0;
}

int knee_journal_read(struct knee_journal_rows *rows, const char *dir, struct knee_err *err)
{
    char path[PATH_MAX];
    char *text = NULL;
    size_t bytes = 0;
    if (knee_file_read(&text, &bytes, dir, "samples.csv", path, sizeof path, err) != 0)
        return -1;
    struct knee_journal_rows read = {0};
    struct reader reader = {.rows = &read, .line = 1, .window = unknown_window()};
    int failed = parse(&reader, path, text, bytes, err);
    free(reader.workload);
    free(text);
    if (failed)
        knee_journal_rows_release(&read);
    else
        *rows = read;
    return failed;
}

void knee_journal_rows_release(struct knee_journal_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->parts[i].workload);
        free(rows->parts[i].windows);
    }
    free(rows->parts);
    *rows = (struct knee_journal_rows){0};
}

const struct knee_journal_part *knee_journal_rows_find(const struct knee_journal_rows *rows,
                                                       const char *workload)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->parts[i].workload, workload) == 0)
            return &rows->parts[i];
    return NULL;
}
