/* SPDX-License-Identifier: MIT */
#include "plots/run_chart.h"

#include "core/base/array.h"
#include "core/base/file.h"
#include "plots/axis.h"
#include "plots/script.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* The templates, as the build turns them into text. */
extern const char knee_plot_expert_gp[], knee_plot_run_time_gp[], knee_plot_run_limits_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 540
#define LEFT_PX 100
#define RIGHT_PX 34
#define TOP_PX 70
#define BOTTOM_PX 112
#define TOP 1.12 /* room above the highest value */

static struct knee_picture sized(const struct knee_run_chart *chart)
{
    struct knee_picture picture = chart->picture;
    if (picture.width_px == 0) {
        picture.width_px = WIDTH_PX;
        picture.height_px = HEIGHT_PX;
    }
    return picture;
}

static void begin(const struct knee_run_chart *chart, const char *name, FILE *out)
{
    knee_script_begin(out,
                      &(struct knee_script_head){
                          .name = name, .csv = "", .title = chart->title, .picture = sized(chart)});
    fprintf(out, "left = %d\nright = %d\ntop = %d\nbottom = %d\n", LEFT_PX, RIGHT_PX, TOP_PX,
            BOTTOM_PX);
}

static void put_row(FILE *out, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            fputc(',', out);
        knee_script_number(out, values[i]);
    }
    fputc('\n', out);
}

/* The unit of the time axis, and its length in seconds. */
static double time_unit(double end_s, const char **unit)
{
    static const struct {
        double from_s, unit_s;
        const char *name;
    } units[] = {{3 * 3600., 3600., "h"}, {180., 60., "min"}, {0., 1., "s"}};
    size_t i = 0;
    while (i + 1 < KNEE_COUNT(units) && end_s < units[i].from_s)
        i++;
    *unit = units[i].name;
    return units[i].unit_s;
}

/* Steps: each value at both ends of its stretch. */
static void put_stretches(const struct knee_run_chart *chart, double unit_s, FILE *out)
{
    fputs("$stretches << END\ntime,rate,running\n", out);
    for (size_t i = 0; i < chart->stretches_count; i++) {
        const struct knee_run_chart_stretch *stretch = &chart->stretches[i];
        put_row(out, (double[]){stretch->from_s / unit_s, stretch->per_s, stretch->running}, 3);
        put_row(out, (double[]){stretch->to_s / unit_s, stretch->per_s, stretch->running}, 3);
    }
    fputs("END\n", out);
}

static void put_limits(const char *name, const struct knee_run_chart_limit *limits, size_t count,
                       double end_s, double unit_s, FILE *out)
{
    double last = limits[0].limit;
    fprintf(out, "$%s << END\ntime,limit\n", name);
    for (size_t i = 0; i < count; i++) {
        double at_s = fmin(limits[i].time_s, end_s);
        if (i)
            put_row(out, (double[]){at_s / unit_s, last}, 2);
        last = limits[i].limit;
        put_row(out, (double[]){at_s / unit_s, last}, 2);
    }
    put_row(out, (double[]){end_s / unit_s, last}, 2);
    fputs("END\n", out);
}

int knee_run_chart_write_time(const struct knee_run_chart *chart, const char *dir,
                              struct knee_err *err)
{
    struct knee_file file;
    const char *unit;
    double end_s = chart->stretches[chart->stretches_count - 1].to_s, rate = 1e-9, limit = 1.;
    double begin_s = fmin(chart->stretches[0].from_s, chart->limits[0].time_s);
    double unit_s = time_unit(end_s, &unit);
    for (size_t i = 0; i < chart->stretches_count; i++)
        rate = fmax(rate, chart->stretches[i].per_s);
    for (size_t i = 0; i < chart->limits_count; i++)
        limit = fmax(limit, chart->limits[i].limit);
    for (size_t i = 0; i < chart->tried_count; i++)
        limit = fmax(limit, chart->tried[i].limit);
    if (knee_file_open(&file, dir, KNEE_RUN_CHART_TIME ".gp", err))
        return -1;
    FILE *out = file.out;
    double half_px = sized(chart).height_px / 2.;
    begin(chart, KNEE_RUN_CHART_TIME, out);
    knee_script_set_number(out, "x_low", begin_s / unit_s);
    knee_script_set_number(out, "x_high", end_s / unit_s);
    knee_script_set_number(out, "rate_top", TOP * rate);
    knee_script_set_number(out, "rate_step", knee_axis_step(TOP * rate, half_px));
    knee_script_set_number(out, "limit_top", TOP * limit);
    knee_script_set_number(out, "limit_step", ceil(knee_axis_step(TOP * limit, half_px)));
    knee_script_set_text(out, "time_unit", unit);
    put_stretches(chart, unit_s, out);
    put_limits("limits", chart->limits, chart->limits_count, end_s, unit_s, out);
    put_limits("tried", chart->tried, chart->tried_count, end_s, unit_s, out);
    fputs(knee_plot_run_time_gp, out);
    return knee_file_close(&file, err);
}

int knee_run_chart_write_limits(const struct knee_run_chart *chart, const char *dir,
                                struct knee_err *err)
{
    struct knee_file file;
    struct knee_picture picture = sized(chart);
    double rate = 1e-9;
    uint32_t ticks[16];
    size_t count = 0;
    bool has_best = false, has_rule = false;
    double last = chart->levels[chart->levels_count - 1].level;
    if (knee_file_open(&file, dir, KNEE_RUN_CHART_LIMITS ".gp", err))
        return -1;
    FILE *out = file.out;
    begin(chart, KNEE_RUN_CHART_LIMITS, out);
    struct knee_axis axis = knee_axis_make((uint32_t)chart->levels[0].level, (uint32_t)last,
                                           picture.width_px - LEFT_PX - RIGHT_PX);
    for (uint32_t tick = 1; tick <= last && count < KNEE_COUNT(ticks); tick *= 2)
        ticks[count++] = tick;
    knee_script_set_number(out, "x_low", axis.low);
    knee_script_set_number(out, "x_high", axis.high);
    knee_script_ticks(out, &axis, ticks, count, NULL, 0);
    fputs("$levels << END\nlevel,rate,best,rule\n", out);
    for (size_t i = 0; i < chart->levels_count; i++) {
        const struct knee_run_chart_level *level = &chart->levels[i];
        rate = fmax(rate, level->per_s);
        has_best |= level->level == chart->best;
        has_rule |= level->level == chart->rule;
        knee_script_number(out, level->level);
        fputc(',', out);
        knee_script_number(out, level->per_s);
        fputs(level->level == chart->best ? ",1" : ",0", out);
        fputs(level->level == chart->rule ? ",1\n" : ",0\n", out);
    }
    fputs("END\n", out);
    fprintf(out, "has_best = %d\nhas_rule = %d\n", has_best, has_rule);
    knee_script_set_number(out, "rate_top", TOP * rate);
    knee_script_set_number(out, "rate_step", knee_axis_step(TOP * rate, picture.height_px));
    fputs(knee_plot_expert_gp, out);
    fputs(knee_plot_run_limits_gp, out);
    return knee_file_close(&file, err);
}
