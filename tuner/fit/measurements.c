/* SPDX-License-Identifier: MIT */
#include "tuner/fit/measurements.h"

#include <math.h>
#include <stdlib.h>

void knee_measurements_release(struct knee_measurements *measurements)
{
    free(measurements->rows);
    *measurements = (struct knee_measurements){0};
}

/* How many rows the level has that begins at `first`. */
static size_t repeats(const struct knee_measurements *measurements, size_t first)
{
    size_t end = first;
    while (end < measurements->count &&
           measurements->rows[end].level <= measurements->rows[first].level)
        end++;
    return end - first;
}

size_t knee_measurements_group(const struct knee_measurements *measurements,
                               struct knee_models_point *points, double *error_df)
{
    double squares = 0, df = 0;
    size_t count = 0;
    for (size_t i = 0, n; i < measurements->count; i += n) {
        const struct knee_measurement *rows = &measurements->rows[i];
        double mean = 0;
        n = repeats(measurements, i);
        for (size_t j = 0; j < n; j++)
            mean += rows[j].throughput_per_s / (double)n;
        for (size_t j = 0; j < n; j++)
            squares += pow(rows[j].throughput_per_s / mean - 1, 2);
        df += (double)(n - 1);
        /* se_per_s is only the divisor so far; the error is known after all rows. */
        points[count++] = (struct knee_models_point){rows[0].level, mean, mean / sqrt((double)n)};
    }
    /* Repeats that do not differ are copies: they do not show the noise. */
    double relative = df > 0 && squares > 0 ? sqrt(squares / df) : NAN;
    for (size_t i = 0; i < count; i++)
        points[i].se_per_s *= relative;
    *error_df = isnan(relative) ? 0 : df;
    return count;
}
