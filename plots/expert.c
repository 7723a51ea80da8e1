/* SPDX-License-Identifier: MIT */
#include "plots/expert.h"

#include "core/base/file.h"
#include "plots/expert_labels.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>

/* The templates, as the build turns them into text. */
extern const char knee_plot_expert_gp[], knee_plot_scaling_gp[], knee_plot_speedup_gp[],
    knee_plot_latency_gp[], knee_plot_tradeoff_gp[], knee_plot_time_gp[];

/* Of plots/templates/expert.gp. */
#define PANEL_PX 826.0
#define PANEL_HEIGHT_PX 359.0
/* Room above and below on a logarithmic axis: any such range holds a round number. */
#define BELOW 1.4
#define ABOVE 1.9
#define TOP 1.12 /* on a linear axis, for the labels */
#define TICKS_MAX 7
#define BOUND_NEAR 4.0 /* times the best: a bound further away would only flatten the curve */
#define BOUND_NOISE 1.03
#define EDGE_PX 30.0 /* nearer to the frame text is set away from it */

/* clang-format off: one chart a line. */
const struct knee_expert_chart knee_expert_charts[] = {
    {.suffix = "scaling",
     .title = "throughput beside the ideal",
     .script = knee_plot_scaling_gp,
     .has_model = true},
    {.suffix = "speedup", .title = "speedup and efficiency", .script = knee_plot_speedup_gp},
    {.suffix = "latency", .title = "latency by percentile", .script = knee_plot_latency_gp},
    {.suffix = "tradeoff",
     .title = "throughput against latency",
     .script = knee_plot_tradeoff_gp,
     .named_points = true},
    {.suffix = "time", .title = "where an item's time goes", .script = knee_plot_time_gp},
};
/* clang-format on */
const size_t knee_expert_charts_count = sizeof knee_expert_charts / sizeof knee_expert_charts[0];

struct range {
    double low, high; /* low > high: nothing is known */
};

static void widen(struct range *range, double value)
{
    if (!(value > 0) || isinf(value))
        return;
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
}

static struct range with_room(struct range range)
{
    if (range.low > range.high)
        return (struct range){.1, 10};
    return (struct range){range.low / BELOW, range.high * ABOVE};
}

static void set_number(FILE *out, const char *name, double value)
{
    fprintf(out, "%s = ", name);
    knee_script_number(out, value);
    fputc('\n', out);
}

/* Round numbers of a decade, as many as suit the length of the axis; how many. */
static size_t choose_steps(double decades, const double **steps)
{
    static const double fine[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}, coarse[] = {1, 2, 5};
    *steps = decades < .75 ? fine : coarse;
    if (decades < .75)
        return sizeof fine / sizeof fine[0];
    return decades < TICKS_MAX / 3.0 ? sizeof coarse / sizeof coarse[0] : 1;
}

/* NAME_low and NAME_high, and NAME_ticks: a command that sets them. */
static void set_range(FILE *out, const char *name, const char *axis, struct range range)
{
    const double *steps, decades = log10(range.high / range.low);
    size_t kinds = choose_steps(decades, &steps);
    int from = (int)floor(log10(range.low)), to = (int)ceil(log10(range.high));
    int stride = kinds == 1 ? (int)ceil(decades / TICKS_MAX) : 1;
    const char *between = "";
    fprintf(out, "%s_low = ", name);
    knee_script_number(out, range.low);
    fprintf(out, "\n%s_high = ", name);
    knee_script_number(out, range.high);
    fprintf(out, "\n%s_ticks = 'set %stics (", name, axis);
    for (int power = from; power <= to; power += stride)
        for (size_t i = 0; i < kinds; i++) {
            double value = steps[i] * pow(10, power);
            if (value < range.low || value > range.high)
                continue;
            fputs(between, out);
            knee_script_number(out, value);
            between = ", ";
        }
    fputs(")'\n", out);
}

