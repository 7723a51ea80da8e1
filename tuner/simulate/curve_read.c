/* SPDX-License-Identifier: MIT */
#include "core/text/parse.h"
#include "tuner/simulate/curve.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THROUGHPUT_MAX 1e18 /* items/s: far beyond any machine, far below overflow */

/* What the callbacks of libcsv share. */
struct reader {
    const char *path;
    struct knee_curve_row *rows;
    size_t count, capacity;
    struct knee_curve_row row;
    size_t line, field;                     /* of the one being read, from 0 */
    size_t level_field, throughput_field;   /* SIZE_MAX: not in the header */
    bool has_level, has_throughput, failed; /* `err` holds the first failure */
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
    if (strcmp(text, "level") == 0)
        reader->level_field = reader->field;
    if (strcmp(text, "throughput_per_s") == 0)
        reader->throughput_field = reader->field;
}

static void read_value(struct reader *reader, const char *text)
{
    char what[300];
    snprintf(what, sizeof what, "%.200s: line %zu", reader->path, reader->line + 1);
    if (reader->field == reader->level_field) {
        uint64_t level = 0;
        reader->failed |=
            knee_parse_uint(what, text, 1, KNEE_CURVE_LEVEL_MAX, &level, reader->err) != 0;
        reader->row.level = (uint32_t)level;
        reader->has_level = true;
    } else if (reader->field == reader->throughput_field) {
        reader->failed |= knee_parse_double(what, text, 0, THROUGHPUT_MAX,
                                            &reader->row.throughput_per_s, reader->err) != 0;
        reader->has_throughput = true;
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

static void on_row(int end, void *context)
{
    struct reader *reader = context;
    (void)end;
    if (reader->failed)
        return;
    if (reader->line == 0) {
        if (reader->level_field == SIZE_MAX || reader->throughput_field == SIZE_MAX)
            fail(reader, "the header does not name level and throughput_per_s");
    } else if (!reader->has_level || !reader->has_throughput) {
        fail(reader, "no value for level or throughput_per_s");
    } else {
        keep_row(reader);
    }
    reader->has_level = reader->has_throughput = false;
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
    struct reader reader = {
        .path = path, .level_field = SIZE_MAX, .throughput_field = SIZE_MAX, .err = err};
    struct csv_parser parser;
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
