/* SPDX-License-Identifier: MIT */
#include "plots/plots.h"

#include "core/base/file.h"
#include "plots/layout.h"
#include "plots/script.h"

#include <stdlib.h>

/* plots/templates/throughput.gp, as the build turns it into text. */
extern const char knee_plot_throughput_gp[];

static void set_text(FILE *out, const char *name, const char *text, size_t columns)
{
    fprintf(out, "%s = ", name);
    knee_script_string(out, text, columns);
    fputc('\n', out);
}

static void set_number(FILE *out, const char *name, double value)
{
    fprintf(out, "%s = ", name);
    knee_script_number(out, value);
    fputc('\n', out);
}

static void set_latency(const struct knee_layout *at)
{
    static const struct {
        double from, scale;
        const char *unit;
    } units[] = {{1, 1, "s"}, {1e-3, 1e3, "ms"}, {1e-6, 1e6, "us"}, {0, 1e9, "ns"}};
    double most = at->chart->latency_max_s > 0 ? at->chart->latency_max_s : 1;
    size_t u = 0;
    while (most < units[u].from)
        u++;
    set_number(at->out, "latency_scale", units[u].scale);
    set_text(at->out, "latency_unit", units[u].unit, 0);
    set_number(at->out, "latency_high", 1.15 * most * units[u].scale);
    set_number(at->out, "latency_step", knee_script_step(1.15 * most * units[u].scale));
}

static void set_ticks(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    uint32_t *levels = calloc(chart->levels_count, sizeof *levels);
    uint32_t wanted[] = {chart->use, chart->current, chart->rule, chart->low, chart->high};
    size_t count = chart->answer == KNEE_CHART_BRACKET ? 5 : 3;
    for (size_t i = 0; levels && i < chart->levels_count; i++)
        levels[i] = chart->levels[i].level;
    if (levels)
        knee_script_ticks(at->out, &at->axis, levels, chart->levels_count, wanted, count);
    free(levels);
}

static void write_script(const struct knee_layout *at)
{
    const struct knee_chart *chart = at->chart;
    set_text(at->out, "name", chart->name, 0);
    set_text(at->out, "title_text", chart->title, KNEE_SCRIPT_TITLE_COLUMNS);
    set_text(at->out, "csv", chart->csv, 0);
    set_number(at->out, "row_first", (double)chart->first_row);
    set_number(at->out, "row_last", (double)(chart->first_row + chart->levels_count - 1));
    set_number(at->out, "best_per_s", chart->best_per_s);
    set_number(at->out, "full_percent", 100 * (1 - chart->tolerance_ratio));
    set_number(at->out, "x_low", at->axis.low);
    set_number(at->out, "x_high", at->axis.high);
    set_number(at->out, "rate_step", knee_script_step(KNEE_LAYOUT_SPAN * chart->best_per_s));
    set_latency(at);
    set_ticks(at);
    knee_layout_draw(at);
    fputc('\n', at->out);
    fputs(knee_plot_throughput_gp, at->out);
}

int knee_chart_write(const struct knee_chart *chart, const char *dir, struct knee_err *err)
{
    char name[160];
    struct knee_file file;
    if (chart->levels_count == 0)
        return knee_err_set(err, KNEE_FAILED, "%.80s: no level was measured; sweep again",
                            chart->name);
    snprintf(name, sizeof name, "%.120s.gp", chart->name);
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    uint32_t last = chart->levels[chart->levels_count - 1].level;
    struct knee_layout at = {
        .chart = chart,
        .axis = knee_script_axis_make(chart->levels[0].level, last, KNEE_LAYOUT_PX),
        .out = file.out};
    write_script(&at);
    return knee_file_close(&file, err);
}
