/* SPDX-License-Identifier: MIT */
#include "plots/expert.h"

#include "core/base/array.h"
#include "core/base/file.h"
#include "plots/expert_axes.h"
#include "plots/expert_band.h"
#include "plots/expert_labels.h"
#include "plots/expert_marks.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>

/* The templates, as the build turns them into text. */
extern const char knee_plot_expert_gp[], knee_plot_curve_gp[], knee_plot_scaling_gp[],
    knee_plot_speedup_gp[], knee_plot_latency_gp[], knee_plot_tradeoff_gp[], knee_plot_time_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 540
/* Margins of plots/templates/expert.gp. */
#define LEFT_PX 100
#define RIGHT_PX 34
#define TOP_PX 84
#define BOTTOM_PX 116
#define CURVE_LOW .78 /* of the best: the lower end of the curve near it */

static bool is_rate_known(const struct knee_expert *expert);
static bool is_speedup_known(const struct knee_expert *expert);
static bool is_latency_known(const struct knee_expert *expert);
static bool is_tradeoff_known(const struct knee_expert *expert);
static bool are_shares_known(const struct knee_expert *expert);

/* clang-format off: one chart a line. */
const struct knee_expert_chart knee_expert_charts[] = {
    {.suffix = "curve",
     .title = "the curve near its best",
     .script = knee_plot_curve_gp,
     .has_model = true,
     .has_level_axis = true,
     .is_known = is_rate_known},
    {.suffix = "scaling",
     .title = "throughput beside the ideal",
     .script = knee_plot_scaling_gp,
     .has_model = true,
     .has_level_axis = true,
     .is_known = is_rate_known},
    {.suffix = "speedup",
     .title = "speedup and efficiency",
     .script = knee_plot_speedup_gp,
     .has_level_axis = true,
     .is_known = is_speedup_known},
    {.suffix = "latency",
     .title = "latency by percentile",
     .script = knee_plot_latency_gp,
     .has_level_axis = true,
     .is_known = is_latency_known},
    {.suffix = "tradeoff",
     .title = "throughput against latency",
     .script = knee_plot_tradeoff_gp,
     .named_points = true,
     .is_known = is_tradeoff_known},
    {.suffix = "time",
     .title = "where an item's time goes",
     .script = knee_plot_time_gp,
     .is_known = are_shares_known},
};
/* clang-format on */
const size_t knee_expert_charts_count = KNEE_COUNT(knee_expert_charts);

/* How many of the levels have a value that can be drawn. */
static size_t count_known(const struct knee_expert *expert,
                          bool (*is_known)(const struct knee_expert_level *level))
{
    size_t count = 0;
    for (size_t i = 0; i < expert->levels_count; i++)
        count += is_known(&expert->levels[i]);
    return count;
}

static bool has_rate(const struct knee_expert_level *level)
{
    return level->throughput_per_s > 0;
}

static bool has_speedup(const struct knee_expert_level *level)
{
    return level->speedup > 0;
}

static bool has_p50(const struct knee_expert_level *level)
{
    return level->latency_p50_s > 0;
}

static bool has_p95(const struct knee_expert_level *level)
{
    return level->latency_p95_s > 0;
}

static bool has_p99(const struct knee_expert_level *level)
{
    return level->latency_p99_s > 0;
}

static bool has_max(const struct knee_expert_level *level)
{
    return level->latency_max_s > 0;
}

static bool has_latency(const struct knee_expert_level *level)
{
    return has_p50(level) || has_p95(level) || has_p99(level) || has_max(level);
}

static bool has_tradeoff(const struct knee_expert_level *level)
{
    return level->throughput_per_s > 0 && level->latency_p99_s > 0;
}

static bool is_rate_known(const struct knee_expert *expert)
{
    return count_known(expert, has_rate) > 0;
}

static bool is_speedup_known(const struct knee_expert *expert)
{
    return count_known(expert, has_speedup) > 0;
}

static bool is_latency_known(const struct knee_expert *expert)
{
    return count_known(expert, has_latency) > 0;
}

static bool is_tradeoff_known(const struct knee_expert *expert)
{
    return count_known(expert, has_tradeoff) > 1;
}

static bool are_shares_known(const struct knee_expert *expert)
{
    return expert->has_shares;
}

static void begin_script(const struct knee_expert *expert, const struct knee_expert_chart *chart,
                         struct knee_picture picture, FILE *out)
{
    char name[160], title[512], ideal[64];
    const struct knee_expert_level *first = &expert->levels[0];
    snprintf(name, sizeof name, "%.80s-%s", expert->base, chart->suffix);
    snprintf(title, sizeof title, "%.400s: %s", expert->title, chart->title);
    snprintf(ideal, sizeof ideal, first->level == 1 ? "ideal" : "ideal, from level %u",
             first->level);
    knee_script_begin(out,
                      &(struct knee_script_head){
                          .name = name, .csv = expert->csv, .title = title, .picture = picture});
    knee_script_set_text(out, "ideal_text", ideal);
    fprintf(out, "has_queue = %d\ncomputes = %d\nqueues = %d\nwaits = %d\n", expert->has_queue,
            expert->computes, expert->queues, expert->waits);
    fprintf(out, "has_p50 = %d\nhas_p95 = %d\nhas_p99 = %d\nhas_max = %d\n",
            count_known(expert, has_p50) > 0, count_known(expert, has_p95) > 0,
            count_known(expert, has_p99) > 0, count_known(expert, has_max) > 0);
    fprintf(out, "left = %d\nright = %d\ntop = %d\nbottom = %d\n", LEFT_PX, RIGHT_PX, TOP_PX,
            BOTTOM_PX);
}

