/* SPDX-License-Identifier: MIT */
/* A throughput curve known beforehand: the truth that a simulated sweep tries to find. */
#ifndef KNEE_TUNER_SIMULATE_CURVE_H
#define KNEE_TUNER_SIMULATE_CURVE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define KNEE_CURVE_LEVEL_MAX 65536u

/* How single windows at one level behave. All zero: like every other level's, by the noise. */
struct knee_curve_traits {
    bool has_cv;
    double cv_ratio;   /* of a window's throughput at this level, if has_cv */
    double low_share;  /* this share of the windows runs in a slower mode, 0 to 1 ... */
    double low_ratio;  /* ... at this ratio of the other mode's throughput, above 0 to 1 */
    double fail_ratio; /* of the items fail, 0 to 1 */
};

struct knee_curve {
    uint32_t level_max;
    /* The truth: the mean over both modes of *successful* items a second. [level] for
     * 1..level_max; [0] is 0; owned, all >= 0. */
    double *throughput_per_s;
    struct knee_curve_traits *traits; /* [level], owned; NULL: all zero */
};

/* One row of a curve's table. */
struct knee_curve_row {
    uint32_t level;
    double throughput_per_s; /* of the upper mode, the items that fail included */
    struct knee_curve_traits traits;
};

/* Takes rows in any order; level 1 must be there, a level twice is an error. Gaps are filled by
 * straight lines in log throughput over log level: a power law between neighbours, which keeps
 * linear speedup linear. Traits are filled by straight lines over log level; a level between one
 * with and one without a CV of its own takes after the lower one. `name` is for errors. -1 with
 * KNEE_USAGE. */
int knee_curve_make(struct knee_curve *curve, const struct knee_curve_row *rows, size_t count,
                    const char *name, struct knee_err *err);

/* Reads a CSV file (RFC 4180) with a header line that names `level` and `throughput_per_s`, and
 * perhaps `cv`, `low_ratio` with `low_share`, and `fail_ratio`: an empty field of these is a trait
 * that the level does not have. Other columns are skipped, so that the levels.csv of one workload
 * is a curve, too. */
int knee_curve_read(struct knee_curve *curve, const char *path, struct knee_err *err);
/* The same from a stream; `path` is its name in errors. */
int knee_curve_read_from(struct knee_curve *curve, FILE *in, const char *path,
                         struct knee_err *err);

void knee_curve_release(struct knee_curve *curve); /* safe on an empty one */

/* May the level be the knee: it does not fail more often than level 1 by the share that a sweep
 * allows (KNEE_ERRORS_RATIO). Pure, like the next two. */
bool knee_curve_usable(const struct knee_curve *curve, uint32_t level);

/* The usable level with the highest throughput, the smallest of equals. */
uint32_t knee_curve_peak(const struct knee_curve *curve);

/* The smallest usable level within `tolerance_ratio` of the peak. */
uint32_t knee_curve_knee(const struct knee_curve *curve, double tolerance_ratio);

#endif
