/* SPDX-License-Identifier: MIT */
#include "plots/chart.h"

#include "core/base/array.h"
#include "core/base/file.h"
#include "plots/layout.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>

/* plots/templates/throughput.gp, as the build turns it into text. */
extern const char knee_plot_throughput_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 600
/* Of the templates: margins, and the part of the height that the upper panel takes. */
#define LEFT_PX 82
#define RIGHT_PX 110
#define TOP_PX 68
#define BETWEEN_PX 44
#define BOTTOM_PX 75
#define UPPER_SHARE .73
#define CHAR_PX 7.5        /* 14 px */
#define LARGE_CHAR_PX 10.4 /* 18 px */
#define SMALL_CHAR_PX 6.5  /* 12 px */
#define BARS "heads size screen 0.008, 90"

/* Colour and font of a role. */
static const struct {
    const char *color, *font;
} looks[] = {
    [KNEE_LAYOUT_USE] = {"orange", ",18"},        [KNEE_LAYOUT_OTHER] = {"'#333333'", ",14"},
    [KNEE_LAYOUT_SOFT] = {"'#888888'", ",14"},    [KNEE_LAYOUT_FULL] = {"'#2E7D4F'", ",12"},
    [KNEE_LAYOUT_MACHINE] = {"'#333333'", ",12"},
};

bool knee_chart_is_known(const struct knee_chart *chart)
{
    for (size_t i = 0; i < chart->levels_count; i++)
        if (chart->levels[i].percent > 0)
            return true;
    return false;
}

double knee_chart_latency_max_s(const struct knee_chart *chart)
{
    double most = NAN;
    for (size_t i = 0; i < chart->levels_count; i++)
        most = fmax(most, chart->levels[i].latency_p95_s);
    return most;
}

static void set_latency(const struct knee_chart *chart, double height_px, FILE *out)
{
    static const struct {
        double from, scale;
        const char *unit;
    } units[] = {{1, 1, "s"}, {1e-3, 1e3, "ms"}, {1e-6, 1e6, "us"}, {0, 1e9, "ns"}};
    double most = knee_chart_latency_max_s(chart);
    size_t u = 0;
    most = most > 0 ? most : 1;
    while (most < units[u].from)
        u++;
    knee_script_set_number(out, "latency_scale", units[u].scale);
    knee_script_set_text(out, "latency_unit", units[u].unit);
    knee_script_set_number(out, "latency_high", 1.15 * most * units[u].scale);
    knee_script_set_number(out, "latency_step",
                           knee_axis_step(1.15 * most * units[u].scale, height_px));
}

static void set_ticks(const struct knee_chart *chart, const struct knee_axis *axis, FILE *out)
{
    uint32_t *levels = calloc(chart->levels_count, sizeof *levels);
    const uint32_t wanted[] = {chart->use,  chart->proven, chart->current,
                               chart->rule, chart->low,    chart->high};
    bool bracket = chart->answer == KNEE_CHART_BRACKET || chart->answer == KNEE_CHART_BOTH;
    size_t count = KNEE_COUNT(wanted) - (bracket ? 0 : 2);
    for (size_t i = 0; levels && i < chart->levels_count; i++)
        levels[i] = chart->levels[i].level;
    if (levels)
        knee_script_ticks(out, axis, levels, chart->levels_count, wanted, count);
    free(levels);
}

/* A place in the panel. */
static void put_place(const char *lead, double x, double y, const struct knee_layout_panel *panel,
                      FILE *out)
{
    fprintf(out, "%s graph ", lead);
    knee_script_number(out, x / panel->width_px);
    fputs(", graph ", out);
    knee_script_number(out, y / panel->height_px);
}

static void put_label(const struct knee_layout_item *item, const struct knee_layout_panel *panel,
                      FILE *out)
{
    fputs("set label ", out);
    knee_script_string(out, item->text, 0);
    if (item->role == KNEE_LAYOUT_MACHINE) {
        put_place(" at", item->x, -25, panel, out);
    } else {
        put_place(" at", item->x, item->y, panel, out);
    }
    fprintf(out, " center font '%s' textcolor rgb %s front\n", looks[item->role].font,
            looks[item->role].color);
}

static void put_line(const struct knee_layout_item *item, const struct knee_layout_panel *panel,
                     const char *how, FILE *out)
{
    put_place("set arrow from", item->x, item->y, panel, out);
    put_place(" to", item->to_x, item->to_y, panel, out);
    fprintf(out, " %s\n", how);
}

