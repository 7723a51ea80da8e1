/* SPDX-License-Identifier: MIT */
#include "plots/history_chart.h"

#include "core/base/file.h"
#include "plots/axis.h"

#include <math.h>

/* The template, as the build turns it into text. */
extern const char knee_plot_history_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 760
#define PANEL_PX 200
#define TOP 1.1  /* room above the highest value */
#define TICKS 20 /* at most, of the results */

/* NAME, NAME_lines, and the axis: TOP_NAME_top and _step. */
static void set_panel(FILE *out, const char *name, const char *axis,
                      const struct knee_history_panel *panel)
{
    char text[64];
    double top = 1e-9;
    for (size_t i = 0; i < panel->points_count; i++)
        top = fmax(top, fmax(panel->points[i].y, panel->points[i].high));
    snprintf(text, sizeof text, "%s_top", axis);
    knee_script_set_number(out, text, TOP * top);
    snprintf(text, sizeof text, "%s_step", axis);
    knee_script_set_number(out, text, knee_axis_step(TOP * top, PANEL_PX));
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
    knee_script_set_number(out, "x_step", ceil((double)chart->results / TICKS));
    set_panel(out, "throughput", "rate", &chart->throughput);
    set_panel(out, "knee", "knee", &chart->knee);
    set_panel(out, "p99", "p99", &chart->p99_ms);
    fputs(knee_plot_history_gp, out);
    return knee_file_close(&file, err);
}
