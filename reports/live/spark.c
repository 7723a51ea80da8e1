/* SPDX-License-Identifier: MIT */
#include "reports/live/spark.h"

#include <math.h>

#define EIGHTHS 8
#define BLOCK_LOWEST 0x2581u /* one eighth from below; the next seven follow */
#define BLOCK_FULL 0x2588u
#define BLOCK_LEFT_EIGHTH 0x258fu /* one eighth from the left; the seven before it are wider */
#define SHADE 0x2591u

typedef double value_of(const struct knee_run_moment *moment);

static double throughput_of(const struct knee_run_moment *moment)
{
    return moment->throughput_per_s;
}

static double limit_of(const struct knee_run_moment *moment)
{
    return moment->limit;
}

/* The mean of the past between two times. `at` is the first moment that may overlap them; it moves
 * on. */
static double mean_between(const struct knee_run_live *live, value_of *value, double from_s,
                           double to_s, size_t *at)
{
    double sum = 0., length_s = 0.;
    for (size_t i = *at; i < live->history_count; i++) {
        double start_s = i ? live->history[i - 1].time_s : 0.;
        double end_s = live->history[i].time_s;
        double shared_s = fmin(end_s, to_s) - fmax(start_s, from_s);
        if (shared_s > 0.) {
            sum += shared_s * value(&live->history[i]);
            length_s += shared_s;
        }
        if (end_s > to_s)
            break;
        *at = i;
    }
    return length_s > 0. ? sum / length_s : 0.;
}

static void sample(struct knee_spark *spark, const struct knee_run_live *live, size_t columns,
                   value_of *value)
{
    size_t count = live->history_count, at = 0;
    columns = columns < KNEE_CANVAS_COLUMNS ? columns : KNEE_CANVAS_COLUMNS;
    spark->count = count < columns ? count : columns;
    spark->most = 0.;
    double end_s = count ? live->history[count - 1].time_s : 0.;
    for (size_t i = 0; i < spark->count; i++) {
        double step_s = end_s / (double)spark->count;
        spark->values[i] = count <= columns ? value(&live->history[i])
                                            : mean_between(live, value, (double)i * step_s,
                                                           (double)(i + 1) * step_s, &at);
        spark->most = fmax(spark->most, spark->values[i]);
    }
}

void knee_spark_throughput(struct knee_spark *spark, const struct knee_run_live *live,
                           size_t columns)
{
    sample(spark, live, columns, throughput_of);
}

void knee_spark_limit(struct knee_spark *spark, const struct knee_run_live *live, size_t columns)
{
    sample(spark, live, columns, limit_of);
}

/* What a cell shows that is filled to `eighths` of it from below. */
static uint32_t from_below(const struct knee_canvas *canvas, int eighths)
{
    static const char ascii[] = " ..--==##"; /* by eighths */
    if (eighths <= 0)
        return ' ';
    int most = eighths < EIGHTHS ? eighths : EIGHTHS;
    return canvas->utf8 ? BLOCK_LOWEST + (uint32_t)(most - 1) : (uint32_t)ascii[most];
}

void knee_spark_draw(struct knee_canvas *canvas, const struct knee_spark *spark, size_t bottom,
                     size_t column, size_t rows, enum knee_canvas_style style)
{
    if (!(spark->most > 0.) || !isfinite(spark->most))
        return;
    for (size_t i = 0; i < spark->count; i++) {
        double share = fmin(1., fmax(0., spark->values[i] / spark->most));
        int filled = (int)lround(share * (double)(rows * EIGHTHS));
        if (filled == 0 && share > 0.)
            filled = 1;
        for (size_t row = 0; row < rows && row <= bottom; row++)
            knee_canvas_set(canvas, bottom - row, column + i,
                            from_below(canvas, filled - (int)(row * EIGHTHS)), style);
    }
}

void knee_spark_bar(struct knee_canvas *canvas, size_t row, size_t column, size_t columns,
                    double ratio, enum knee_canvas_style style)
{
    double share = fmin(1., fmax(0., ratio));
    int filled = (int)floor(share * (double)(columns * EIGHTHS) + 1e-9);
    for (size_t i = 0; i < columns; i++) {
        int eighths = filled - (int)(i * EIGHTHS);
        bool full = eighths >= EIGHTHS, empty = canvas->utf8 ? eighths <= 0 : !full;
        uint32_t code = !canvas->utf8 ? (full ? '#' : '.')
                        : empty       ? SHADE
                        : full        ? BLOCK_FULL
                                      : BLOCK_LEFT_EIGHTH + 1u - (uint32_t)eighths;
        knee_canvas_set(canvas, row, column + i, code, empty ? KNEE_CANVAS_DIM : style);
    }
}
