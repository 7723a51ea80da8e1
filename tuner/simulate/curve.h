/* SPDX-License-Identifier: MIT */
/* A throughput curve known beforehand: the truth that a simulated sweep tries to find. */
#ifndef KNEE_TUNER_SIMULATE_CURVE_H
#define KNEE_TUNER_SIMULATE_CURVE_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_CURVE_LEVEL_MAX 65536u

struct knee_curve {
    uint32_t level_max;
    double *throughput_per_s; /* [level] for 1..level_max; [0] is 0; owned, all > 0 */
};

/* One row of a curve's table. */
struct knee_curve_row {
    uint32_t level;
    double throughput_per_s;
};

/* Takes rows in any order; level 1 must be there, a level twice is an error. Gaps are filled by
 * straight lines in log throughput over log level: a power law between neighbours, which keeps
 * linear speedup linear. `name` is for errors. -1 with KNEE_USAGE. */
int knee_curve_make(struct knee_curve *curve, const struct knee_curve_row *rows, size_t count,
                    const char *name, struct knee_err *err);

/* Reads a CSV file (RFC 4180) with a header line that names `level` and `throughput_per_s`; other
 * columns are skipped, so that the levels.csv of one workload is a curve, too. */
int knee_curve_read(struct knee_curve *curve, const char *path, struct knee_err *err);

void knee_curve_release(struct knee_curve *curve); /* safe on an empty one */

/* The level with the highest throughput, the smallest of equals. Pure, as what follows. */
uint32_t knee_curve_peak(const struct knee_curve *curve);

/* The smallest level within `tolerance_ratio` of the peak. */
uint32_t knee_curve_knee(const struct knee_curve *curve, double tolerance_ratio);

#endif