/* The unit in which the middle of the range reads best. */
static double set_unit(FILE *out, struct range latency_s)
{
    static const struct {
        double from, scale;
        const char *unit;
    } units[] = {{1, 1, "s"}, {1e-3, 1e3, "ms"}, {1e-6, 1e6, "us"}, {0, 1e9, "ns"}};
    double middle = latency_s.low > latency_s.high ? 1 : sqrt(latency_s.low * latency_s.high);
    size_t u = 0;
    while (middle < units[u].from)
        u++;
    set_number(out, "latency_scale", units[u].scale);
    fprintf(out, "latency_unit = '%s'\n", units[u].unit);
    return units[u].scale;
}

static void set_texts(const struct knee_expert *expert, const struct knee_expert_chart *chart,
                      FILE *out)
{
    char text[512];
    snprintf(text, sizeof text, "%.80s-%s", expert->base, chart->suffix);
    fputs("name = ", out);
    knee_script_string(out, text, 0);
    snprintf(text, sizeof text, "%.400s: %s", expert->title, chart->title);
    fputs("\ntitle_text = ", out);
    knee_script_string(out, text, KNEE_SCRIPT_TITLE_COLUMNS);
    fputs("\ncsv = ", out);
    knee_script_string(out, expert->csv, 0);
    const struct knee_expert_level *first = &expert->levels[0];
    snprintf(text, sizeof text, first->level == 1 ? "ideal" : "ideal, from level %u", first->level);
    fputs("\nideal_text = ", out);
    knee_script_string(out, text, 0);
    fprintf(out, "\nhas_shares = %d\nhas_queue = %d\n", expert->has_shares, expert->has_queue);
}

/* The bound is drawn where it comes near, the ideal reaches it among the levels, and it holds: time
 * that the clocks booked to the wrong side can put it below what was measured. */
static bool is_bound_seen(const struct knee_expert *expert, double best_per_s, double ideal_per_s)
{
    double bound_per_s = expert->cpu_bound_per_s;
    return bound_per_s * BOUND_NOISE >= best_per_s && bound_per_s <= BOUND_NEAR * best_per_s &&
           bound_per_s <= ideal_per_s * expert->levels[expert->levels_count - 1].level;
}

static void set_rates(const struct knee_expert *expert, FILE *out)
{
    struct range rate = {INFINITY, 0}, speedup = {INFINITY, 0};
    double ideal_per_s = 0;
    for (size_t i = expert->levels_count; i-- > 0;) {
        const struct knee_expert_level *level = &expert->levels[i];
        widen(&rate, level->throughput_per_s);
        widen(&speedup, level->speedup);
        if (level->throughput_per_s > 0)
            ideal_per_s = level->throughput_per_s / level->level;
    }
    bool near = is_bound_seen(expert, rate.high, ideal_per_s);
    set_number(out, "ideal_per_s", ideal_per_s);
    set_number(out, "bounds", near);
    set_number(out, "bound_per_s", near ? expert->cpu_bound_per_s : NAN);
    set_number(out, "has_speedup", speedup.low <= speedup.high);
    set_number(out, "rate_top", TOP * (rate.high > 0 ? rate.high : 1));
    set_number(out, "rate_step", knee_script_step(TOP * (rate.high > 0 ? rate.high : 1)));
    if (near)
        widen(&rate, expert->cpu_bound_per_s);
    set_range(out, "rate", "y", with_room(rate));
    set_range(out, "speedup", "y", with_room(speedup));
}

static void set_value(FILE *out, double value)
{
    fputc(',', out);
    if (isfinite(value))
        knee_script_number(out, value);
}

/* The model's curve stands in the script itself: the CSV holds what was measured alone. */
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

static const struct knee_expert_level *find_use(const struct knee_expert *expert)
{
    for (size_t i = 0; i < expert->levels_count; i++)
        if (expert->levels[i].level == expert->use)
            return &expert->levels[i];
    return NULL;
}