static void set_value(FILE *out, double value)
{
    fputc(',', out);
    if (isfinite(value))
        knee_script_number(out, value);
}

/* The model's curve is in the script itself: the CSV holds only measured values. */
static void set_model(const struct knee_expert *expert, FILE *out)
{
    fputs("$model << END\nlevel,model,low,high\n", out);
    for (size_t i = 0; i < expert->model_count; i++) {
        knee_script_number(out, expert->model[i].level);
        set_value(out, expert->model[i].per_s);
        set_value(out, expert->model[i].low_per_s);
        set_value(out, expert->model[i].high_per_s);
        fputc('\n', out);
    }
    fputs("END\nmodel_text = ", out);
    knee_script_string(out, expert->model_count ? expert->model_name : "", 0);
    fprintf(out, "\nmodels = %d\n", expert->model_count > 0);
}

/* So that nothing of the intervals and the band is cut off. */
static double highest_of(const struct knee_expert *expert)
{
    double highest = 1;
    for (size_t i = 0; i < expert->levels_count; i++)
        highest =
            fmax(highest, fmax(expert->levels[i].high_per_s, expert->levels[i].throughput_per_s));
    for (size_t i = 0; i < expert->band_count; i++)
        highest = fmax(highest, expert->band[i].high_per_s);
    return highest;
}

/* The band, and room for a bar at each level: how many windows it got. */
static void set_windows(const struct knee_expert *expert, FILE *out)
{
    uint32_t most = 0;
    double best = 0;
    for (size_t i = 0; i < expert->levels_count; i++) {
        most = expert->levels[i].windows > most ? expert->levels[i].windows : most;
        best = fmax(best, expert->levels[i].throughput_per_s);
    }
    best = best > 0 ? best : 1;
    fputs("$band << END\nlevel,low,high\n", out);
    knee_expert_band_put(expert, 0, out);
    fputs("END\n$band_near << END\nlevel,low,high\n", out);
    knee_expert_band_put(expert, CURVE_LOW * best, out);
    fputs("END\n", out);
    knee_script_set_number(out, "curve_low", CURVE_LOW * best);
    fputs("curve_top = ", out);
    knee_script_number(out, highest_of(expert));
    fprintf(out, "\nbands = %d\nwindows_max = %u\n", expert->band_count > 0, most > 0 ? most : 1);
}

static void set_ticks(const struct knee_expert *expert, const struct knee_axis *axis, FILE *out)
{
    uint32_t *levels = calloc(expert->levels_count, sizeof *levels);
    for (size_t i = 0; levels && i < expert->levels_count; i++)
        levels[i] = expert->levels[i].level;
    if (levels)
        knee_script_ticks(out, axis, levels, expert->levels_count, &expert->use, 1);
    free(levels);
}

static void write_script(const struct knee_expert *expert, const struct knee_expert_chart *chart,
                         struct knee_picture picture, FILE *out)
{
    uint32_t last = expert->levels[expert->levels_count - 1].level;
    double width = picture.width_px - (LEFT_PX + RIGHT_PX);
    struct knee_axis axis = knee_axis_make(expert->levels[0].level, last, width);
    begin_script(expert, chart, picture, out);
    knee_script_set_number(out, "row_first", (double)expert->first_row);
    knee_script_set_number(out, "row_last", (double)(expert->first_row + expert->levels_count - 1));
    knee_script_set_number(out, "x_low", axis.low);
    knee_script_set_number(out, "x_high", axis.high);
    knee_expert_axes_rates(expert, picture.height_px - (TOP_PX + BOTTOM_PX), out);
    struct knee_axis p99 =
        knee_expert_axes_latencies(expert, width, picture.height_px - (TOP_PX + BOTTOM_PX), out);
    set_ticks(expert, &axis, out);
    if (chart->has_level_axis)
        knee_expert_marks_draw(expert, &axis, out);
    if (chart->has_model) {
        set_model(expert, out);
        set_windows(expert, out);
    }
    if (chart->named_points)
        knee_expert_labels(expert, &p99, picture.height_px - (TOP_PX + BOTTOM_PX),
                           KNEE_EXPERT_AXES_TOP, out);
    fputc('\n', out);
    fputs(knee_plot_expert_gp, out);
    fputc('\n', out);
    fputs(chart->script, out);
}

int knee_expert_write(const struct knee_expert *expert, const struct knee_expert_chart *chart,
                      const char *dir, struct knee_err *err)
{
    char name[160];
    struct knee_file file;
    struct knee_picture picture = expert->picture;
    if (expert->levels_count == 0)
        return knee_err_set(err, KNEE_FAILED, "%.80s: no level was measured; sweep again",
                            expert->base);
    if (picture.width_px == 0) {
        picture.width_px = WIDTH_PX;
        picture.height_px = HEIGHT_PX;
    }
    snprintf(name, sizeof name, "%.80s-%s.gp", expert->base, chart->suffix);
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    write_script(expert, chart, picture, file.out);
    return knee_file_close(&file, err);
}
