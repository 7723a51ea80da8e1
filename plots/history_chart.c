/* SPDX-License-Identifier: MIT */
#include "plots/history_chart.h"

#include "core/base/file.h"
#include "core/text/builder.h"
#include "plots/axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The template, as the build turns it into text. */
extern const char knee_plot_history_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 760
#define PANEL_PX 200
#define TOP 1.1           /* room above the highest value */
#define MARGINS_PX 134.0  /* left and right of the panels, as the template has them */
#define TICK_GAP_PX 12.0  /* between the texts of two ticks */
#define LABEL_HALF_PX 30. /* half of a label's width, and its distance from the step */
#define LABEL_LEFT .85    /* beyond this share of the axis a label goes left of its step */

/* How large each change is: beside its step, so that neither line runs through it. */
static void set_labels(FILE *out, const char *name, const struct knee_history_chart *chart,
                       const struct knee_history_panel *panel, double result_px)
{
    bool any = false;
    fprintf(out, "$%s_labels << END\nx,y,text\n", name);
    for (size_t i = 1; i < panel->lines_count; i++) {
        const struct knee_script_point *before = &panel->lines[i - 1], *after = &panel->lines[i];
        if (before->x < after->x)
            continue;
        bool left = after->x > LABEL_LEFT * (double)chart->results;
        knee_script_number(out, after->x + (left ? -1 : 1) * LABEL_HALF_PX / result_px);
        fputc(',', out);
        knee_script_number(out, left ? after->y : before->y);
        fprintf(out, ",%+.0f %%\n", 100 * (after->y / before->y - 1));
        any = true;
    }
    /* gnuplot 5.4 crashes if not one label is known: one that lies outside takes its place. */
    fputs(any ? "END\n" : "-9,0,-\nEND\n", out);
}

/* A tick with its day for as many results as have room; a command that the template runs. */
static void set_days(FILE *out, const struct knee_history_chart *chart, double result_px)
{
    struct knee_builder ticks = {0};
    size_t widest = 1;
    for (size_t i = 0; i < chart->results; i++)
        widest = strlen(chart->days[i]) > widest ? strlen(chart->days[i]) : widest;
    double tick_px = KNEE_SCRIPT_DIGIT_PX * (double)widest + TICK_GAP_PX;
    size_t step = (size_t)fmax(ceil(tick_px / result_px), 1);
    for (size_t i = 0; i < chart->results; i += step)
        knee_builder_add(&ticks, "%s'%s' %zu", i ? ", " : "set xtics (", chart->days[i], i + 1);
    knee_builder_add(&ticks, ")");
    char *text = knee_builder_take(&ticks);
    knee_script_set_text(out, "day_ticks", text ? text : "");
    free(text);
}

/* NAME, NAME_lines, NAME_labels, and the axis: TOP_NAME_top and _step; `whole`: of whole numbers.
 */
static void set_panel(FILE *out, const char *name, const char *axis,
                      const struct knee_history_panel *panel, bool whole)
{
    char text[64];
    double top = 1e-9;
    for (size_t i = 0; i < panel->points_count; i++)
        top = fmax(top, fmax(panel->points[i].y, panel->points[i].high));
    snprintf(text, sizeof text, "%s_top", axis);
    knee_script_set_number(out, text, TOP * top);
    snprintf(text, sizeof text, "%s_step", axis);
    double step = knee_axis_step(TOP * top, PANEL_PX);
    knee_script_set_number(out, text, whole ? fmax(floor(step), 1) : step);
    knee_script_points(out, name, panel->points, panel->points_count);
    snprintf(text, sizeof text, "%s_lines", name);
    knee_script_points(out, text, panel->lines, panel->lines_count);
}

int knee_history_chart_write(const struct knee_history_chart *chart, const char *dir,
                             struct knee_err *err)
{
    char name[256];
    struct knee_file file;
    struct knee_picture picture = chart->picture;
    if (picture.width_px == 0) {
        picture.width_px = WIDTH_PX;
        picture.height_px = HEIGHT_PX;
    }
    snprintf(name, sizeof name, "%.200s.gp", chart->name);
    if (knee_file_open(&file, dir, name, err))
        return -1;
    FILE *out = file.out;
    const struct knee_script_head head = {
        .name = chart->name, .csv = "", .title = chart->title, .picture = picture};
    knee_script_begin(out, &head);
    knee_script_set_number(out, "x_last", (double)chart->results);
    double result_px = fmax(picture.width_px - MARGINS_PX, 1) / (double)chart->results;
    set_days(out, chart, result_px);
    set_panel(out, "throughput", "rate", &chart->throughput, false);
    set_panel(out, "knee", "knee", &chart->knee, true);
    set_panel(out, "p99", "p99", &chart->p99_ms, false);
    set_labels(out, "throughput", chart, &chart->throughput, result_px);
    set_labels(out, "knee", chart, &chart->knee, result_px);
    set_labels(out, "p99", chart, &chart->p99_ms, result_px);
    fputs(knee_plot_history_gp, out);
    return knee_file_close(&file, err);
}
