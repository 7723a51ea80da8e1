/* SPDX-License-Identifier: MIT */
#include "core/text/parse.h"
#include "tuner/fit/measurements.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_MAX 256 /* of a line; those behind them are not looked at */
#define ROW_BYTES 65536
#define NAME_BYTES 64

/* What the callbacks of libcsv share. A line is gathered before it is looked at. */
struct reader {
    const char *path, *columns;
    struct knee_measurements *to;
    size_t capacity;
    char text[ROW_BYTES]; /* the fields of the line, each ended */
    size_t used;
    const char *fields[FIELDS_MAX];
    size_t fields_count, line;
    size_t level, throughput, valid, workload; /* columns; SIZE_MAX: none */
    char name[NAME_BYTES];                     /* of the one workload */
    bool failed;                               /* `err` holds the first failure */
    struct knee_err *err;
};

static void fail(struct reader *reader, const char *what)
{
    if (!reader->failed && reader->line == 0) /* not one could be read */
        knee_err_set(reader->err, KNEE_USAGE, "%s: %s", reader->path, what);
    else if (!reader->failed)
        knee_err_set(reader->err, KNEE_USAGE, "%s: line %zu: %s", reader->path, reader->line, what);
    reader->failed = true;
}

static const char *field(const struct reader *reader, size_t column)
{
    return column < reader->fields_count ? reader->fields[column] : "";
}

/* What people write for a number that they do not have. */
static bool unknown(const char *text)
{
    static const char *const words[] = {"", "nan", "na", "n/a", "null", "-", "?"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

static bool is_number(const char *text)
{
    double value;
    return knee_parse_double("", text, 0, INFINITY, &value, NULL) == 0;
}

static size_t find_name(const struct reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->fields_count; i++)
        if (strcmp(reader->fields[i], name) == 0)
            return i;
    return SIZE_MAX;
}

/* One part of --columns: a number, or a name of the first line (which may be data, where a number
 * stands for itself). */
static size_t find_column(struct reader *reader, const char *text)
{
    uint64_t number = 0;
    if (knee_parse_uint("", text, 1, FIELDS_MAX, &number, NULL) == 0 &&
        number <= reader->fields_count)
        return (size_t)number - 1;
    size_t found = find_name(reader, text);
    if (found != SIZE_MAX)
        return found;
    char what[200];
    snprintf(what, sizeof what, "no column %.80s; the %zu columns begin with %.40s", text,
             reader->fields_count, field(reader, 0));
    fail(reader, what);
    return SIZE_MAX;
}

static void choose_columns(struct reader *reader)
{
    char first[NAME_BYTES];
    reader->level = find_name(reader, "level");
    reader->throughput = find_name(reader, "throughput_per_s");
    if (reader->columns) {
        size_t comma = strcspn(reader->columns, ",");
        snprintf(first, sizeof first, "%.*s", (int)comma, reader->columns);
        reader->level = find_column(reader, first);
        reader->throughput = find_column(reader, reader->columns + comma + 1);
    } else if (reader->level == SIZE_MAX || reader->throughput == SIZE_MAX) {
        reader->level = 0;
        reader->throughput = 1;
    }
    if (!reader->failed && reader->fields_count < 2)
        fail(reader, "one column; a table of levels and throughput has two");
    reader->valid = find_name(reader, "valid");
    reader->workload = find_name(reader, "workload");
}

static void keep(struct reader *reader, double level, double throughput)
{
    struct knee_measurements *to = reader->to;
    if (to->count == reader->capacity) {
        size_t capacity = reader->capacity ? 2 * reader->capacity : 64;
        struct knee_measurement *rows = realloc(to->rows, capacity * sizeof *rows);
        if (!rows) {
            fail(reader, "out of memory; end other programs");
            return;
        }
        to->rows = rows;
        reader->capacity = capacity;
    }
    to->rows[to->count++] = (struct knee_measurement){level, throughput};
}

/* All rows must be of one workload. */
static void check_workload(struct reader *reader)
{
    const char *name = field(reader, reader->workload);
    if (reader->to->count + reader->to->skipped == 0)
        snprintf(reader->name, sizeof reader->name, "%s", name);
    else if (strncmp(reader->name, name, sizeof reader->name - 1) != 0)
        fail(reader, "another workload begins here; leave one in the file (grep)");
}

static void read_row(struct reader *reader)
{
    const char *level_text = field(reader, reader->level);
    const char *throughput_text = field(reader, reader->throughput);
    char what[300];
    double level = 0, throughput = 0;
    if (reader->workload != SIZE_MAX)
        check_workload(reader);
    if (reader->failed)
        return;
    bool rejected = reader->valid != SIZE_MAX && strcmp(field(reader, reader->valid), "0") == 0;
    if (rejected || unknown(level_text) || unknown(throughput_text)) {
        reader->to->skipped++;
        return;
    }
    snprintf(what, sizeof what, "%.200s: line %zu: level", reader->path, reader->line);
    reader->failed |= knee_parse_double(what, level_text, 1, KNEE_MEASUREMENTS_LEVEL_MAX, &level,
                                        reader->err) != 0;
    if (!reader->failed && level != floor(level))
        fail(reader, "a level that is no whole number; a level is a count of items");
    snprintf(what, sizeof what, "%.200s: line %zu: throughput", reader->path, reader->line);
    if (!reader->failed)
        reader->failed = knee_parse_double(what, throughput_text, 0, KNEE_MEASUREMENTS_MAX,
                                           &throughput, reader->err) != 0;
    if (!reader->failed && throughput < KNEE_MEASUREMENTS_MIN)
        fail(reader, "a throughput of 0; leave out levels at which nothing succeeds");
    if (!reader->failed)
        keep(reader, level, throughput);
}

static void on_field(void *text, size_t bytes, void *context)
{
    struct reader *reader = context;
    if (reader->fields_count == FIELDS_MAX || reader->failed)
        return;
    if (bytes + 1 > sizeof reader->text - reader->used) {
        fail(reader, "too long a line; is it a CSV file?");
        return;
    }
    char *to = reader->text + reader->used;
    memcpy(to, text ? text : "", text ? bytes : 0);
    to[text ? bytes : 0] = '\0';
    reader->used += bytes + 1;
    reader->fields[reader->fields_count++] = to;
}

static void on_row(int end, void *context)
{
    struct reader *reader = context;
    bool first = reader->level == SIZE_MAX;
    (void)end;
    reader->line++;
    if (!reader->failed && first)
        choose_columns(reader);
    bool header =
        first && !reader->failed &&
        !(is_number(field(reader, reader->level)) && is_number(field(reader, reader->throughput)));
    if (!reader->failed && !header)
        read_row(reader);
    reader->fields_count = reader->used = 0;
}

/* The separator that the first line has most of. */
static unsigned char separator(const char *text, size_t bytes)
{
    size_t counts[3] = {0}, best = 0;
    static const char separators[] = {',', ';', '\t'};
    for (size_t i = 0; i < bytes && text[i] != '\n'; i++)
        for (size_t j = 0; j < 3; j++)
            counts[j] += text[i] == separators[j];
    for (size_t j = 1; j < 3; j++)
        best = counts[j] > counts[best] ? j : best;
    return (unsigned char)separators[best];
}

static void parse_file(struct reader *reader, FILE *file, struct csv_parser *parser)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* that some programs put before UTF-8 */
    char buffer[4096];
    size_t bytes;
    for (bool first = true; !reader->failed && (bytes = fread(buffer, 1, sizeof buffer, file)) > 0;
         first = false) {
        bool marked = first && bytes >= 3 && memcmp(buffer, mark, 3) == 0;
        const char *text = buffer + (marked ? 3 : 0);
        bytes -= marked ? 3 : 0;
        if (first)
            csv_set_delim(parser, separator(text, bytes));
        if (csv_parse(parser, text, bytes, on_field, on_row, reader) != bytes)
            fail(reader, csv_strerror(csv_error(parser)));
    }
    if (!reader->failed && ferror(file))
        fail(reader, strerror(errno));
    if (!reader->failed && csv_fini(parser, on_field, on_row, reader) != 0)
        fail(reader, csv_strerror(csv_error(parser)));
    if (!reader->failed && reader->to->count == 0)
        fail(reader, "no row with a level and a throughput; see --columns");
}

