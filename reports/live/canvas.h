/* SPDX-License-Identifier: MIT */
/* reports/live shows a run while it goes on: dashboard.h lays it out (pure), terminal.h draws it.
 *
 * This file: a grid of characters, each with a style, that a layout fills and a terminal draws.
 * Text from outside (items, output) is made harmless on the way in: control characters and bytes
 * that are not UTF-8 become `?`, characters of two columns take two cells, characters without a
 * width (accents that combine, marks of direction) are dropped. Without `utf8` everything beyond
 * ASCII becomes `?`. Nothing is ever written beyond the grid or beyond the width that is given.
 * Pure. */
#ifndef KNEE_REPORTS_LIVE_CANVAS_H
#define KNEE_REPORTS_LIVE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_CANVAS_COLUMNS 300
#define KNEE_CANVAS_ROWS 48

enum knee_canvas_style {
    KNEE_CANVAS_PLAIN,
    KNEE_CANVAS_DIM,
    KNEE_CANVAS_BOLD,
    KNEE_CANVAS_GOOD,
    KNEE_CANVAS_BAD,
    KNEE_CANVAS_WARN,
    KNEE_CANVAS_SPEED, /* what shows throughput */
    KNEE_CANVAS_LIMIT, /* what shows the limit */
    KNEE_CANVAS_STYLES,
};

struct knee_canvas_cell {
    uint32_t code; /* a Unicode character; 0: the right half of the one before */
    uint32_t style;
};

struct knee_canvas {
    size_t columns, rows;
    bool utf8;
    struct knee_canvas_cell cells[KNEE_CANVAS_ROWS][KNEE_CANVAS_COLUMNS];
};

/* An empty grid; larger than the most that it can hold is cut. */
void knee_canvas_init(struct knee_canvas *canvas, size_t columns, size_t rows, bool utf8);

/* Writes `text` from `column` on into at most `width` columns; what does not fit is cut, and the
 * cut is marked. Returns how many columns it took. */
size_t knee_canvas_put(struct knee_canvas *canvas, size_t row, size_t column, size_t width,
                       enum knee_canvas_style style, const char *text);

/* The same, but of a text that is too long the end is kept: paths differ there. */
size_t knee_canvas_put_end(struct knee_canvas *canvas, size_t row, size_t column, size_t width,
                           enum knee_canvas_style style, const char *text);

/* As knee_canvas_put(), aligned to the right end of `width`. */
void knee_canvas_put_right(struct knee_canvas *canvas, size_t row, size_t column, size_t width,
                           enum knee_canvas_style style, const char *text);

/* One character that the program itself chose, of one column. */
void knee_canvas_set(struct knee_canvas *canvas, size_t row, size_t column, uint32_t code,
                     enum knee_canvas_style style);

/* The columns that `text` takes. */
size_t knee_canvas_width(const struct knee_canvas *canvas, const char *text);

/* Appends a character as UTF-8 (at most 4 bytes); returns their number. */
size_t knee_canvas_encode(uint32_t code, char *bytes);

/* A row as text, without blanks at its end: for tests. Returns `text`. */
const char *knee_canvas_text(const struct knee_canvas *canvas, size_t row, char *text,
                             size_t text_bytes);

#endif
