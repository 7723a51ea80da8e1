/* SPDX-License-Identifier: MIT */
#include "plots/layout.h"

#include <math.h>
#include <string.h>

#define CHAR_PX 7.5       /* of labels, 14 px */
#define WIDE_CHAR_PX 10.0 /* 18 px */
#define SMALL_CHAR_PX 6.5 /* 12 px */
#define BESIDE_MAX 70     /* %: higher up other words stand left of a point */
#define ORANGE "#D55E00"
#define LARGE ",18"
#define BARS "heads size screen 0.008, 90"

static const struct knee_chart_level *find(const struct knee_chart *chart, uint32_t level)
{
    for (size_t i = 0; i < chart->levels_count; i++)
        if (chart->levels[i].level == level && isfinite(chart->levels[i].percent))
            return &chart->levels[i];
    return NULL;
}

/* The curve between its points, in the units of the picture; NAN outside of it. */
static double percent_at(const struct knee_layout *at, double px)
{
    const struct knee_chart_level *before = NULL;
    for (size_t i = 0; i < at->chart->levels_count; i++) {
        const struct knee_chart_level *level = &at->chart->levels[i];
        double x = knee_script_axis_px(&at->axis, level->level);
        if (!isfinite(level->percent))
            continue;
        if (x >= px && before) {
            double from = knee_script_axis_px(&at->axis, before->level);
            return before->percent + (level->percent - before->percent) * (px - from) / (x - from);
        }
        before = level;
    }
    return NAN;
}

/* How text about a point is set so that it stays inside of the panel. */
static const char *side(double px, size_t columns, double char_px)
{
    double half = (double)columns * char_px / 2 + 4;
    if (px + half > KNEE_LAYOUT_PX)
        return "right";
    return px - half < 0 ? "left" : "center";
}

static void label(const struct knee_layout *at, const char *text, double level, double percent,
                  const char *how)
{
    fputs("set label ", at->out);
    knee_script_string(at->out, text, 0);
    fputs(" at first ", at->out);
    knee_script_number(at->out, level);
    fputs(", first ", at->out);
    knee_script_number(at->out, percent);
    fprintf(at->out, " %s front\n", how);
}

static void dot(const struct knee_layout *at, const struct knee_chart_level *level, const char *how)
{
    label(at, "", level->level, level->percent, how);
}

static void draw_use(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    const struct knee_chart_level *use = find(chart, chart->use);
    char text[96], how[128];
    if (!use)
        return;
    snprintf(text, sizeof text, "USE %u%s%s%s", chart->use, chart->open ? "?" : "",
             chart->current == chart->use ? ", as now" : "",
             chart->rule == chart->use ? " = rule of thumb" : "");
    dot(at, use, "point pt 7 ps 2.2 lc rgb '" ORANGE "'");
    snprintf(how, sizeof how, "%s textcolor rgb '" ORANGE "' font '" LARGE "'",
             side(knee_script_axis_px(&at->axis, chart->use), strlen(text), WIDE_CHAR_PX));
    /* Not on the curve that goes on to full speed. */
    double y = use->percent + 8.5;
    label(at, text, chart->use, y > 94 && y < 106 ? 106 : y, how);
}

/* Of the bracket, in percent: above the curve, and low enough for its words. */
static double rail_height(const struct knee_chart *chart)
{
    double height = 105;
    for (size_t i = 0; i < chart->levels_count; i++)
        height = fmax(height, chart->levels[i].percent + 4);
    return fmin(height, 108.5);
}

/* A piece of the bracket. */
static void draw_rail(const struct knee_layout *at, double from, double to, const char *ends)
{
    const double levels[] = {from, to};
    for (int i = 0; i < 2; i++) {
        fputs(i ? " to first " : "set arrow from first ", at->out);
        knee_script_number(at->out, levels[i]);
        fputs(", first ", at->out);
        knee_script_number(at->out, rail_height(at->chart));
    }
    fprintf(at->out, " %s lw 3 lc rgb '" ORANGE "' front\n", ends);
}

/* It points on where it goes beyond what was measured. */
static void draw_bracket(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    char text[96], how[128];
    bool open = chart->high > at->axis.high;
    double high = fmin(chart->high, at->axis.high), middle = sqrt(chart->low * high);
    draw_rail(at, chart->low, high, open ? "backhead size screen 0.008, 90" : BARS);
    if (open)
        draw_rail(at, middle, high, "head filled size screen 0.012, 20");
    snprintf(text, sizeof text, "between %u and %u", chart->low, chart->high);
    const char *align = side(knee_script_axis_px(&at->axis, middle), strlen(text), WIDE_CHAR_PX);
    double anchor = *align == 'r' ? high : *align == 'l' ? chart->low : middle;
    snprintf(how, sizeof how, "%s textcolor rgb '" ORANGE "' font '" LARGE "'", align);
    label(at, text, anchor, rail_height(chart) + 6.2, how);
}

/* A hollow dot with its name: right of it and below the curve, which rises there; left of it and
 * above where the line of the limit would cross the name. `lower`: below another such label. */
