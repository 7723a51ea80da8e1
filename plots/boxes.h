/* SPDX-License-Identifier: MIT */
/* Room for words in a panel: each word takes the first place that is free of earlier words and, if
 * there is one, off the drawn lines. Pixels, from the panel's lower left corner. Pure. */
#ifndef KNEE_PLOTS_BOXES_H
#define KNEE_PLOTS_BOXES_H

#include <stdbool.h>
#include <stddef.h>

#define KNEE_BOXES_MAX 192
#define KNEE_BOXES_LINES_MAX 256

struct knee_box {
    double left, right, bottom, top;
};

struct knee_boxes_line {
    double x, y, to_x, to_y;
};

/* Begin with `{.width_px = ..., .height_px = ...}`. Beyond the maximum, boxes and lines are left
 * out: words may then touch. */
struct knee_boxes {
    double width_px, height_px;
    struct knee_box taken[KNEE_BOXES_MAX];
    size_t taken_count;
    struct knee_boxes_line lines[KNEE_BOXES_LINES_MAX];
    size_t lines_count;
};

/* The middle of a word. */
struct knee_boxes_place {
    double x, y;
};

void knee_boxes_take(struct knee_boxes *boxes, struct knee_box box);
void knee_boxes_draw(struct knee_boxes *boxes, struct knee_boxes_line line);

/* Takes the first of `places` that has room for a word of this size: off the lines, or else, with
 * `or_on_line`, on them. With `slide`, a place too close to the left or right edge moves inside.
 * False: no place is free, and nothing was taken. */
bool knee_boxes_place(struct knee_boxes *boxes, const struct knee_boxes_place *places, size_t count,
                      double width_px, double height_px, bool slide, bool or_on_line,
                      struct knee_box *box);

#endif
