/* SPDX-License-Identifier: MIT */
/* Anyone's table of throughput against level, from a CSV file (RFC 4180; `;` or tabs separate if
 * the first line has more of them than commas). Reading has effects; grouping is pure. */
#ifndef KNEE_TUNER_FIT_MEASUREMENTS_H
#define KNEE_TUNER_FIT_MEASUREMENTS_H

#include "core/base/err.h"
#include "tuner/fit/models.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Levels are whole numbers from 1 to this. */
#define KNEE_MEASUREMENTS_LEVEL_MAX 1e9
/* items/s: more than any machine, far from overflow; and far less than one a year. */
#define KNEE_MEASUREMENTS_MAX 1e15
#define KNEE_MEASUREMENTS_MIN 1e-12

struct knee_measurement {
    double level, throughput_per_s;
};

struct knee_measurements {
    struct knee_measurement *rows; /* ascending by level; owned */
    size_t count;
    size_t skipped; /* rows without a number (empty, NaN, NA), or that `valid` calls 0 */
    bool swapped;   /* the first two columns look like throughput and level */
};

/* A table to read. */
struct knee_measurements_source {
    const char *path; /* of a CSV file; "-": standard input */
    FILE *in;         /* read in the place of `path`, which then names it in errors; borrowed */
    /* "A,B", names from the header or numbers from 1; NULL: `level` and `throughput_per_s` if the
     * header names both, else the first two. */
    const char *columns;
    const char *workload; /* rows of others are left out; NULL: there must be one alone */
};

/* Reads two columns. The first line is a header if it has no numbers in these columns. If the
 * header names `valid`, rows with 0 are skipped; if it names `workload`, rows of several are an
 * error. So levels.csv and samples.csv can be read as they are. -1 with KNEE_USAGE and the line
 * that is wrong.
 */
int knee_measurements_read(struct knee_measurements *measurements,
                           const struct knee_measurements_source *source, struct knee_err *err);

void knee_measurements_release(struct knee_measurements *measurements); /* safe on an empty one */

/* Fills `points` (room for `count` of them; returns how many) with one per level: the mean of its
 * rows, and its standard error if levels have several rows that differ. The error comes from the
 * pooled relative variance, because repeats are few and noise is proportional to throughput.
 * `*error_df` are its degrees of freedom; 0: there is none. */
size_t knee_measurements_group(const struct knee_measurements *measurements,
                               struct knee_models_point *points, double *error_df);

#endif
