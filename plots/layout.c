/* SPDX-License-Identifier: MIT */
#include "plots/layout.h"

#include "core/base/array.h"
#include "plots/boxes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TOP_MIN_PERCENT 118.0 /* so that there is room for words above 100 % */
#define TOP_MAX_PERCENT 200.0 /* a wider interval would flatten the curve */
#define RAIL_ABOVE 4.0        /* percent: the bracket above the curve */
#define RAIL_MIN_PERCENT 105.0
#define RAIL_PX 6.0 /* half of its height */
#define LINE_PX 16.0
#define LARGE_LINE_PX 21.0
#define SMALL_LINE_PX 14.0
#define POINT_PX 4.0 /* half of one */
#define HOLLOW_PX 7.0
#define DOT_PX 9.0
#define TICK_GAP_PX 10.0
#define PLACES_MAX 48
#define REGION_MARGIN_PX 8.0

struct plane {
    struct knee_layout *layout;
    const struct knee_chart *chart;
    const struct knee_layout_panel *panel;
    struct knee_boxes boxes;
};

static const struct knee_chart_level *find_level(const struct knee_chart *chart, uint32_t level)
{
    for (size_t i = 0; i < chart->levels_count; i++)
        if (chart->levels[i].level == level && isfinite(chart->levels[i].percent))
            return &chart->levels[i];
    return NULL;
}

static double x_of(const struct plane *plane, double level)
{
    return knee_axis_px(&plane->layout->axis, level);
}

static double y_of(const struct plane *plane, double percent)
{
    return plane->panel->height_px * percent / plane->layout->top_percent;
}

static struct knee_layout_item *add_item(struct plane *plane, enum knee_layout_kind kind,
                                         enum knee_layout_role role, double x, double y)
{
    struct knee_layout *layout = plane->layout;
    struct knee_layout_item *item = &layout->items[layout->items_count];
    layout->items_count += layout->items_count < KNEE_LAYOUT_ITEMS_MAX;
    *item = (struct knee_layout_item){.kind = kind, .role = role, .x = x, .y = y};
    return item;
}

static double char_px(const struct plane *plane, enum knee_layout_role role)
{
    switch (role) {
    case KNEE_LAYOUT_USE:
        return plane->panel->large_char_px;
    case KNEE_LAYOUT_FULL:
    case KNEE_LAYOUT_MACHINE:
        return plane->panel->small_char_px;
    case KNEE_LAYOUT_OTHER:
    case KNEE_LAYOUT_SOFT:
        break;
    }
    return plane->panel->char_px;
}

static double line_px(enum knee_layout_role role)
{
    return role == KNEE_LAYOUT_USE    ? LARGE_LINE_PX
           : role == KNEE_LAYOUT_FULL ? SMALL_LINE_PX
                                      : LINE_PX;
}

static double text_px(const struct plane *plane, enum knee_layout_role role, const char *text)
{
    return (double)strlen(text) * char_px(plane, role) + 4;
}

/* The word takes the first place with room. False: there is none, and it is not drawn. */
static bool add_text(struct plane *plane, enum knee_layout_role role, const char *text,
                     const struct knee_boxes_place *places, size_t count, bool or_on_line)
{
    struct knee_box box;
    if (!knee_boxes_place(&plane->boxes, places, count, text_px(plane, role, text), line_px(role),
                          true, or_on_line, &box))
        return false;
    struct knee_layout_item *item = add_item(
        plane, KNEE_LAYOUT_TEXT, role, (box.left + box.right) / 2, (box.bottom + box.top) / 2);
    snprintf(item->text, sizeof item->text, "%s", text);
    return true;
}

/* The bracket's height: above the curve. */
static double choose_rail(const struct knee_chart *chart)
{
    double percent = RAIL_MIN_PERCENT;
    for (size_t i = 0; i < chart->levels_count; i++)
        percent = fmax(percent, chart->levels[i].percent + RAIL_ABOVE);
    return percent;
}

/* The panel's upper end, so that `above_px` are left above `percent`. */
static double leave_room(const struct knee_layout_panel *panel, double percent, double above_px)
{
    return percent / (1 - above_px / panel->height_px);
}

