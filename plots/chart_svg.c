/* SPDX-License-Identifier: MIT */
#include "plots/chart_svg.h"

#include "core/base/array.h"
#include "core/text/human.h"
#include "plots/layout.h"

#include <math.h>
#include <stdlib.h>

/* In px of the picture's own coordinates; a phone shows it at two thirds. */
#define LEFT 52.0
#define RIGHT 470.0
#define TOP_Y 26.0
#define ZERO_Y 236.0 /* 0 % */
#define LATENCY_TOP_Y 282.0
#define LATENCY_ZERO_Y 340.0
#define LATENCY_HEADROOM 6.0
#define MACHINE_Y 254.0
#define CHAR_PX 8.2 /* at the 15 px of a phone */
#define LARGE_CHAR_PX 10.0
#define BASELINE_PX 4.5 /* from the middle of a line of text down to its baseline */
#define LARGE_BASELINE_PX 6.0
#define TICK_PX 4.0

struct picture {
    const struct knee_chart *chart;
    struct knee_layout layout;
    FILE *out;
};

static double x_of(const struct picture *picture, double level)
{
    return LEFT + knee_axis_px(&picture->layout.axis, level);
}

/* NAN if the share is not known. */
static double y_of(const struct picture *picture, double percent)
{
    double shown = fmax(fmin(percent, picture->layout.top_percent), 0);
    return isfinite(percent) ? ZERO_Y - (ZERO_Y - TOP_Y) * shown / picture->layout.top_percent
                             : NAN;
}

static void draw_frames(const struct picture *picture)
{
    const struct knee_chart *chart = picture->chart;
    char best[KNEE_HUMAN_BYTES];
    double full = y_of(picture, 100 * (1 - chart->tolerance_ratio));
    fprintf(picture->out,
            "<rect class=\"full\" x=\"%.0f\" y=\"%.1f\" width=\"%.0f\" height=\"%.1f\"/>\n"
            "<path class=\"frame\" d=\"M%.0f %.0fV%.0fH%.0fM%.0f %.0fV%.0fH%.0f\"/>\n",
            LEFT, y_of(picture, 100), RIGHT - LEFT, full - y_of(picture, 100), LEFT, TOP_Y, ZERO_Y,
            RIGHT, LEFT, LATENCY_TOP_Y, LATENCY_ZERO_Y, RIGHT);
    for (int percent = 0; percent <= 100; percent += 50)
        fprintf(picture->out,
                "<text class=\"soft\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n",
                LEFT - 5, y_of(picture, percent) + BASELINE_PX, percent);
    fprintf(picture->out,
            "<text class=\"soft\" x=\"4\" y=\"14\">100 %% = %s items/s</text>\n"
            "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\">p95 latency</text>\n"
            "<text class=\"soft\" x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">items at once "
            "(logarithmic)</text>\n",
            knee_human_rate(best, chart->best_per_s), LEFT + 4, LATENCY_TOP_Y - 6,
            (LEFT + RIGHT) / 2, KNEE_CHART_SVG_HEIGHT - 6);
}

/* There and back along the two ends of the intervals. */
static void draw_band(const struct picture *picture)
{
    const struct knee_chart *chart = picture->chart;
    bool open = false;
    for (int side = 0; side < 2; side++)
        for (size_t n = 0; n < chart->levels_count; n++) {
            const struct knee_chart_level *level =
                &chart->levels[side ? chart->levels_count - 1 - n : n];
            double y = y_of(picture, side ? level->low_percent : level->high_percent);
            if (!isfinite(y))
                continue;
            fputs(open ? " " : "<polygon class=\"band\" points=\"", picture->out);
            open = true;
            fprintf(picture->out, "%.1f,%.1f", x_of(picture, level->level), y);
        }
    fputs(open ? "\"/>\n" : "", picture->out);
}

static double throughput_y(const struct picture *picture, const struct knee_chart_level *level)
{
    return y_of(picture, level->percent);
}

static double latency_y(const struct picture *picture, const struct knee_chart_level *level)
{
    double height = LATENCY_ZERO_Y - LATENCY_TOP_Y - LATENCY_HEADROOM;
    return LATENCY_ZERO_Y -
           height * level->latency_p95_s / knee_chart_latency_max_s(picture->chart);
}

/* The line, and a point for each level. */
static void draw_curve(const struct picture *picture, const char *class,
                       double (*get_y)(const struct picture *picture,
                                       const struct knee_chart_level *level))
{
    const struct knee_chart *chart = picture->chart;
    bool open = false;
    for (size_t i = 0; i < chart->levels_count; i++) {
        double y = get_y(picture, &chart->levels[i]);
        if (!isfinite(y))
            continue;
        if (!open)
            fprintf(picture->out, "<polyline class=\"%s\" points=\"", class);
        fprintf(picture->out, "%s%.1f,%.1f", open ? " " : "", x_of(picture, chart->levels[i].level),
                y);
        open = true;
    }
    fputs(open ? "\"/>\n" : "", picture->out);
    for (size_t i = 0; i < chart->levels_count; i++) {
        double y = get_y(picture, &chart->levels[i]);
        if (isfinite(y))
            fprintf(picture->out, "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\"/>\n",
                    x_of(picture, chart->levels[i].level), y);
    }
}

