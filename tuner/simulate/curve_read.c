/* SPDX-License-Identifier: MIT */
#include "core/text/parse.h"
#include "tuner/simulate/curve.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THROUGHPUT_MAX 1e18 /* items/s: far beyond any machine, far below overflow */
#define CV_MAX 10.

enum column { LEVEL, THROUGHPUT, CV, LOW_RATIO, LOW_SHARE, FAIL_RATIO, COLUMNS };

static const struct {
    const char *name;
    size_t offset; /* of the value, a double, in a row */
    double max;
} columns[COLUMNS] = {
    [LEVEL] = {.name = "level"},
    [THROUGHPUT] = {"throughput_per_s", offsetof(struct knee_curve_row, throughput_per_s),
                    THROUGHPUT_MAX},
    [CV] = {"cv", offsetof(struct knee_curve_row, traits.cv_ratio), CV_MAX},
    [LOW_RATIO] = {"low_ratio", offsetof(struct knee_curve_row, traits.low_ratio), 1},
    [LOW_SHARE] = {"low_share", offsetof(struct knee_curve_row, traits.low_share), 1},
    [FAIL_RATIO] = {"fail_ratio", offsetof(struct knee_curve_row, traits.fail_ratio), 1},
};

/* What the callbacks of libcsv share. */
struct reader {
    const char *path;
    struct knee_curve_row *rows;
    size_t count, capacity;
    struct knee_curve_row row;
    size_t line, field;     /* of the one being read, from 0 */
    size_t fields[COLUMNS]; /* by enum column; SIZE_MAX: not in the header */
    bool has[COLUMNS];      /* in the row being read */
    bool failed;            /* `err` holds the first failure */
    struct knee_err *err;
};

static void fail(struct reader *reader, const char *what)
{
    if (!reader->failed)
        knee_err_set(reader->err, KNEE_USAGE, "%s: line %zu: %s; correct that line", reader->path,
                     reader->line + 1, what);
    reader->failed = true;
}

static void read_header(struct reader *reader, const char *text)
{
    for (int column = 0; column < COLUMNS; column++)
        if (strcmp(text, columns[column].name) == 0)
            reader->fields[column] = reader->field;
}

static int read_column(struct reader *reader, enum column column, const char *what,
                       const char *text)
{
    uint64_t level = 0;
    if (column != LEVEL) {
        double *value = (double *)(void *)((char *)&reader->row + columns[column].offset);
        return (column == THROUGHPUT ? knee_parse_double : knee_parse_ratio)(
            what, text, 0, columns[column].max, value, reader->err);
    }
    if (knee_parse_uint(what, text, 1, KNEE_CURVE_LEVEL_MAX, &level, reader->err))
        return -1;
    reader->row.level = (uint32_t)level;
    return 0;
}

static void read_value(struct reader *reader, const char *text)
{
    char what[300];
    snprintf(what, sizeof what, "%.200s: line %zu", reader->path, reader->line + 1);
    for (enum column column = 0; column < COLUMNS; column++) {
        if (reader->field != reader->fields[column] || (column > THROUGHPUT && !*text))
            continue;
        reader->failed |= read_column(reader, column, what, text) != 0;
        reader->has[column] = true;
    }
}

static void on_field(void *text, size_t bytes, void *context)
{
    struct reader *reader = context;
    (void)bytes; /* CSV_APPEND_NULL ends the text */
    if (!reader->failed && text && reader->line == 0)
        read_header(reader, text);
    else if (!reader->failed && text)
        read_value(reader, text);
    reader->field++;
}

static void keep_row(struct reader *reader)
{
    if (reader->count == reader->capacity) {
        size_t capacity = reader->capacity ? 2 * reader->capacity : 64;
        struct knee_curve_row *rows = realloc(reader->rows, capacity * sizeof *rows);
        if (!rows) {
            fail(reader, "out of memory");
            return;
        }
        reader->rows = rows;
        reader->capacity = capacity;
    }
    reader->rows[reader->count++] = reader->row;
}

static void check_header(struct reader *reader)
{
    if (reader->fields[LEVEL] == SIZE_MAX || reader->fields[THROUGHPUT] == SIZE_MAX)
        fail(reader, "the header does not name level and throughput_per_s");
    else if ((reader->fields[LOW_RATIO] == SIZE_MAX) != (reader->fields[LOW_SHARE] == SIZE_MAX))
        fail(reader, "the header names one of low_ratio and low_share without the other");
}

static void check_row(struct reader *reader)
{
    struct knee_curve_traits *traits = &reader->row.traits;
    traits->has_cv = reader->has[CV];
    if (!reader->has[LEVEL] || !reader->has[THROUGHPUT])
        fail(reader, "no value for level or throughput_per_s");
    else if (traits->low_share > 0 && traits->low_ratio <= 0)
        fail(reader, "low_share is above 0, so low_ratio must be, too");
    else
        keep_row(reader);
}

static void on_row(int end, void *context)
{
    struct reader *reader = context;
    (void)end;
    if (reader->failed)
        return;
    if (reader->line == 0)
        check_header(reader);
    else
        check_row(reader);
    memset(reader->has, 0, sizeof reader->has);
    reader->row = (struct knee_curve_row){0};
    reader->field = 0;
    reader->line++;
}

static void parse_file(struct reader *reader, FILE *file, struct csv_parser *parser)
{
    char buffer[4096];
    size_t bytes;
    while (!reader->failed && (bytes = fread(buffer, 1, sizeof buffer, file)) > 0)
        if (csv_parse(parser, buffer, bytes, on_field, on_row, reader) != bytes)
            fail(reader, csv_strerror(csv_error(parser)));
    if (!reader->failed && ferror(file))
        fail(reader, strerror(errno));
    if (!reader->failed && csv_fini(parser, on_field, on_row, reader) != 0)
        fail(reader, csv_strerror(csv_error(parser)));
}

int knee_curve_read(struct knee_curve *curve, const char *path, struct knee_err *err)
{
    struct reader reader = {.path = path, .err = err};
    struct csv_parser parser;
    for (int column = 0; column < COLUMNS; column++)
        reader.fields[column] = SIZE_MAX;
    FILE *file = fopen(path, "re");
    if (!file)
        return knee_err_set(err, KNEE_USAGE, "%s: %s; name a curve's CSV file", path,
                            strerror(errno));
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
        fclose(file);
        return knee_err_set(err, KNEE_FAILED, "%s: out of memory; close other programs", path);
    }
    parse_file(&reader, file, &parser);
    csv_free(&parser);
    fclose(file);
    int status = reader.failed ? -1 : knee_curve_make(curve, reader.rows, reader.count, path, err);
    free(reader.rows);
    return status;
}
