/* SPDX-License-Identifier: MIT */
#include "plots/compare_chart.h"

#include "core/base/file.h"
#include "plots/axis.h"

#include <math.h>
#include <stdint.h>

/* The templates, as the build turns them into text. */
extern const char knee_plot_expert_gp[], knee_plot_compare_gp[], knee_plot_ratio_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 540
#define LEFT_PX 100
#define RIGHT_PX 34
#define TOP_PX 70
#define BOTTOM_PX 122
#define TOP 1.08        /* room above the highest value */
#define TICKS_MAX 32    /* powers of two */
#define CHANGE_MIN 1.6  /* the axis of changes shows at least this many times the strip */
#define CHANGE_MAX 100. /* per cent: beyond, an interval's end is cut */

/* The lowest and the highest x, and the highest y. */
struct range {
    double first, last, top;
};

static void widen(struct range *range, const struct knee_script_point *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        range->first = fmin(range->first, points[i].x);
        range->last = fmax(range->last, points[i].x);
        range->top = fmax(range->top, fmax(points[i].y, points[i].high));
    }
}

/* Opens DIR/NAME.gp and writes what both charts begin with: head, margins, axis of levels. */
static int begin(struct knee_file *file, const char *dir, const struct knee_script_head *head,
                 const struct range *range, struct knee_err *err)
{
    char name[256];
    uint32_t ticks[TICKS_MAX];
    size_t count = 0;
    struct knee_script_head sized = *head;
    if (sized.picture.width_px == 0) {
        sized.picture.width_px = WIDTH_PX;
        sized.picture.height_px = HEIGHT_PX;
    }
    snprintf(name, sizeof name, "%.200s.gp", head->name);
    if (knee_file_open(file, dir, name, err))
        return -1;
    knee_script_begin(file->out, &sized);
    fprintf(file->out, "left = %d\nright = %d\ntop = %d\nbottom = %d\n", LEFT_PX, RIGHT_PX, TOP_PX,
            BOTTOM_PX);
    struct knee_axis axis =
        knee_axis_make((uint32_t)fmax(fmin(range->first, range->last), 1),
                       (uint32_t)fmax(range->last, 1), sized.picture.width_px - LEFT_PX - RIGHT_PX);
    for (uint32_t tick = 1; count < TICKS_MAX && tick <= axis.high; tick *= 2)
        if (tick >= axis.low)
            ticks[count++] = tick;
    knee_script_set_number(file->out, "x_low", axis.low);
    knee_script_set_number(file->out, "x_high", axis.high);
    knee_script_ticks(file->out, &axis, ticks, count, NULL, 0);
    return 0;
}

static void set_knee(FILE *out, const char *name, const struct knee_script_point *points,
                     size_t count, double knee)
{
    struct knee_script_point found = {NAN, NAN, NAN, NAN};
    for (size_t i = 0; i < count; i++)
        if (points[i].x == knee)
            found = points[i];
    knee_script_points(out, name, &found, 1);
}

int knee_compare_chart_write(const struct knee_compare_chart *chart, const char *dir,
                             struct knee_err *err)
{
    struct knee_file file;
    struct range range = {INFINITY, 1, 1e-9};
    widen(&range, chart->base, chart->base_count);
    widen(&range, chart->fresh, chart->fresh_count);
    const struct knee_script_head head = {
        .name = chart->name, .csv = "", .title = chart->title, .picture = chart->picture};
    if (begin(&file, dir, &head, &range, err))
        return -1;
    FILE *out = file.out;
    knee_script_set_number(out, "rate_top", TOP * range.top);
    knee_script_set_number(out, "rate_step", knee_axis_step(TOP * range.top, HEIGHT_PX));
    knee_script_points(out, "base", chart->base, chart->base_count);
    knee_script_points(out, "new", chart->fresh, chart->fresh_count);
    set_knee(out, "knee_base", chart->base, chart->base_count, chart->knee_base);
    set_knee(out, "knee_new", chart->fresh, chart->fresh_count, chart->knee_new);
    fputs(knee_plot_expert_gp, out);
    fputs(knee_plot_compare_gp, out);
    return knee_file_close(&file, err);
}

static double farthest(double most, const struct knee_script_point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fmax(fabs(points[i].low), fabs(points[i].high)));
    return most;
}

int knee_ratio_chart_write(const struct knee_ratio_chart *chart, const char *dir,
                           struct knee_err *err)
{
    struct knee_file file;
    struct range range = {INFINITY, 1, 1e-9};
    double most = CHANGE_MIN * chart->min_effect;
    widen(&range, chart->same, chart->same_count);
    widen(&range, chart->slower, chart->slower_count);
    widen(&range, chart->faster, chart->faster_count);
    most = farthest(most, chart->same, chart->same_count);
    most = farthest(most, chart->slower, chart->slower_count);
    most = fmin(TOP * farthest(most, chart->faster, chart->faster_count), CHANGE_MAX);
    const struct knee_script_head head = {
        .name = chart->name, .csv = "", .title = chart->title, .picture = chart->picture};
    if (begin(&file, dir, &head, &range, err))
        return -1;
    FILE *out = file.out;
    const struct knee_script_point whole[] = {{.5, chart->whole, NAN, NAN},
                                              {2 * range.last, chart->whole, NAN, NAN}};
    knee_script_set_number(out, "change_low", -most);
    knee_script_set_number(out, "change_high", most);
    knee_script_set_number(out, "strip", chart->min_effect);
    knee_script_set_number(out, "same_count", (double)chart->same_count);
    knee_script_set_number(out, "slower_count", (double)chart->slower_count);
    knee_script_set_number(out, "faster_count", (double)chart->faster_count);
    knee_script_set_number(out, "whole_known", isfinite(chart->whole));
    knee_script_points(out, "same", chart->same, chart->same_count);
    knee_script_points(out, "slower", chart->slower, chart->slower_count);
    knee_script_points(out, "faster", chart->faster, chart->faster_count);
    knee_script_points(out, "whole", whole, 2);
    fputs(knee_plot_expert_gp, out);
    fputs(knee_plot_ratio_gp, out);
    return knee_file_close(&file, err);
}
