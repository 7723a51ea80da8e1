/* SPDX-License-Identifier: MIT */
/* The room that the answer of the five-second chart needs above its curve. For plots/layout.c
 * alone. Pure. */
#ifndef KNEE_PLOTS_LAYOUT_ROOM_H
#define KNEE_PLOTS_LAYOUT_ROOM_H

#include "plots/chart.h"
#include "plots/layout.h"

#include <stdbool.h>
#include <stdint.h>

#define KNEE_LAYOUT_ROOM_DOT_PX 9.0   /* half of the dot */
#define KNEE_LAYOUT_ROOM_RAIL_PX 6.0  /* half of the bracket's height */
#define KNEE_LAYOUT_ROOM_GAP_PX 4.0   /* between a dot and its name, or the bracket */
#define KNEE_LAYOUT_ROOM_LINE_PX 21.0 /* a line of the answer's words */

/* The row of `level`; NULL: it has no throughput. */
const struct knee_chart_level *knee_layout_room_level(const struct knee_chart *chart,
                                                      uint32_t level);

bool knee_layout_room_has_bracket(const struct knee_chart *chart);

/* The level of the dot; NULL: there is none. */
const struct knee_chart_level *knee_layout_room_dot(const struct knee_chart *chart);

/* The bracket's height in percent, above curve and intervals, as if there were no dot. */
double knee_layout_room_rail(const struct knee_chart *chart);

/* The panel's upper end, with room for the curve's highest value, its interval, and the words of
 * the answer. */
double knee_layout_room_top(const struct knee_chart *chart, const struct knee_layout_panel *panel);

#endif
