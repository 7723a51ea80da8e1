/* SPDX-License-Identifier: MIT */
#include "plots/boxes.h"

#include <math.h>

void knee_boxes_take(struct knee_boxes *boxes, struct knee_box box)
{
    if (boxes->taken_count < KNEE_BOXES_MAX)
        boxes->taken[boxes->taken_count++] = box;
}

void knee_boxes_draw(struct knee_boxes *boxes, struct knee_boxes_line line)
{
    if (boxes->lines_count < KNEE_BOXES_LINES_MAX)
        boxes->lines[boxes->lines_count++] = line;
}

static bool overlap(const struct knee_box *a, const struct knee_box *b)
{
    return a->left < b->right && b->left < a->right && a->bottom < b->top && b->bottom < a->top;
}

static bool is_free(const struct knee_boxes *boxes, const struct knee_box *box)
{
    const double rounding = 1e-6; /* px */
    if (box->left < -rounding || box->right > boxes->width_px + rounding || box->bottom < 0 ||
        box->top > boxes->height_px)
        return false;
    for (size_t i = 0; i < boxes->taken_count; i++)
        if (overlap(box, &boxes->taken[i]))
            return false;
    return true;
}

/* Whether the line passes through the box: Liang and Barsky's clipping. */
static bool is_crossed(const struct knee_box *box, const struct knee_boxes_line *line)
{
    double dx = line->to_x - line->x, dy = line->to_y - line->y, enter = 0, leave = 1;
    const double steps[4] = {-dx, dx, -dy, dy};
    const double room[4] = {line->x - box->left, box->right - line->x, line->y - box->bottom,
                            box->top - line->y};
    for (int i = 0; i < 4; i++) {
        if (steps[i] == 0 && room[i] < 0)
            return false;
        if (steps[i] < 0)
            enter = fmax(enter, room[i] / steps[i]);
        if (steps[i] > 0)
            leave = fmin(leave, room[i] / steps[i]);
    }
    return enter < leave;
}

static bool is_on_line(const struct knee_boxes *boxes, const struct knee_box *box)
{
    for (size_t i = 0; i < boxes->lines_count; i++)
        if (is_crossed(box, &boxes->lines[i]))
            return true;
    return false;
}

bool knee_boxes_place(struct knee_boxes *boxes, const struct knee_boxes_place *places, size_t count,
                      double width_px, double height_px, bool slide, bool or_on_line,
                      struct knee_box *box)
{
    double half = width_px / 2;
    for (size_t i = 0; i < count * (or_on_line ? 2 : 1); i++) {
        double x = places[i % count].x, y = places[i % count].y;
        if (slide)
            x = fmax(half, fmin(x, boxes->width_px - half));
        struct knee_box tried = {x - half, x + half, y - height_px / 2, y + height_px / 2};
        if (!is_free(boxes, &tried) || (i < count && is_on_line(boxes, &tried)))
            continue;
        knee_boxes_take(boxes, tried);
        *box = tried;
        return true;
    }
    return false;
}
