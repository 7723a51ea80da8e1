/* SPDX-License-Identifier: MIT */
/* Pieces of gnuplot scripts. A script NAME.gp lies beside levels.csv, reads its columns by name,
 * and draws NAME.svg (.pdf, .png) when gnuplot runs it in that directory; a user can change it and
 * run it again. It begins with what belongs to this chart alone and ends with a template of
 * plots/templates. Errors of writing stay in `out` (ferror). */
#ifndef KNEE_PLOTS_SCRIPT_H
#define KNEE_PLOTS_SCRIPT_H

#include "core/text/picture.h"
#include "plots/axis.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Width of a digit of the ticks: 14 px, in Helvetica or a similar font. */
#define KNEE_SCRIPT_DIGIT_PX 8.5

/* What every script begins with. */
struct knee_script_head {
    const char *name; /* of its files: "cpu-throughput"; nothing but [A-Za-z0-9._-] */
    const char *csv;  /* "levels.csv" */
    const char *title;
    struct knee_picture picture; /* its size is known: not 0 */
};

/* Sets name, csv, title_text, title_size, format, width and height, and then the terminal and the
 * colours of plots/templates/head.gp. */
void knee_script_begin(FILE *out, const struct knee_script_head *head);

/* 'TEXT' as one gnuplot string, or as pieces that gnuplot joins: two quotes in a row would end a
 * string, and gnuplot takes "'" for its begin when it looks for macros. Whatever bytes the text
 * holds, it is never a command or markup: control characters and broken UTF-8 are replaced. Cut at
 * `columns` characters, with "..." (0: never). */
void knee_script_string(FILE *out, const char *text, size_t columns);

/* With a point in every locale; 0 if it is not finite. */
void knee_script_number(FILE *out, double value);

/* A line `NAME = TEXT` or `NAME = VALUE`; an unknown value is NaN. */
void knee_script_set_text(FILE *out, const char *name, const char *text);
void knee_script_set_number(FILE *out, const char *name, double value);

/* A point of a chart that brings its own numbers; NAN: unknown. */
struct knee_script_point {
    double x, y, low, high;
};

/* `$NAME << END`: a block of data with the columns x, y, low and high. Never empty: gnuplot refuses
 * an empty one, so without points it holds a row of unknowns. */
void knee_script_points(FILE *out, const char *name, const struct knee_script_point *points,
                        size_t count);

/* `set xtics (...)`: a tick for every level, and numbers for as many as knee_axis_number() says. */
void knee_script_ticks(FILE *out, const struct knee_axis *axis, const uint32_t *levels,
                       size_t count, const uint32_t *wanted, size_t wanted_count);

#endif