static int by_level(const void *a, const void *b)
{
    const struct knee_measurement *x = a, *y = b;
    return (x->level > y->level) - (x->level < y->level);
}

/* Opens `path` and fills reader->to. */
static int read_file(struct reader *reader, struct knee_err *err)
{
    struct csv_parser parser;
    FILE *file = fopen(reader->path, "re");
    if (!file)
        return knee_err_set(err, KNEE_USAGE, "%s: %s; name a CSV file", reader->path,
                            strerror(errno));
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        fclose(file);
        return knee_err_set(err, KNEE_FAILED, "%s: out of memory; end other programs",
                            reader->path);
    }
    parse_file(reader, file, &parser);
    csv_free(&parser);
    fclose(file);
    return reader->failed ? -1 : 0;
}

int knee_measurements_read(struct knee_measurements *measurements, const char *path,
                           const char *columns, struct knee_err *err)
{
    struct knee_measurements made = {0};
    if (columns && (!strchr(columns, ',') || strchr(columns, ',') != strrchr(columns, ',') ||
                    columns[0] == ',' || columns[strlen(columns) - 1] == ','))
        return knee_err_set(err, KNEE_USAGE,
                            "--columns: \"%.80s\" is not two columns; write --columns "
                            "LEVEL,THROUGHPUT (names or numbers from 1)",
                            columns);
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return knee_err_set(err, KNEE_FAILED, "%s: out of memory; end other programs", path);
    reader->path = path;
    reader->columns = columns;
    reader->to = &made;
    reader->level = reader->throughput = SIZE_MAX;
    reader->err = err;
    int status = read_file(reader, err);
    free(reader);
    if (status != 0) {
        knee_measurements_release(&made);
        return -1;
    }
    qsort(made.rows, made.count, sizeof *made.rows, by_level);
    *measurements = made;
    return 0;
}
