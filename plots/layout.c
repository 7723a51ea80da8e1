/* SPDX-License-Identifier: MIT */
#include "plots/layout.h"

#include "core/base/array.h"
#include "plots/boxes.h"
#include "plots/layout_places.h"
#include "plots/layout_room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINE_PX 16.0
#define SMALL_LINE_PX 14.0
#define POINT_PX 4.0 /* half of one */
#define HOLLOW_PX 7.0
#define EDGE_PX 5.0 /* between a word and its neighbours, the frame too */
#define TICK_GAP_PX 10.0
#define REGION_MARGIN_PX 8.0

struct plane {
    struct knee_layout *layout;
    const struct knee_chart *chart;
    const struct knee_layout_panel *panel;
    struct knee_boxes boxes;
    double rail_y; /* of the bracket: the names of dots keep below it; INFINITY: there is none */
};

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
    return role == KNEE_LAYOUT_USE    ? KNEE_LAYOUT_ROOM_LINE_PX
           : role == KNEE_LAYOUT_FULL ? SMALL_LINE_PX
                                      : LINE_PX;
}

static double text_px(const struct plane *plane, enum knee_layout_role role, const char *text)
{
    return (double)strlen(text) * char_px(plane, role) + 2 * EDGE_PX;
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
    double half = kind == KNEE_LAYOUT_DOT ? KNEE_LAYOUT_ROOM_DOT_PX : HOLLOW_PX;
    double x = x_of(plane, level->level), y = y_of(plane, level->percent);
    add_item(plane, kind, kind == KNEE_LAYOUT_DOT ? KNEE_LAYOUT_USE : KNEE_LAYOUT_OTHER, x, y);
    knee_boxes_take(&plane->boxes, (struct knee_box){x - half, x + half, y - half, y + half});
}

/* False: it does not fit. */
static bool add_name(struct plane *plane, enum knee_layout_role role, double dot_px,
                     const struct knee_chart_level *level, const char *text)
{
    struct knee_boxes_place places[KNEE_LAYOUT_PLACES_MAX];
    const struct knee_layout_places about = {.x = x_of(plane, level->level),
                                             .y = y_of(plane, level->percent),
                                             .dot_px = dot_px,
                                             .half_px = text_px(plane, role, text) / 2,
                                             .half_line_px = line_px(role) / 2,
                                             .below_y = plane->rail_y,
                                             .is_above = role == KNEE_LAYOUT_USE};
    size_t count = knee_layout_places_around(&about, places);
    if (add_text(plane, role, text, places, count, false))
        return true;
    struct knee_boxes_place anywhere[KNEE_LAYOUT_PLACES_MAX];
    size_t others = knee_layout_places_anywhere(&about, plane->panel, anywhere);
    return add_text(plane, role, text, anywhere, others, false) ||
           add_text(plane, role, text, places, count, true);
}

static void add_use(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    const struct knee_chart_level *use = knee_layout_room_dot(chart);
    char text[KNEE_LAYOUT_TEXT_BYTES], proven[32] = "";
    if (!use)
        return;
    double x = x_of(plane, use->level), y = y_of(plane, use->percent);
    struct knee_layout_item *guide = add_item(plane, KNEE_LAYOUT_GUIDE, KNEE_LAYOUT_SOFT, x, 0);
    guide->to_x = x;
    guide->to_y = y;
    bool is_proven = chart->proven == chart->use;
    if (is_proven)
        snprintf(proven, sizeof proven, ", proven at %.4g %%", 100 * chart->proven_ratio);
    const char *mark = chart->open && !is_proven ? "?" : "";
    snprintf(text, sizeof text, "USE %u%s%s%s%s", chart->use, mark,
             chart->current == chart->use ? ", as now" : "",
             chart->rule == chart->use ? " = rule of thumb" : "", proven);
    add_dot(plane, KNEE_LAYOUT_DOT, use);
    if (!add_name(plane, KNEE_LAYOUT_USE, KNEE_LAYOUT_ROOM_DOT_PX, use, text)) {
        snprintf(text, sizeof text, "USE %u%s", chart->use, mark);
        add_name(plane, KNEE_LAYOUT_USE, KNEE_LAYOUT_ROOM_DOT_PX, use, text);
    }
    knee_boxes_draw(&plane->boxes, (struct knee_boxes_line){x, 0, x, y});
}

/* The bracket lies above the curve and the dot, and points on if it goes beyond the measured
 * levels. */
