/* SPDX-License-Identifier: MIT */
/* Reads CSV (RFC 4180; lines may end with LF, CRLF or CR) row by row, over libcsv. A line or a row
 * longer than KNEE_CSV_ROW_BYTES is an error, so a file of one endless line is refused early and
 * memory stays bounded however long the file is. Blank lines are skipped, and so is a byte order
 * mark. One thread. */
#ifndef KNEE_CORE_TEXT_CSV_H
#define KNEE_CORE_TEXT_CSV_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KNEE_CSV_ROW_BYTES 65536
#define KNEE_CSV_FIELDS_MAX 256

struct knee_csv; /* opaque */

struct knee_csv_params {
    FILE *in;           /* borrowed */
    const char *path;   /* for errors; borrowed */
    int code;           /* of errors: KNEE_USAGE if the user named the file, else KNEE_FAILED */
    const char *advice; /* what to do about a bad line: ends each error; borrowed */
    bool any_separator; /* the comma, semicolon or tab that the first line has most of */
    bool whole_lines;   /* a last line without its LF is dropped: see knee_csv_torn() */
};

int knee_csv_open(struct knee_csv **csv, const struct knee_csv_params *params,
                  struct knee_err *err);
void knee_csv_close(struct knee_csv *csv); /* safe on NULL */

/* Reads the next row. 1; 0 at the end; -1 with `err` filled. */
int knee_csv_next(struct knee_csv *csv, struct knee_err *err);

/* Is the row the last one? (With whole_lines: no whole line follows it.) */
bool knee_csv_at_end(struct knee_csv *csv);

/* The row that was read. */
size_t knee_csv_line(const struct knee_csv *csv);   /* the number of its first line, from 1 */
size_t knee_csv_fields(const struct knee_csv *csv); /* how many it has */
/* A field, until the next row is read; "" beyond the last. */
const char *knee_csv_field(const struct knee_csv *csv, size_t index);
/* The first field that is `name`; SIZE_MAX: none. */
size_t knee_csv_find(const struct knee_csv *csv, const char *name);

size_t knee_csv_bytes(const struct knee_csv *csv); /* of the file, up to the end of the row */
bool knee_csv_torn(const struct knee_csv *csv);    /* a last line without its LF was dropped */

/* Fills `err` with "PATH: line N: WHAT; ADVICE" and returns -1. */
int knee_csv_fail(const struct knee_csv *csv, struct knee_err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