/* Returns the axis of the p99, in seconds. */
static struct knee_script_axis set_latencies(const struct knee_expert *expert, FILE *out)
{
    struct range all = {INFINITY, 0}, p99 = {INFINITY, 0};
    for (size_t i = 0; i < expert->levels_count; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        widen(&all, level->latency_p50_s);
        widen(&all, level->latency_p99_s);
        widen(&all, level->latency_max_s);
        widen(&p99, level->latency_p99_s);
    }
    double scale = set_unit(out, all);
    all = with_room(all);
    p99 = with_room(p99);
    set_range(out, "latency", "y", (struct range){all.low * scale, all.high * scale});
    p99 = (struct range){p99.low * scale, p99.high * scale};
    set_range(out, "p99", "x", p99);
    const struct knee_expert_level *use = find_use(expert);
    bool known = use && use->latency_p99_s > 0 && use->throughput_per_s > 0;
    if (!known) {
        fputs("use_text = ''\nuse_p99 = NaN\nuse_per_s = NaN\n", out); /* nor has it a key */
    } else {
        fprintf(out, "use_text = 'USE %u%s'\n", expert->use, expert->open ? "?" : "");
        set_number(out, "use_p99", use->latency_p99_s * scale);
        set_number(out, "use_per_s", use->throughput_per_s);
    }
    return (struct knee_script_axis){
        .low = p99.low / scale, .high = p99.high / scale, .width_px = PANEL_PX};
}

/* A line up from the limit, and its name above it. */
static void draw_use(const struct knee_expert *expert, const struct knee_script_axis *axis,
                     FILE *out)
{
    const struct knee_expert_level *use = find_use(expert);
    double px = knee_script_axis_px(axis, expert->use);
    if (!use)
        return;
    fprintf(out,
            "set arrow 1000 from first %u, graph 0 to first %u, graph 1 nohead dt 3 lc rgb "
            "'#666666' back\n"
            "set label 1001 'USE %u%s' at first %u, screen 0.9 %s font ',13' textcolor rgb "
            "'#D55E00'\n",
            expert->use, expert->use, expert->use, expert->open ? "?" : "", expert->use,
            px < EDGE_PX              ? "left"
            : px > PANEL_PX - EDGE_PX ? "right"
                                      : "center");
}

static void set_ticks(const struct knee_expert *expert, const struct knee_script_axis *axis,
                      FILE *out)
{
    uint32_t *levels = calloc(expert->levels_count, sizeof *levels);
    for (size_t i = 0; levels && i < expert->levels_count; i++)
        levels[i] = expert->levels[i].level;
    if (levels)
        knee_script_ticks(out, axis, levels, expert->levels_count, &expert->use, 1);
    free(levels);
}

static void write_script(const struct knee_expert *expert, const struct knee_expert_chart *chart,
                         FILE *out)
{
    uint32_t last = expert->levels[expert->levels_count - 1].level;
    struct knee_script_axis axis = knee_script_axis_make(expert->levels[0].level, last, PANEL_PX);
    set_texts(expert, chart, out);
    set_number(out, "row_first", (double)expert->first_row);
    set_number(out, "row_last", (double)(expert->first_row + expert->levels_count - 1));
    set_number(out, "x_low", axis.low);
    set_number(out, "x_high", axis.high);
    set_rates(expert, out);
    struct knee_script_axis p99 = set_latencies(expert, out);
    set_ticks(expert, &axis, out);
    draw_use(expert, &axis, out);
    if (chart->has_model)
        set_model(expert, out);
    if (chart->named_points)
        knee_expert_labels(expert, &p99, PANEL_HEIGHT_PX, TOP, out);
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
    if (expert->levels_count == 0)
        return knee_err_set(err, KNEE_FAILED, "%.80s: no level was measured; sweep again",
                            expert->base);
    snprintf(name, sizeof name, "%.80s-%s.gp", expert->base, chart->suffix);
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    write_script(expert, chart, file.out);
    return knee_file_close(&file, err);
}