static void draw_hollow(const struct knee_layout *at, const char *name, uint32_t level, bool lower)
{
    const struct knee_chart_level *row = find(at->chart, level);
    char text[64], how[128];
    if (!row)
        return;
    snprintf(text, sizeof text, "%s %u", name, level);
    dot(at, row, "point pt 6 ps 1.8 lw 2 lc rgb '#333333'");
    double px = knee_script_axis_px(&at->axis, level);
    bool rises = level < at->chart->use || at->chart->answer == KNEE_CHART_RULE;
    double below = (rises ? 5 : 8) + (lower ? 7 : 0);
    double y = row->percent > below + 3 ? row->percent - below : row->percent + 8;
    double length = (double)strlen(text) * CHAR_PX + 18;
    bool fits = rises && px + length < KNEE_LAYOUT_PX;
    const char *align = fits ? "left offset 1.2, 0" : side(px, strlen(text), CHAR_PX);
    double use_px = knee_script_axis_px(&at->axis, at->chart->use);
    if (fits && at->chart->answer == KNEE_CHART_DOT && use_px > px && use_px < px + length &&
        px > length && row->percent < BESIDE_MAX) {
        align = "right offset -1.2, 0";
        y = row->percent + 5;
    }
    snprintf(how, sizeof how, "%s textcolor rgb '#333333'", align);
    label(at, text, level, y, how);
}

static void draw_others(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    uint32_t current = chart->current, rule = chart->rule;
    bool dotted = chart->answer == KNEE_CHART_DOT;
    if (dotted && current == chart->use)
        current = 0;
    if (dotted && rule == chart->use)
        rule = 0;
    if (current > 0 && current == rule) {
        draw_hollow(at, "now, rule of thumb", current, false);
        return;
    }
    bool near =
        current > 0 && rule > 0 &&
        fabs(knee_script_axis_px(&at->axis, current) - knee_script_axis_px(&at->axis, rule)) < 150;
    if (rule > 0)
        draw_hollow(at, "rule of thumb", rule, false);
    if (current > 0)
        draw_hollow(at, "now", current, near);
}

/* Whether text of `columns` around `px` at height `y` stays clear of the curve. */
static bool is_clear(const struct knee_layout *at, double px, size_t columns, double y)
{
    double half = (double)columns * CHAR_PX / 2 + 10;
    for (int i = -4; i <= 4; i++) {
        double curve = percent_at(at, px + i * half / 4);
        if (isfinite(curve) && fabs(curve - y) < 12)
            return false;
    }
    return true;
}

/* A word about the levels on one side of the answer, where there is room for it. */
static void draw_region(const struct knee_layout *at, const char *text, double from, double to,
                        double y, double other_y)
{
    double left = knee_script_axis_px(&at->axis, from), right = knee_script_axis_px(&at->axis, to);
    double middle = (left + right) / 2;
    size_t columns = strlen(text);
    if (right - left < (double)columns * CHAR_PX + 16)
        return;
    if (!is_clear(at, middle, columns, y))
        y = other_y;
    if (is_clear(at, middle, columns, y))
        label(at, text, sqrt(from * to), y, "center textcolor rgb '#888888'");
}

/* Where more only waits: beyond the answer, and not before full speed. */
static double waits_from(const struct knee_chart *chart, uint32_t high)
{
    for (size_t i = 0; i < chart->levels_count; i++)
        if (chart->levels[i].level >= high &&
            chart->levels[i].percent >= 100 * (1 - chart->tolerance_ratio))
            return chart->levels[i].level;
    return chart->levels[chart->levels_count - 1].level;
}

static void draw_regions(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    uint32_t last = chart->levels[chart->levels_count - 1].level;
    if (chart->answer == KNEE_CHART_RULE)
        return;
    bool bracket = chart->answer == KNEE_CHART_BRACKET;
    uint32_t low = bracket ? chart->low : chart->use, high = bracket ? chart->high : chart->use;
    if (low > 1)
        draw_region(at, "machine idle", at->axis.low, low, 88, 30);
    if (high < last)
        draw_region(at, "only waiting", waits_from(chart, high), at->axis.high, 30, 88);
    if (bracket)
        return;
    fprintf(at->out,
            "set arrow from first %u, graph 0 to first %u, first 100 nohead dt 3 lc rgb "
            "'#999999' back\n",
            chart->use, chart->use);
}

/* What the machine has, as ticks with words between the panels. */
static void draw_machine(const struct knee_layout *at)
{
    double taken = -1e9;
    for (size_t i = 0; i < at->chart->levels_count; i++) {
        const struct knee_chart_level *level = &at->chart->levels[i];
        double px = knee_script_axis_px(&at->axis, level->level);
        if (!level->means || !*level->means)
            continue;
        double half = ((double)strlen(level->means) + 4) * SMALL_CHAR_PX / 2;
        fprintf(at->out,
                "set arrow from first %u, graph 0 to first %u, graph -0.045 nohead lw 2 lc "
                "rgb '#333333'\n",
                level->level, level->level);
        if (px - half < taken)
            continue;
        taken = px + half;
        char text[96];
        snprintf(text, sizeof text, "%u %s", level->level, level->means);
        fputs("set label ", at->out);
        knee_script_string(at->out, text, 0);
        fprintf(at->out, " at first %u, graph -0.085 %s font ',12' textcolor rgb '#333333'\n",
                level->level, side(px, strlen(text), SMALL_CHAR_PX));
    }
}

static void draw_strip(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    double high = fmin(chart->high, at->axis.high);
    double use = chart->answer == KNEE_CHART_BRACKET ? sqrt(chart->low * high) : chart->use;
    bool left = knee_script_axis_px(&at->axis, use) > KNEE_LAYOUT_PX * .55;
    fprintf(at->out,
            "set label 'full speed (top %.4g %%)' at graph %s, first 106.5 %s font ',12' "
            "textcolor rgb '#2E7D4F'\n",
            100 * chart->tolerance_ratio, left ? "0.01" : "0.99", left ? "left" : "right");
}

void knee_layout_draw(const struct knee_layout *at)
{
    draw_machine(at);
    draw_regions(at);
    draw_strip(at);
    if (at->chart->answer == KNEE_CHART_BRACKET)
        draw_bracket(at);
    else if (at->chart->answer == KNEE_CHART_DOT)
        draw_use(at);
    draw_others(at);
}
