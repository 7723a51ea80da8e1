/* SPDX-License-Identifier: MIT */
/* Small charts of a run's past in characters: a bar for each stretch of time, oldest left. Pure. */
#ifndef KNEE_REPORTS_LIVE_SPARK_H
#define KNEE_REPORTS_LIVE_SPARK_H

#include "reports/live/canvas.h"
#include "tuner/run/run_live.h"

struct knee_spark {
    double values[KNEE_CANVAS_COLUMNS];
    size_t count;
    double most; /* of the values; 0: there are none */
};

/* The past as at most `columns` bars: one for each moment while they fit, else stretches of equal
 * length, each the mean over its time. */
void knee_spark_throughput(struct knee_spark *spark, const struct knee_run_live *live,
                           size_t columns);
void knee_spark_limit(struct knee_spark *spark, const struct knee_run_live *live, size_t columns);

/* Draws it in `rows` rows, the lowest of which is `bottom`. The scale begins at 0 and ends at the
 * most. A value above 0 is always seen. */
void knee_spark_draw(struct knee_canvas *canvas, const struct knee_spark *spark, size_t bottom,
                     size_t column, size_t rows, enum knee_canvas_style style);

/* A bar of `columns` that is full to `ratio`. */
void knee_spark_bar(struct knee_canvas *canvas, size_t row, size_t column, size_t columns,
                    double ratio, enum knee_canvas_style style);

#endif