/* Room for the curve's highest value, its interval, and the words of the answer. */
static double choose_top(const struct knee_chart *chart, const struct knee_layout_panel *panel)
{
    const struct knee_chart_level *use = find_level(chart, chart->use);
    double percent = 0, high = 0, top = TOP_MIN_PERCENT;
    for (size_t i = 0; i < chart->levels_count; i++) {
        percent = fmax(percent, chart->levels[i].percent);
        high = fmax(high, chart->levels[i].high_percent);
    }
    if (chart->answer == KNEE_CHART_BRACKET)
        top = fmax(top, leave_room(panel, choose_rail(chart), RAIL_PX + LARGE_LINE_PX + 1));
    else if (chart->answer == KNEE_CHART_DOT && use)
        top = fmax(top, leave_room(panel, use->percent, DOT_PX + LARGE_LINE_PX + 3));
    top = fmax(top, percent + RAIL_ABOVE);
    return fmax(top, fmin(high + RAIL_ABOVE, TOP_MAX_PERCENT));
}

/* The curve, and its points. */
static void take_curve(struct plane *plane)
{
    double x = NAN, y = NAN;
    for (size_t i = 0; i < plane->chart->levels_count; i++) {
        const struct knee_chart_level *level = &plane->chart->levels[i];
        if (!isfinite(level->percent))
            continue;
        double to_x = x_of(plane, level->level), to_y = y_of(plane, level->percent);
        if (isfinite(x))
            knee_boxes_draw(&plane->boxes, (struct knee_boxes_line){x, y, to_x, to_y});
        knee_boxes_take(&plane->boxes, (struct knee_box){to_x - POINT_PX, to_x + POINT_PX,
                                                         to_y - POINT_PX, to_y + POINT_PX});
        x = to_x;
        y = to_y;
    }
}

static void add_dot(struct plane *plane, enum knee_layout_kind kind,
                    const struct knee_chart_level *level)
{
    double half = kind == KNEE_LAYOUT_DOT ? DOT_PX : HOLLOW_PX;
    double x = x_of(plane, level->level), y = y_of(plane, level->percent);
    add_item(plane, kind, kind == KNEE_LAYOUT_DOT ? KNEE_LAYOUT_USE : KNEE_LAYOUT_OTHER, x, y);
    knee_boxes_take(&plane->boxes, (struct knee_box){x - half, x + half, y - half, y + half});
}

/* The places about a dot, the best first. */
static size_t list_places(double x, double y, double half_px, double half_line_px, double dot_px,
                          bool above, struct knee_boxes_place *places)
{
    /* In half words sideways, and lines up, from the dot's edge. */
    static const double around[][2] = {
        {0, 1},    {1, -1},   {-1, 1},  {0, -1},    {1, 0},    {-1, 0},   {1, 1},   {-1, -1},
        {0, 2},    {0, -2},   {1, -2},  {-1, 2},    {1, 2},    {-1, -2},  {0, 3},   {0, -3},
        {1.2, -3}, {-1.2, 3}, {1.2, 3}, {-1.2, -3}, {1.5, -4}, {-1.5, 4}, {1.5, 4}, {-1.5, -4},
        {0, -5},   {0, 5},    {2, -5},  {-2, 5},    {2, 5},    {-2, -5},  {0, -7},  {0, 7},
        {2, 0},    {-2, 0},   {2, -2},  {-2, 2},    {2, 2},    {-2, -2}};
    const size_t count = KNEE_COUNT(around);
    for (size_t i = 0; i < count; i++) {
        /* A word that explains a dot begins below it, the answer above it. */
        double side = around[i][0], up = above ? around[i][1] : -around[i][1];
        if (!above && side != 0 && i < 3)
            up = around[i][1];
        double rows = fabs(up) - 1, clear = side == 0 ? dot_px : dot_px / 2;
        places[i] = (struct knee_boxes_place){
            x + side * (half_px + (up == 0 ? dot_px + 2 : dot_px / 2)),
            y + (up == 0 ? 0 : copysign(clear + half_line_px + 1 + rows * half_line_px, up))};
    }
    return count;
}

