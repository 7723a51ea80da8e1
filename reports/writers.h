/* SPDX-License-Identifier: MIT */
/* The files of a result directory that are made from a finished result: one table, a line a file.
 * A new format is a file reports/FOO/FOO.c and one line in writers.c. (plan.json and samples.csv
 * are not here: they are written while the sweep runs.) */
#ifndef KNEE_REPORTS_WRITERS_H
#define KNEE_REPORTS_WRITERS_H

#include "core/base/err.h"
#include "tuner/result/result.h"

#include <stddef.h>
#include <stdio.h>

enum knee_writer_scope {
    KNEE_WRITER_RESULT,   /* one file */
    KNEE_WRITER_WORKLOAD, /* one file a workload: `%s` in the name is its name */
    KNEE_WRITER_SINGLE,   /* one file, and only if there is one workload */
};

/* What a file is made from. */
struct knee_writer_source {
    const struct knee_result *result;
    const struct knee_workload_result *workload; /* NULL for KNEE_WRITER_RESULT */
    const char *dir;                             /* of the charts, for the page that holds them */
};

struct knee_writer {
    const char *name; /* of the format: "csv" */
    const char *file; /* "levels.csv", "%s.limit" */
    const char *summary;
    enum knee_writer_scope scope;
    /* Writes all of it to `out`. Failed writes may stay in `out` (ferror); the caller looks. */
    int (*write)(const struct knee_writer_source *source, FILE *out, struct knee_err *err);
};

extern const struct knee_writer knee_writers[];
extern const size_t knee_writers_count;

/* Writes every file into `dir`, each under a name of its own first and then in one rename, so that
 * none is ever half written; a file for a single workload is removed if there are
 * several. Stops at the first error, whose line names the file. */
int knee_writers_write(const struct knee_result *result, const char *dir, struct knee_err *err);

/* Writes report.html again, with the charts that have been drawn in `dir` since. */
int knee_writers_page(const struct knee_result *result, const char *dir, struct knee_err *err);

#endif
