/* SPDX-License-Identifier: MIT */
/* Where the name of a dot may go. For plots/layout.c alone. Pure. */
#ifndef KNEE_PLOTS_LAYOUT_PLACES_H
#define KNEE_PLOTS_LAYOUT_PLACES_H

#include "plots/boxes.h"
#include "plots/layout.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_LAYOUT_PLACES_MAX 160

/* The dot, and the size of its name. */
struct knee_layout_places {
    double x, y, dot_px;
    double half_px, half_line_px; /* half of the name's width and height */
    double below_y;               /* no place is higher than that; INFINITY: any */
    bool is_above;                /* the best place is above the dot, else below it */
};

/* Places that touch the dot or are close to it, the best first; how many. */
size_t knee_layout_places_around(const struct knee_layout_places *about,
                                 struct knee_boxes_place places[KNEE_LAYOUT_PLACES_MAX]);

/* Places all over the panel, the closest first; how many. */
size_t knee_layout_places_anywhere(const struct knee_layout_places *about,
                                   const struct knee_layout_panel *panel,
                                   struct knee_boxes_place places[KNEE_LAYOUT_PLACES_MAX]);

#endif
