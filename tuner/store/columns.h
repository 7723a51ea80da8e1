/* SPDX-License-Identifier: MIT */
/* tuner/store is all that lies in a result directory and is read back: the plan, the journal, the
 * columns of tables, and JSON pieces.
 *
 * The columns of levels.csv and of samples.csv: one table each, which feeds the CSV header and
 * rows, the JSON keys, the journal's reader and docs/columns.md. A new column is one line in a
 * table of columns.c, after the others. Pure. */
#ifndef KNEE_TUNER_STORE_COLUMNS_H
#define KNEE_TUNER_STORE_COLUMNS_H

#include "core/engine/measured.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* How a column's value lies in its struct, and how it is written: text through libcsv's writer (in
 * quotes), everything else plainly; an unknown value is an empty field. */
enum knee_column_type {
    KNEE_COLUMN_WORKLOAD, /* the row's workload: not in the struct */
    KNEE_COLUMN_UINT32,
    KNEE_COLUMN_UINT64,  /* UINT64_MAX: unknown */
    KNEE_COLUMN_NS,      /* uint64_t ns, written as seconds with nine decimals */
    KNEE_COLUMN_DOUBLE,  /* NAN: unknown */
    KNEE_COLUMN_TEXT,    /* const char *; "": unknown */
    KNEE_COLUMN_MARKS,   /* uint32_t, enum knee_mark */
    KNEE_COLUMN_REASONS, /* uint32_t, enum knee_window_reason */
    KNEE_COLUMN_BOOL,    /* 1 or 0 */
    KNEE_COLUMN_DIGEST,  /* struct knee_histogram_digest */
};

struct knee_column {
    const char *name;
    enum knee_column_type type;
    size_t offset; /* in struct knee_level or struct knee_measured */
    const char *unit;
    const char *help; /* one line */
};

struct knee_columns {
    const char *file; /* "levels.csv" */
    int digits;       /* significant, of a double */
    size_t count;
    const struct knee_column *at;
};

extern const struct knee_columns knee_columns_levels;  /* rows are struct knee_level */
extern const struct knee_columns knee_columns_samples; /* rows are struct knee_measured */

/* A value as text, as between the commas but unquoted; "": unknown. Points into `row`,
 * `workload` or `text`, which holds KNEE_COLUMN_BYTES. */
#define KNEE_COLUMN_BYTES KNEE_HISTOGRAM_DIGEST_BYTES
const char *knee_column_text(const struct knee_columns *columns, const struct knee_column *column,
                             const char *workload, const void *row, char *text);
bool knee_column_quoted(const struct knee_column *column);

/* Sets the field of `row` from its text; 0, or -1 if that is not a value of the column. The
 * workload and texts are skipped: they point elsewhere. */
int knee_column_parse(const struct knee_column *column, const char *text, void *row);

/* The same, and rounds as knee_columns_round() does. */
int knee_column_parse_rounded(const struct knee_columns *columns, const struct knee_column *column,
                              const char *text, void *row);

/* Gives each double of `row` the value that its text reads back as, so that a decision from the row
 * is also the one from the file. A second time changes nothing. */
void knee_columns_round(const struct knee_columns *columns, void *row);

/* Lines for a CSV file, ended by LF. Errors are left in `out` (ferror). */
void knee_columns_header(const struct knee_columns *columns, FILE *out);
void knee_columns_row(const struct knee_columns *columns, const char *workload, const void *row,
                      FILE *out);

/* docs/columns.md: both tables as Markdown. */
void knee_columns_document(FILE *out);

#endif
