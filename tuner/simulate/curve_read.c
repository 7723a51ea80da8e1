/* SPDX-License-Identifier: MIT */
#include "core/text/csv.h"
#include "core/text/parse.h"
#include "tuner/simulate/curve.h"

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

struct reader {
    struct knee_csv *csv;
    const char *path;
    struct knee_curve_row *rows;
    size_t count, capacity;
    size_t fields[COLUMNS]; /* by enum column; SIZE_MAX: not in the header */
};

static int read_header(struct reader *reader, struct knee_err *err)
{
    for (enum column column = 0; column < COLUMNS; column++)
        reader->fields[column] = knee_csv_find(reader->csv, columns[column].name);
    if (reader->fields[LEVEL] == SIZE_MAX || reader->fields[THROUGHPUT] == SIZE_MAX)
        return knee_csv_fail(reader->csv, err,
                             "the header does not name level and throughput_per_s");
    if ((reader->fields[LOW_RATIO] == SIZE_MAX) != (reader->fields[LOW_SHARE] == SIZE_MAX))
        return knee_csv_fail(reader->csv, err,
                             "the header names one of low_ratio and low_share without the other");
    return 0;
}

static int read_column(struct knee_curve_row *row, enum column column, const char *what,
                       const char *text, struct knee_err *err)
{
    uint64_t level = 0;
    if (column != LEVEL) {
        double *value = (double *)(void *)((char *)row + columns[column].offset);
        return (column == THROUGHPUT ? knee_parse_double : knee_parse_ratio)(
            what, text, 0, columns[column].max, value, err);
    }
    if (knee_parse_uint(what, text, 1, KNEE_CURVE_LEVEL_MAX, &level, err))
        return -1;
    row->level = (uint32_t)level;
    return 0;
}

static int keep_row(struct reader *reader, const struct knee_curve_row *row, struct knee_err *err)
{
    if (reader->count == reader->capacity) {
        size_t capacity = reader->capacity ? 2 * reader->capacity : 64;
        struct knee_curve_row *rows = realloc(reader->rows, capacity * sizeof *rows);
        if (!rows)
            return knee_err_memory(err, reader->path);
        reader->rows = rows;
        reader->capacity = capacity;
    }
    reader->rows[reader->count++] = *row;
    return 0;
}

static int read_row(struct reader *reader, struct knee_err *err)
{
    char what[300];
    bool has[COLUMNS] = {false};
    struct knee_curve_row row = {0};
    size_t fields = knee_csv_fields(reader->csv);
    snprintf(what, sizeof what, "%.200s: line %zu", reader->path, knee_csv_line(reader->csv));
    for (enum column column = 0; column < COLUMNS; column++) {
        const char *text = knee_csv_field(reader->csv, reader->fields[column]);
        if (reader->fields[column] >= fields || (column > THROUGHPUT && !*text))
            continue;
        if (read_column(&row, column, what, text, err))
            return -1;
        has[column] = true;
    }
    row.traits.has_cv = has[CV];
    if (!has[LEVEL] || !has[THROUGHPUT])
        return knee_csv_fail(reader->csv, err, "no value for level or throughput_per_s");
    if (row.traits.low_share > 0 && row.traits.low_ratio <= 0)
        return knee_csv_fail(reader->csv, err, "low_share is above 0, so low_ratio must be, too");
    return keep_row(reader, &row, err);
}

static int read_rows(struct reader *reader, struct knee_err *err)
{
    int got = knee_csv_next(reader->csv, err);
    if (got > 0 && read_header(reader, err))
        return -1;
    while (got > 0 && (got = knee_csv_next(reader->csv, err)) > 0)
        if (read_row(reader, err))
            return -1;
    return got;
}

int knee_curve_read_from(struct knee_curve *curve, FILE *in, const char *path, struct knee_err *err)
{
    struct reader reader = {.path = path};
    const struct knee_csv_params params = {
        .in = in, .path = path, .code = KNEE_USAGE, .advice = "correct that line"};
    int status = knee_csv_open(&reader.csv, &params, err);
    if (!status)
        status = read_rows(&reader, err);
    knee_csv_close(reader.csv);
    if (!status)
        status = knee_curve_make(curve, reader.rows, reader.count, path, err);
    free(reader.rows);
    return status;
}

int knee_curve_read(struct knee_curve *curve, const char *path, struct knee_err *err)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return knee_err_set(err, KNEE_USAGE, "%s: %s; name a curve's CSV file", path,
                            strerror(errno));
    int failed = knee_curve_read_from(curve, in, path, err);
    fclose(in);
    return failed;
}
