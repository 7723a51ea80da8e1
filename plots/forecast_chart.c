/* SPDX-License-Identifier: MIT */
#include "plots/forecast_chart.h"

#include "core/base/file.h"
#include "plots/script.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* The templates, as the build turns them into text. */
extern const char knee_plot_expert_gp[], knee_plot_forecast_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 540
#define LEFT_PX 100
#define RIGHT_PX 34
#define TOP_PX 70
#define BOTTOM_PX 112
#define TOP 1.12       /* room above the highest value, for the label */
#define STRIP_MIN 1.02 /* the strip of a single level is this wide */

static void widen(const struct knee_script_point *points, size_t count, double *level,
                  double *per_s)
{
    for (size_t i = 0; i < count; i++) {
        *level = fmax(*level, points[i].x);
        *per_s = fmax(*per_s, fmax(points[i].y, points[i].high));
    }
}

static void set_axes(const struct knee_forecast_chart *chart, double width_px, FILE *out)
{
    double level = 2, per_s = 1e-9;
    uint32_t ticks[16];
    size_t count = 0;
    widen(chart->measured, chart->measured_count, &level, &per_s);
    widen(chart->here, chart->here_count, &level, &per_s);
    widen(chart->there, chart->there_count, &level, &per_s);
    struct knee_axis axis = knee_axis_make(1, (uint32_t)ceil(level), width_px);
    for (uint32_t tick = 1; tick <= level && count < 16; tick *= 2)
        ticks[count++] = tick;
    knee_script_set_number(out, "x_low", axis.low);
    knee_script_set_number(out, "x_high", axis.high);
    knee_script_ticks(out, &axis, ticks, count, NULL, 0);
    knee_script_set_number(out, "rate_top", TOP * per_s);
    knee_script_set_number(out, "rate_step", knee_axis_step(TOP * per_s, HEIGHT_PX));
}

int knee_forecast_chart_write(const struct knee_forecast_chart *chart, const char *dir,
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
    knee_script_begin(
        out, &(struct knee_script_head){
                 .name = chart->name, .csv = "", .title = chart->title, .picture = picture});
    fprintf(out, "left = %d\nright = %d\ntop = %d\nbottom = %d\n", LEFT_PX, RIGHT_PX, TOP_PX,
            BOTTOM_PX);
    set_axes(chart, picture.width_px - LEFT_PX - RIGHT_PX, out);
    knee_script_points(out, "measured", chart->measured, chart->measured_count);
    knee_script_points(out, "here", chart->here, chart->here_count);
    knee_script_points(out, "there", chart->there, chart->there_count);
    double widen_by = chart->limit_high > chart->limit_low ? 1 : STRIP_MIN;
    knee_script_set_number(out, "limit_low", chart->limit_low / widen_by);
    knee_script_set_number(out, "limit_high", chart->limit_high * widen_by);
    knee_script_set_text(out, "limit_text", chart->limit_text);
    fputs(knee_plot_expert_gp, out);
    fputs(knee_plot_forecast_gp, out);
    return knee_file_close(&file, err);
}