static void add_bracket(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    char text[KNEE_LAYOUT_TEXT_BYTES];
    const struct knee_chart_level *dot = knee_layout_room_dot(chart);
    double from = x_of(plane, chart->low), y = y_of(plane, knee_layout_room_rail(chart));
    if (dot)
        y = fmax(y, y_of(plane, dot->percent) + KNEE_LAYOUT_ROOM_DOT_PX + KNEE_LAYOUT_ROOM_GAP_PX +
                        KNEE_LAYOUT_ROOM_RAIL_PX);
    double to = fmin(x_of(plane, chart->high), plane->panel->width_px);
    plane->rail_y = y;
    struct knee_layout_item *rail = add_item(plane, KNEE_LAYOUT_RAIL, KNEE_LAYOUT_USE, from, y);
    rail->to_x = to;
    rail->to_y = y;
    rail->arrow = chart->high > plane->layout->axis.high;
    knee_boxes_take(&plane->boxes, (struct knee_box){from, to, y - KNEE_LAYOUT_ROOM_RAIL_PX,
                                                     y + KNEE_LAYOUT_ROOM_RAIL_PX});
    snprintf(text, sizeof text, "between %u and %u", chart->low, chart->high);
    const struct knee_boxes_place above = {(from + to) / 2, y + KNEE_LAYOUT_ROOM_RAIL_PX +
                                                                KNEE_LAYOUT_ROOM_LINE_PX / 2};
    add_text(plane, KNEE_LAYOUT_USE, text, &above, 1, true);
}

/* "now 16", "rule of thumb 8", "12 proven at 4 %", or what of this is the same level. */
static void add_hollow(struct plane *plane, const struct knee_chart_level *at)
{
    const struct knee_chart *chart = plane->chart;
    bool now = at->level == chart->current, rule = at->level == chart->rule;
    char text[KNEE_LAYOUT_TEXT_BYTES], proven[32] = "";
    if (at->level == chart->proven)
        snprintf(proven, sizeof proven, "%s proven at %.4g %%", now || rule ? "," : "",
                 100 * chart->proven_ratio);
    snprintf(text, sizeof text, "%s%s%s%u%s", now ? "now" : "", now && rule ? ", " : "",
             rule  ? "rule of thumb "
             : now ? " "
                   : "",
             at->level, proven);
    add_name(plane, KNEE_LAYOUT_OTHER, HOLLOW_PX, at, text);
}

/* Today's setting, the level proven at a coarser tolerance, and the rule of thumb: all dots first,
 * so that no name covers one. */
static void add_others(struct plane *plane)
{
    const struct knee_chart *chart = plane->chart;
    const struct knee_chart_level *dot = knee_layout_room_dot(chart), *at[3];
    const uint32_t levels[] = {chart->current, chart->proven, chart->rule};
    size_t count = 0;
    for (size_t i = 0; i < KNEE_COUNT(levels); i++) {
        const struct knee_chart_level *level = knee_layout_room_level(chart, levels[i]);
        bool again = level == dot;
        for (size_t j = 0; j < count; j++)
            again |= level == at[j];
        if (level && !again)
            at[count++] = level;
    }
    for (size_t i = 0; i < count; i++)
        add_dot(plane, KNEE_LAYOUT_HOLLOW, at[i]);
    for (size_t i = 0; i < count; i++)
        add_hollow(plane, at[i]);
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
    bool bracket = knee_layout_room_has_bracket(chart);
    uint32_t low = bracket ? chart->low : chart->use, high = bracket ? chart->high : chart->use;
    if (knee_layout_room_dot(chart) && chart->use < low)
        low = chart->use;
    /* Beside a guess nothing is known of the others either. */
    if (!bracket && (!knee_layout_room_dot(chart) || chart->open))
        return;
    if (low > chart->levels[0].level)
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
                          .rail_y = INFINITY,
                          .boxes = {.width_px = panel->width_px, .height_px = panel->height_px}};
    layout->axis = knee_axis_make(chart->levels[0].level, last, panel->width_px);
    layout->top_percent = knee_layout_room_top(chart, panel);
    layout->items_count = 0;
    take_curve(&plane);
    if (knee_layout_room_has_bracket(chart))
        add_bracket(&plane);
    add_use(&plane);
    add_others(&plane);
    add_strip(&plane);
    add_regions(&plane);
    add_machine(&plane);
}
