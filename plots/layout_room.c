/* SPDX-License-Identifier: MIT */
#include "plots/layout_room.h"

#include <math.h>

#define TOP_MIN_PERCENT 118.0 /* so that there is room for words above 100 % */
#define TOP_MAX_PERCENT 200.0 /* a wider interval would flatten the curve */
#define RAIL_ABOVE 4.0        /* percent: the bracket above the curve */
#define RAIL_MIN_PERCENT 105.0
#define RAIL_MAX_PERCENT 130.0 /* above the intervals, too, if they are not wider */

const struct knee_chart_level *knee_layout_room_level(const struct knee_chart *chart,
                                                      uint32_t level)
{
    for (size_t i = 0; i < chart->levels_count; i++)
        if (chart->levels[i].level == level && isfinite(chart->levels[i].percent))
            return &chart->levels[i];
    return NULL;
}

bool knee_layout_room_has_bracket(const struct knee_chart *chart)
{
    return chart->answer == KNEE_CHART_BRACKET || chart->answer == KNEE_CHART_BOTH;
}

const struct knee_chart_level *knee_layout_room_dot(const struct knee_chart *chart)
{
    bool dotted = chart->answer == KNEE_CHART_DOT || chart->answer == KNEE_CHART_BOTH;
    return dotted ? knee_layout_room_level(chart, chart->use) : NULL;
}

double knee_layout_room_rail(const struct knee_chart *chart)
{
    double percent = RAIL_MIN_PERCENT;
    for (size_t i = 0; i < chart->levels_count; i++) {
        percent = fmax(percent, chart->levels[i].percent + RAIL_ABOVE);
        percent = fmax(percent, fmin(chart->levels[i].high_percent + RAIL_ABOVE, RAIL_MAX_PERCENT));
    }
    return percent;
}

/* The panel's upper end, so that `above_px` are left above `percent`. */
static double leave_room(const struct knee_layout_panel *panel, double percent, double above_px)
{
    return percent / (1 - above_px / panel->height_px);
}

double knee_layout_room_top(const struct knee_chart *chart, const struct knee_layout_panel *panel)
{
    const struct knee_chart_level *dot = knee_layout_room_dot(chart);
    const double rail_px = knee_layout_room_has_bracket(chart) ? 2 * KNEE_LAYOUT_ROOM_RAIL_PX : 0;
    double percent = 0, high = 0, top = TOP_MIN_PERCENT;
    for (size_t i = 0; i < chart->levels_count; i++) {
        percent = fmax(percent, chart->levels[i].percent);
        high = fmax(high, chart->levels[i].high_percent);
    }
    if (knee_layout_room_has_bracket(chart))
        top = fmax(top, leave_room(panel, knee_layout_room_rail(chart),
                                   KNEE_LAYOUT_ROOM_RAIL_PX + KNEE_LAYOUT_ROOM_LINE_PX + 1));
    if (dot)
        top = fmax(top, leave_room(panel, dot->percent,
                                   KNEE_LAYOUT_ROOM_DOT_PX + KNEE_LAYOUT_ROOM_GAP_PX + rail_px +
                                       KNEE_LAYOUT_ROOM_LINE_PX + 1));
    top = fmax(top, percent + RAIL_ABOVE);
    return fmax(top, fmin(high + RAIL_ABOVE, TOP_MAX_PERCENT));
}