static void draw_ticks(const struct picture *picture)
{
    const struct knee_chart *chart = picture->chart;
    uint32_t *levels = calloc(chart->levels_count, sizeof *levels);
    bool *numbered = calloc(chart->levels_count, sizeof *numbered);
    const uint32_t wanted[] = {chart->use, chart->proven, chart->current, chart->rule};
    for (size_t i = 0; levels && i < chart->levels_count; i++)
        levels[i] = chart->levels[i].level;
    if (levels && numbered)
        knee_axis_number(&picture->layout.axis, CHAR_PX, levels, chart->levels_count, wanted,
                         KNEE_COUNT(wanted), numbered);
    for (size_t i = 0; levels && numbered && i < chart->levels_count; i++) {
        double x = x_of(picture, levels[i]);
        if (numbered[i])
            fprintf(picture->out,
                    "<path class=\"frame\" d=\"M%.1f %.0fv%.0f\"/><text x=\"%.1f\" y=\"%.0f\" "
                    "text-anchor=\"middle\">%u</text>\n",
                    x, LATENCY_ZERO_Y, TICK_PX, x, LATENCY_ZERO_Y + 18, levels[i]);
    }
    free(numbered);
    free(levels);
}

static void draw_text(const struct picture *picture, const struct knee_layout_item *item)
{
    static const char *const classes[] = {[KNEE_LAYOUT_USE] = "use",
                                          [KNEE_LAYOUT_OTHER] = "",
                                          [KNEE_LAYOUT_SOFT] = "soft",
                                          [KNEE_LAYOUT_FULL] = "strip",
                                          [KNEE_LAYOUT_MACHINE] = "small"};
    double baseline = item->role == KNEE_LAYOUT_USE ? LARGE_BASELINE_PX : BASELINE_PX;
    double y = item->role == KNEE_LAYOUT_MACHINE ? MACHINE_Y : ZERO_Y - item->y + baseline;
    fprintf(picture->out,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
            classes[item->role], LEFT + item->x, y, item->text);
}

/* The words of the layout are its own, and need no escaping. */
static void draw_item(const struct picture *picture, const struct knee_layout_item *item)
{
    double x = LEFT + item->x, y = ZERO_Y - item->y;
    switch (item->kind) {
    case KNEE_LAYOUT_TEXT:
        draw_text(picture, item);
        break;
    case KNEE_LAYOUT_DOT:
        fprintf(picture->out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/>\n", x, y);
        break;
    case KNEE_LAYOUT_HOLLOW:
        fprintf(picture->out, "<circle class=\"hollow\" cx=\"%.1f\" cy=\"%.1f\" r=\"5.5\"/>\n", x,
                y);
        break;
    case KNEE_LAYOUT_GUIDE:
        fprintf(picture->out, "<path class=\"guide\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", x, y,
                LEFT + item->to_x, ZERO_Y - item->to_y);
        break;
    case KNEE_LAYOUT_RAIL:
        fprintf(picture->out, "<path class=\"bracket\" d=\"M%.1f %.1fv10m0 -5H%.1fm%s\"/>\n", x,
                y - 5, LEFT + item->to_x, item->arrow ? "-7 -6l7 6l-7 6" : "0 -5v10");
        break;
    case KNEE_LAYOUT_TICK:
        fprintf(picture->out, "<path class=\"frame\" d=\"M%.1f %.1fv%.0f\"/>\n", x, ZERO_Y,
                TICK_PX);
        break;
    }
}

static void draw_latency(const struct picture *picture)
{
    char text[KNEE_HUMAN_BYTES];
    double most = knee_chart_latency_max_s(picture->chart);
    if (!(most > 0))
        return;
    fprintf(picture->out,
            "<text class=\"soft\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%s at most</text>\n",
            RIGHT, LATENCY_TOP_Y - 6, knee_human_latency(text, most));
    draw_curve(picture, "curve latency", latency_y);
}

void knee_chart_svg_write(const struct knee_chart *chart, FILE *out)
{
    static const struct knee_layout_panel panel = {.width_px = RIGHT - LEFT,
                                                   .height_px = ZERO_Y - TOP_Y,
                                                   .char_px = CHAR_PX,
                                                   .large_char_px = LARGE_CHAR_PX,
                                                   .small_char_px = CHAR_PX};
    struct picture picture = {.chart = chart, .out = out};
    knee_layout_make(&picture.layout, chart, &panel);
    draw_frames(&picture);
    draw_ticks(&picture);
    draw_band(&picture);
    draw_curve(&picture, "curve", throughput_y);
    for (size_t i = 0; i < picture.layout.items_count; i++)
        draw_item(&picture, &picture.layout.items[i]);
    draw_latency(&picture);
}