static void add_name(struct plane *plane, enum knee_layout_role role, double dot_px,
                     const struct knee_chart_level *level, const char *text)
{
    struct knee_boxes_place places[PLACES_MAX];
    size_t count = list_places(x_of(plane, level->level), y_of(plane, level->percent),
                               text_px(plane, role, text) / 2, line_px(role) / 2, dot_px,
                               role == KNEE_LAYOUT_USE, places);
    add_text(plane, role, text, places, count, true);
}

static void add_use(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    const struct knee_chart_level *use = find_level(chart, chart->use);
    char text[KNEE_LAYOUT_TEXT_BYTES];
    if (!use)
        return;
    double x = x_of(plane, use->level), y = y_of(plane, use->percent);
    struct knee_layout_item *guide = add_item(plane, KNEE_LAYOUT_GUIDE, KNEE_LAYOUT_SOFT, x, 0);
    guide->to_x = x;
    guide->to_y = y;
    snprintf(text, sizeof text, "USE %u%s%s%s", chart->use, chart->open ? "?" : "",
             chart->current == chart->use ? ", as now" : "",
             chart->rule == chart->use ? " = rule of thumb" : "");
    add_dot(plane, KNEE_LAYOUT_DOT, use);
    add_name(plane, KNEE_LAYOUT_USE, DOT_PX, use, text);
    knee_boxes_draw(&plane->boxes, (struct knee_boxes_line){x, 0, x, y});
}

/* The bracket lies above the curve and points on if it goes beyond the measured levels. */
static void add_bracket(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    char text[KNEE_LAYOUT_TEXT_BYTES];
    double from = x_of(plane, chart->low), y = y_of(plane, choose_rail(chart));
    double to = fmin(x_of(plane, chart->high), plane->panel->width_px);
    struct knee_layout_item *rail = add_item(plane, KNEE_LAYOUT_RAIL, KNEE_LAYOUT_USE, from, y);
    rail->to_x = to;
    rail->to_y = y;
    rail->arrow = chart->high > plane->layout->axis.high;
    knee_boxes_take(&plane->boxes, (struct knee_box){from, to, y - RAIL_PX, y + RAIL_PX});
    snprintf(text, sizeof text, "between %u and %u", chart->low, chart->high);
    const struct knee_boxes_place above = {(from + to) / 2, y + RAIL_PX + LARGE_LINE_PX / 2};
    add_text(plane, KNEE_LAYOUT_USE, text, &above, 1, true);
}

static void add_hollow(struct plane *plane, const char *name, uint32_t level)
{
    const struct knee_chart_level *at = find_level(plane->chart, level);
    char text[KNEE_LAYOUT_TEXT_BYTES];
    if (!at)
        return;
    snprintf(text, sizeof text, "%s %u", name, level);
    add_name(plane, KNEE_LAYOUT_OTHER, HOLLOW_PX, at, text);
}

/* Today's setting and the rule of thumb: both dots first, so that no name covers one. */
static void add_others(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    bool dotted = chart->answer == KNEE_CHART_DOT;
    uint32_t current = dotted && chart->current == chart->use ? 0 : chart->current;
    uint32_t rule = dotted && chart->rule == chart->use ? 0 : chart->rule;
    const uint32_t both[] = {current, rule == current ? 0 : rule};
    for (size_t i = 0; i < 2; i++) {
        const struct knee_chart_level *level = both[i] ? find_level(chart, both[i]) : NULL;
        if (level)
            add_dot(plane, KNEE_LAYOUT_HOLLOW, level);
    }
    if (current > 0)
        add_hollow(plane, current == rule ? "now, rule of thumb" : "now", current);
    if (rule > 0 && rule != current)
        add_hollow(plane, "rule of thumb", rule);
}

/* A word about the levels on one side of the answer, if there is room for it. */
static void add_region(struct plane *plane, const char *text, double from, double to, bool high)
{
    static const double heights[2][5] = {{30, 45, 15, 60, 88}, {88, 60, 45, 30, 15}};
    struct knee_boxes_place places[5];
    double left = x_of(plane, from), right = x_of(plane, to);
    if (right - left < text_px(plane, KNEE_LAYOUT_SOFT, text) + 2 * REGION_MARGIN_PX)
        return;
    for (size_t i = 0; i < 5; i++)
        places[i] = (struct knee_boxes_place){(left + right) / 2, y_of(plane, heights[high][i])};
    add_text(plane, KNEE_LAYOUT_SOFT, text, places, 5, false);
}

