/* SPDX-License-Identifier: MIT */
#include "core/base/array.h"
#include "core/text/csv.h"
#include "core/text/parse.h"
#include "tuner/fit/measurements.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_BYTES 64

struct reader {
    struct knee_csv *csv;
    const char *path, *columns, *wanted; /* the workload; NULL: any */
    struct knee_measurements *to;
    bool rates_count; /* all throughputs so far are whole numbers that do not fall, */
    bool levels_fall; /* and the levels do not ascend: the columns may be swapped */
    size_t capacity;
    size_t level, throughput, valid, workload; /* columns; SIZE_MAX: none */
    char name[NAME_BYTES];                     /* of the one workload */
};

static int fail(const struct reader *reader, struct knee_err *err, const char *what)
{
    return knee_err_set(err, KNEE_USAGE, "%s: line %zu: %s", reader->path,
                        knee_csv_line(reader->csv), what);
}

/* Words that people write for a missing number. */
static bool is_unknown(const char *text)
{
    static const char *const words[] = {"", "nan", "na", "n/a", "null", "-", "?"};
    for (size_t i = 0; i < KNEE_COUNT(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

static bool is_number(const char *text)
{
    double value;
    return knee_parse_double("", text, 0, INFINITY, &value, NULL) == 0;
}

/* One part of --columns: a number, or a name in the first line (which may be data: then a number in
 * it is that number). */
static int find_column(const struct reader *reader, const char *text, size_t *column,
                       struct knee_err *err)
{
    uint64_t number = 0;
    char what[200];
    size_t fields = knee_csv_fields(reader->csv);
    if (knee_parse_uint("", text, 1, KNEE_CSV_FIELDS_MAX, &number, NULL) == 0 && number <= fields) {
        *column = (size_t)number - 1;
        return 0;
    }
    *column = knee_csv_find(reader->csv, text);
    if (*column != SIZE_MAX)
        return 0;
    snprintf(what, sizeof what, "no column %.80s; the %zu columns begin with %.40s", text, fields,
             knee_csv_field(reader->csv, 0));
    return fail(reader, err, what);
}

static int choose_columns(struct reader *reader, struct knee_err *err)
{
    char first[NAME_BYTES];
    reader->level = knee_csv_find(reader->csv, "level");
    reader->throughput = knee_csv_find(reader->csv, "throughput_per_s");
    if (reader->columns) {
        size_t comma = strcspn(reader->columns, ",");
        snprintf(first, sizeof first, "%.*s", (int)comma, reader->columns);
        if (find_column(reader, first, &reader->level, err) ||
            find_column(reader, reader->columns + comma + 1, &reader->throughput, err))
            return -1;
    } else if (reader->level == SIZE_MAX || reader->throughput == SIZE_MAX) {
        reader->level = 0;
        reader->throughput = 1;
    }
    if (knee_csv_fields(reader->csv) < 2)
        return fail(reader, err, "one column; a table of levels and throughput has two");
    reader->valid = knee_csv_find(reader->csv, "valid");
    reader->workload = knee_csv_find(reader->csv, "workload");
    return 0;
}

static int keep_row(struct reader *reader, double level, double throughput, struct knee_err *err)
{
    struct knee_measurements *to = reader->to;
    if (to->count == reader->capacity) {
        size_t capacity = reader->capacity ? 2 * reader->capacity : 64;
        struct knee_measurement *rows = realloc(to->rows, capacity * sizeof *rows);
        if (!rows)
            return knee_err_memory(err, reader->path);
        to->rows = rows;
        reader->capacity = capacity;
    }
    to->rows[to->count++] = (struct knee_measurement){level, throughput};
    return 0;
}

/* Whether the row belongs to the table: 1; 0: not; -1 a second workload, when none was named. */
static int check_workload(struct reader *reader, struct knee_err *err)
{
    const char *name = knee_csv_field(reader->csv, reader->workload);
    if (reader->wanted)
        return strcmp(reader->wanted, name) == 0;
    if (reader->to->count + reader->to->skipped == 0)
        snprintf(reader->name, sizeof reader->name, "%s", name);
    else if (strncmp(reader->name, name, sizeof reader->name - 1) != 0)
        return fail(reader, err, "another workload begins here; choose one with --workload");
    return 1;
}

static bool is_count(const char *text)
{
    double value;
    return knee_parse_double("", text, 1, KNEE_MEASUREMENTS_LEVEL_MAX, &value, NULL) == 0 &&
           value == floor(value);
}

/* Tables list levels in ascending order: if the throughputs do so in whole numbers and the levels
 * do not, the columns may be swapped. */
static void note_order(struct reader *reader, double level, double throughput)
{
    const struct knee_measurements *to = reader->to;
    const struct knee_measurement *before = to->count ? &to->rows[to->count - 1] : NULL;
    reader->rates_count &= throughput == floor(throughput) && throughput >= 1 &&
                           (!before || throughput >= before->throughput_per_s);
    reader->levels_fall |= before && level < before->level;
}

static int read_row(struct reader *reader, struct knee_err *err)
{
    const char *level_text = knee_csv_field(reader->csv, reader->level);
    const char *throughput_text = knee_csv_field(reader->csv, reader->throughput);
    size_t line = knee_csv_line(reader->csv);
    char what[300];
    double level = 0, throughput = 0;
    int belongs = reader->workload == SIZE_MAX ? 1 : check_workload(reader, err);
    if (belongs <= 0)
        return belongs;
    bool rejected =
        reader->valid != SIZE_MAX && strcmp(knee_csv_field(reader->csv, reader->valid), "0") == 0;
    if (rejected || is_unknown(level_text) || is_unknown(throughput_text)) {
        reader->to->skipped++;
        return 0;
    }
    snprintf(what, sizeof what, "%.200s: line %zu: level", reader->path, line);
    if (knee_parse_double(what, level_text, 1, KNEE_MEASUREMENTS_LEVEL_MAX, &level, err))
        return -1;
    if (level != floor(level))
        return fail(reader, err,
                    is_count(throughput_text)
                        ? "a level that is not a whole number; are the columns swapped? try "
                          "--columns 2,1"
                        : "a level that is not a whole number; a level is a count of items");
    snprintf(what, sizeof what, "%.200s: line %zu: throughput", reader->path, line);
    if (knee_parse_double(what, throughput_text, 0, KNEE_MEASUREMENTS_MAX, &throughput, err))
        return -1;
    if (throughput < KNEE_MEASUREMENTS_MIN)
        return fail(reader, err, "a throughput of 0; leave out levels at which nothing succeeds");
    note_order(reader, level, throughput);
    return keep_row(reader, level, throughput, err);
}

/* Throughputs that count from 1 and stay below every level are levels, too. */
static bool are_rates_below_levels(const struct knee_measurements *read)
{
    double highest_rate = 0, lowest_level = INFINITY;
    for (size_t i = 0; i < read->count; i++) {
        highest_rate = fmax(highest_rate, read->rows[i].throughput_per_s);
        lowest_level = fmin(lowest_level, read->rows[i].level);
    }
    return read->count > 1 && read->rows[0].throughput_per_s <= 1 && highest_rate < lowest_level;
}

static int read_rows(struct reader *reader, struct knee_err *err)
{
    int got = knee_csv_next(reader->csv, err);
    if (got > 0) {
        if (choose_columns(reader, err))
            return -1;
        bool header = !is_number(knee_csv_field(reader->csv, reader->level)) ||
                      !is_number(knee_csv_field(reader->csv, reader->throughput));
        if (!header && read_row(reader, err))
            return -1;
    }
    while (got > 0 && (got = knee_csv_next(reader->csv, err)) > 0)
        if (read_row(reader, err))
            return -1;
    if (got == 0 && reader->to->count == 0 && reader->wanted)
        return knee_err_set(err, KNEE_USAGE, "%s: no valid row of workload %.80s; see its column",
                            reader->path, reader->wanted);
    if (got == 0 && reader->to->count == 0 && reader->to->skipped > 0 && reader->valid != SIZE_MAX)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: none of %zu rows is valid: all were disturbed; measure again when "
                            "the machine is quiet",
                            reader->path, reader->to->skipped);
    if (got == 0 && reader->to->count == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: no row with a level and a throughput; see --columns",
                            reader->path);
    return got;
}

static int by_level(const void *a, const void *b)
{
    const struct knee_measurement *x = a, *y = b;
    return (x->level > y->level) - (x->level < y->level);
}

static int read_file(struct reader *reader, FILE *in, struct knee_err *err)
{
    bool input = !in && strcmp(reader->path, "-") == 0;
    FILE *file = in ? in : input ? stdin : fopen(reader->path, "re");
    if (input)
        reader->path = "standard input";
    if (!file)
        return knee_err_set(err, KNEE_USAGE, "%s: %s; name a CSV file", reader->path,
                            strerror(errno));
    const struct knee_csv_params params = {.in = file,
                                           .path = reader->path,
                                           .code = KNEE_USAGE,
                                           .advice = "correct that line",
                                           .any_separator = true};
    int status = knee_csv_open(&reader->csv, &params, err);
    if (!status)
        status = read_rows(reader, err);
    knee_csv_close(reader->csv);
    if (file != in && !input)
        fclose(file);
    return status;
}

int knee_measurements_read(struct knee_measurements *measurements,
                           const struct knee_measurements_source *source, struct knee_err *err)
{
    const char *columns = source->columns;
    struct knee_measurements made = {0};
    struct reader reader = {.path = source->path,
                            .columns = columns,
                            .wanted = source->workload,
                            .to = &made,
                            .rates_count = true};
    if (columns && (!strchr(columns, ',') || strchr(columns, ',') != strrchr(columns, ',') ||
                    columns[0] == ',' || columns[strlen(columns) - 1] == ','))
        return knee_err_set(err, KNEE_USAGE,
                            "--columns: \"%.80s\" is not two columns; write --columns "
                            "LEVEL,THROUGHPUT (names or numbers from 1)",
                            columns);
    if (read_file(&reader, source->in, err)) {
        knee_measurements_release(&made);
        return -1;
    }
    made.swapped =
        !columns && reader.rates_count && (reader.levels_fall || are_rates_below_levels(&made));
    if (made.count > 0)
        qsort(made.rows, made.count, sizeof *made.rows, by_level);
    *measurements = made;
    return 0;
}
