/* SPDX-License-Identifier: MIT */
#include "plots/layout_places.h"

#include "core/base/array.h"
#include "plots/layout_room.h"

#include <math.h>

#define COLUMNS 12 /* of the places all over the panel */
#define ROWS 12

size_t knee_layout_places_around(const struct knee_layout_places *about,
                                 struct knee_boxes_place places[KNEE_LAYOUT_PLACES_MAX])
{
    /* In half words sideways, and lines up, from the dot's edge. */
    static const double around[][2] = {
        {0, 1},    {1, -1},   {-1, 1},  {0, -1},    {1, 0},    {-1, 0},   {1, 1},   {-1, -1},
        {0, 2},    {0, -2},   {1, -2},  {-1, 2},    {1, 2},    {-1, -2},  {0, 3},   {0, -3},
        {1.2, -3}, {-1.2, 3}, {1.2, 3}, {-1.2, -3}, {1.5, -4}, {-1.5, 4}, {1.5, 4}, {-1.5, -4},
        {0, -5},   {0, 5},    {2, -5},  {-2, 5},    {2, 5},    {-2, -5},  {0, -7},  {0, 7},
        {2, 0},    {-2, 0},   {2, -2},  {-2, 2},    {2, 2},    {-2, -2}};
    const double gap_px = KNEE_LAYOUT_ROOM_GAP_PX, half_dot_px = about->dot_px / 2;
    size_t count = 0;
    for (size_t i = 0; i < KNEE_COUNT(around); i++) {
        /* A word that explains a dot begins below it, the answer above it. */
        double side = around[i][0], up = about->is_above ? around[i][1] : -around[i][1];
        if (!about->is_above && side != 0 && i < 3)
            up = around[i][1];
        double aside_px = about->half_px + (up == 0 ? about->dot_px + gap_px : half_dot_px);
        double away_px =
            (side == 0 ? about->dot_px : half_dot_px) + gap_px + fabs(up) * about->half_line_px;
        struct knee_boxes_place place = {about->x + side * aside_px,
                                         about->y + (up == 0 ? 0 : copysign(away_px, up))};
        if (place.y < about->below_y)
            places[count++] = place;
    }
    return count;
}

static double distance_px(const struct knee_layout_places *about, struct knee_boxes_place place)
{
    /* From the dot to the word's edge: a wide word beside it is close. */
    double aside_px = fmax(fabs(place.x - about->x) - about->half_px, 0);
    return hypot(aside_px, place.y - about->y);
}

size_t knee_layout_places_anywhere(const struct knee_layout_places *about,
                                   const struct knee_layout_panel *panel,
                                   struct knee_boxes_place places[KNEE_LAYOUT_PLACES_MAX])
{
    double width = panel->width_px - 2 * about->half_px;
    double height = panel->height_px - 2 * about->half_line_px;
    size_t count = 0;
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        const int column = i % COLUMNS, row = i / COLUMNS;
        struct knee_boxes_place place = {about->half_px + width * column / (COLUMNS - 1),
                                         about->half_line_px + height * row / (ROWS - 1)};
        size_t at = count;
        if (place.y >= about->below_y)
            continue;
        for (; at > 0 && distance_px(about, places[at - 1]) > distance_px(about, place); at--)
            places[at] = places[at - 1];
        places[at] = place;
        count++;
    }
    return count;
}