/* The level from which more items only wait: beyond the answer, and not before full speed. */
static double waits_from(const struct knee_chart *chart, uint32_t high)
{
    for (size_t i = 0; i < chart->levels_count; i++)
        if (chart->levels[i].level >= high &&
            chart->levels[i].percent >= 100 * (1 - chart->tolerance_ratio))
            return chart->levels[i].level;
    return chart->levels[chart->levels_count - 1].level;
}

static void add_regions(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    const struct knee_axis *axis = &plane->layout->axis;
    bool bracket = chart->answer == KNEE_CHART_BRACKET;
    uint32_t low = bracket ? chart->low : chart->use, high = bracket ? chart->high : chart->use;
    if (chart->answer == KNEE_CHART_RULE || chart->answer == KNEE_CHART_NONE)
        return;
    if (low > 1)
        add_region(plane, "machine idle", axis->low, low, true);
    if (high < chart->levels[chart->levels_count - 1].level)
        add_region(plane, "only waiting", waits_from(chart, high), axis->high, false);
}

static void add_strip(struct plane *plane)
{
    char text[KNEE_LAYOUT_TEXT_BYTES];
    double width = plane->panel->width_px, y = y_of(plane, 100) + 4 + SMALL_LINE_PX / 2;
    double top = plane->panel->height_px - SMALL_LINE_PX / 2;
    const struct knee_boxes_place places[] = {{0, y},   {width, y},   {width / 2, y},
                                              {0, top}, {width, top}, {width / 2, top}};
    snprintf(text, sizeof text, "full speed (top %.4g %%)", 100 * plane->chart->tolerance_ratio);
    add_text(plane, KNEE_LAYOUT_FULL, text, places, 6, false);
}

/* What the machine has, as ticks below the panel; a word that would touch the one before it is
 * left out. */
static void add_machine(struct plane *plane)
{
    double taken = -INFINITY, width = plane->panel->width_px;
    for (size_t i = 0; i < plane->chart->levels_count; i++) {
        const struct knee_chart_level *level = &plane->chart->levels[i];
        char text[KNEE_LAYOUT_TEXT_BYTES];
        if (!level->machine || !*level->machine)
            continue;
        double x = x_of(plane, level->level);
        add_item(plane, KNEE_LAYOUT_TICK, KNEE_LAYOUT_MACHINE, x, 0);
        snprintf(text, sizeof text, "%u %s", level->level, level->machine);
        double half = text_px(plane, KNEE_LAYOUT_MACHINE, text) / 2;
        double middle = fmax(half, fmin(x, width - half));
        if (middle - half < taken)
            continue;
        taken = middle + half + TICK_GAP_PX;
        struct knee_layout_item *item =
            add_item(plane, KNEE_LAYOUT_TEXT, KNEE_LAYOUT_MACHINE, middle, 0);
        snprintf(item->text, sizeof item->text, "%s", text);
    }
}

void knee_layout_make(struct knee_layout *layout, const struct knee_chart *chart,
                      const struct knee_layout_panel *panel)
{
    uint32_t last = chart->levels[chart->levels_count - 1].level;
    struct plane plane = {.layout = layout,
                          .chart = chart,
                          .panel = panel,
                          .boxes = {.width_px = panel->width_px, .height_px = panel->height_px}};
    layout->axis = knee_axis_make(chart->levels[0].level, last, panel->width_px);
    layout->top_percent = choose_top(chart, panel);
    layout->items_count = 0;
    take_curve(&plane);
    if (chart->answer == KNEE_CHART_BRACKET)
        add_bracket(&plane);
    else if (chart->answer == KNEE_CHART_DOT)
        add_use(&plane);
    add_others(&plane);
    add_strip(&plane);
    add_regions(&plane);
    add_machine(&plane);
}