static void put_rail(const struct knee_layout_item *item, const struct knee_layout_panel *panel,
                     FILE *out)
{
    struct knee_layout_item half = *item;
    if (!item->arrow) {
        put_line(item, panel, BARS " lw 3 lc rgb orange front", out);
        return;
    }
    put_line(item, panel, "backhead size screen 0.008, 90 lw 3 lc rgb orange front", out);
    half.x = (item->x + item->to_x) / 2;
    put_line(&half, panel, "head filled size screen 0.012, 20 lw 3 lc rgb orange front", out);
}

static void put_tick(const struct knee_layout_item *item, const struct knee_layout_panel *panel,
                     FILE *out)
{
    struct knee_layout_item tick = *item;
    tick.to_x = item->x;
    tick.to_y = -14;
    put_line(&tick, panel, "nohead lw 2 lc rgb '#333333'", out);
}

static void put_item(const struct knee_layout_item *item, const struct knee_layout_panel *panel,
                     FILE *out)
{
    switch (item->kind) {
    case KNEE_LAYOUT_TEXT:
        put_label(item, panel, out);
        break;
    case KNEE_LAYOUT_DOT:
    case KNEE_LAYOUT_HOLLOW:
        put_place("set label '' at", item->x, item->y, panel, out);
        fputs(item->kind == KNEE_LAYOUT_DOT ? " point pt 7 ps 2.2 lc rgb orange front\n"
                                            : " point pt 6 ps 1.8 lw 2 lc rgb '#333333' front\n",
              out);
        break;
    case KNEE_LAYOUT_GUIDE:
        put_line(item, panel, "nohead dt 3 lc rgb '#999999' back", out);
        break;
    case KNEE_LAYOUT_RAIL:
        put_rail(item, panel, out);
        break;
    case KNEE_LAYOUT_TICK:
        put_tick(item, panel, out);
        break;
    }
}

static void write_script(const struct knee_chart *chart, struct knee_picture picture, FILE *out)
{
    double upper = UPPER_SHARE * (picture.height_px - (TOP_PX + BETWEEN_PX + BOTTOM_PX));
    const struct knee_layout_panel panel = {.width_px = picture.width_px - (LEFT_PX + RIGHT_PX),
                                            .height_px = upper,
                                            .char_px = CHAR_PX,
                                            .large_char_px = LARGE_CHAR_PX,
                                            .small_char_px = SMALL_CHAR_PX};
    struct knee_layout layout;
    knee_layout_make(&layout, chart, &panel);
    knee_script_begin(out, &(struct knee_script_head){.name = chart->name,
                                                      .csv = chart->csv,
                                                      .title = chart->title,
                                                      .picture = picture});
    knee_script_set_number(out, "row_first", (double)chart->first_row);
    knee_script_set_number(out, "row_last", (double)(chart->first_row + chart->levels_count - 1));
    knee_script_set_number(out, "best_per_s", chart->best_per_s);
    knee_script_set_number(out, "full_percent", 100 * (1 - chart->tolerance_ratio));
    knee_script_set_number(out, "top_percent", layout.top_percent);
    knee_script_set_number(out, "x_low", layout.axis.low);
    knee_script_set_number(out, "x_high", layout.axis.high);
    knee_script_set_number(out, "rate_step",
                           knee_axis_step(layout.top_percent / 100 * chart->best_per_s, upper));
    fprintf(out, "left = %d\nright = %d\ntop = %d\nupper = %.1f\nbetween = %d\nbottom = %d\n",
            LEFT_PX, RIGHT_PX, TOP_PX, upper, BETWEEN_PX, BOTTOM_PX);
    set_latency(chart, upper * (1 / UPPER_SHARE - 1), out);
    set_ticks(chart, &layout.axis, out);
    for (size_t i = 0; i < layout.items_count; i++)
        put_item(&layout.items[i], &panel, out);
    fputc('\n', out);
    fputs(knee_plot_throughput_gp, out);
}

int knee_chart_write(const struct knee_chart *chart, const char *dir, struct knee_err *err)
{
    char name[160];
    struct knee_file file;
    struct knee_picture picture = chart->picture;
    if (chart->levels_count == 0)
        return knee_err_set(err, KNEE_FAILED, "%.80s: no level was measured; sweep again",
                            chart->name);
    if (picture.width_px == 0) {
        picture.width_px = WIDTH_PX;
        picture.height_px = HEIGHT_PX;
    }
    snprintf(name, sizeof name, "%.120s.gp", chart->name);
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    write_script(chart, picture, file.out);
    return knee_file_close(&file, err);
}
