/* SPDX-License-Identifier: MIT */
#include "plots/expert.h"

#include "core/base/array.h"
#include "core/base/file.h"
#include "plots/expert_labels.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The templates, as the build turns them into text. */
extern const char knee_plot_expert_gp[], knee_plot_curve_gp[], knee_plot_scaling_gp[],
    knee_plot_speedup_gp[], knee_plot_latency_gp[], knee_plot_tradeoff_gp[], knee_plot_time_gp[];

#define WIDTH_PX 960
#define HEIGHT_PX 540
/* Margins of plots/templates/expert.gp. */
#define LEFT_PX 100
#define RIGHT_PX 34
#define TOP_PX 84
#define BOTTOM_PX 132
#define SMALL_CHAR_PX 6.5 /* 12 px */
/* Room above and below on a logarithmic axis: any such range holds a round number. */
#define BELOW 1.4
#define ABOVE 1.9
#define TOP 1.12 /* on a linear axis, for the labels */
#define TICKS_MAX 7
#define BOUND_NEAR 4.0 /* times the best: a bound farther away would only flatten the curve */
#define BOUND_NOISE 1.03
#define TICK_GAP_PX 10.0

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

static bool has_latency(const struct knee_expert_level *level)
{
    return level->latency_p50_s > 0 || level->latency_p99_s > 0 || level->latency_max_s > 0;
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

/* Round numbers of a decade, as many as suit the length of the axis; how many. */
static size_t choose_steps(double decades, const double **steps)
{
    static const double fine[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}, coarse[] = {1, 2, 5};
    *steps = decades < .75 ? fine : coarse;
    if (decades < .75)
        return KNEE_COUNT(fine);
    return decades < TICKS_MAX / 3.0 ? KNEE_COUNT(coarse) : 1;
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
    knee_script_set_number(out, "latency_scale", units[u].scale);
    fprintf(out, "latency_unit = '%s'\n", units[u].unit);
    return units[u].scale;
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
    fprintf(out, "has_shares = %d\nhas_queue = %d\n", expert->has_shares, expert->has_queue);
    fprintf(out, "left = %d\nright = %d\ntop = %d\nbottom = %d\n", LEFT_PX, RIGHT_PX, TOP_PX,
            BOTTOM_PX);
}

/* The bound is drawn if it is near, if the ideal reaches it among the levels, and if it holds: time
 * that a clock booked to the wrong side can put it below the measured throughput. */
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
    knee_script_set_number(out, "ideal_per_s", ideal_per_s);
    knee_script_set_number(out, "bounds", near);
    knee_script_set_number(out, "bound_per_s", near ? expert->cpu_bound_per_s : NAN);
    knee_script_set_number(out, "rate_best", rate.high > 0 ? rate.high : 1);
    knee_script_set_number(out, "rate_top", TOP * (rate.high > 0 ? rate.high : 1));
    knee_script_set_number(out, "rate_step",
                           knee_axis_step(TOP * (rate.high > 0 ? rate.high : 1), HEIGHT_PX));
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
    for (size_t i = 0; i < expert->levels_count; i++)
        most = expert->levels[i].windows > most ? expert->levels[i].windows : most;
    fputs("$band << END\nlevel,low,high\n", out);
    for (size_t i = 0; i < expert->band_count; i++) {
        knee_script_number(out, expert->band[i].level);
        set_value(out, expert->band[i].low_per_s);
        set_value(out, expert->band[i].high_per_s);
        fputc('\n', out);
    }
    fputs("END\ncurve_top = ", out);
    knee_script_number(out, highest_of(expert));
    fprintf(out, "\nbands = %d\nwindows_max = %u\n", expert->band_count > 0, most > 0 ? most : 1);
}

static const struct knee_expert_level *find_use(const struct knee_expert *expert)
{
    for (size_t i = 0; i < expert->levels_count; i++)
        if (expert->levels[i].level == expert->use)
            return &expert->levels[i];
    return NULL;
}

/* Returns the axis of the p99, in seconds. */
static struct knee_axis set_latencies(const struct knee_expert *expert, double width_px, FILE *out)
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
    char text[32] = ""; /* without a dot there is no line in the key either */
    if (known)
        snprintf(text, sizeof text, "USE %u%s", expert->use, expert->open ? "?" : "");
    knee_script_set_text(out, "use_text", text);
    knee_script_set_number(out, "use_p99", known ? use->latency_p99_s * scale : NAN);
    knee_script_set_number(out, "use_per_s", known ? use->throughput_per_s : NAN);
    return (struct knee_axis){
        .low = p99.low / scale, .high = p99.high / scale, .width_px = width_px};
}

/* The middle of a word at `level` that stays inside of the panel. */
static double middle_of(const struct knee_axis *axis, double level, double half_px)
{
    return fmax(half_px, fmin(knee_axis_px(axis, level), axis->width_px - half_px));
}

/* Words above the panel: the machine's levels, each with a tick. They make way for "USE". */
static void draw_machine(const struct knee_expert *expert, const struct knee_axis *axis,
                         double use_px, double use_half_px, FILE *out)
{
    double taken = -INFINITY;
    for (size_t i = 0; i < expert->levels_count; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        char text[96];
        if (!level->machine || !*level->machine)
            continue;
        fprintf(out,
                "set arrow from first %u, graph 1 to first %u, screen from_top(top - 8) nohead "
                "lw 2 lc rgb '#333333'\n",
                level->level, level->level);
        snprintf(text, sizeof text, "%u %s", level->level, level->machine);
        double half = ((double)strlen(text) * SMALL_CHAR_PX + TICK_GAP_PX) / 2;
        double middle = middle_of(axis, level->level, half);
        if (middle - half < taken || fabs(middle - use_px) < half + use_half_px)
            continue;
        taken = middle + half;
        fputs("set label ", out);
        knee_script_string(out, text, 0);
        fputs(" at graph ", out);
        knee_script_number(out, middle / axis->width_px);
        fputs(", screen from_top(top - 16) center font ',12' textcolor rgb '#333333'\n", out);
    }
}

/* A line up from the limit with its name above, and the machine's levels beside it. */
static void draw_marks(const struct knee_expert *expert, const struct knee_axis *axis, FILE *out)
{
    const struct knee_expert_level *use = find_use(expert);
    char text[32];
    snprintf(text, sizeof text, "USE %u%s", expert->use, expert->open ? "?" : "");
    double half = ((double)strlen(text) * SMALL_CHAR_PX + TICK_GAP_PX) / 2;
    double middle = use ? middle_of(axis, expert->use, half) : -1e9;
    draw_machine(expert, axis, middle, half, out);
    if (!use)
        return;
    fprintf(out,
            "set arrow 1000 from first %u, graph 0 to first %u, graph 1 nohead dt 3 lc rgb grey "
            "back\nuse_level = %u\nset label 1001 '%s' at graph ",
            expert->use, expert->use, expert->use, text);
    knee_script_number(out, middle / axis->width_px);
    fputs(", screen from_top(top - 16) center font ',13' textcolor rgb orange\n", out);
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
    set_rates(expert, out);
    struct knee_axis p99 = set_latencies(expert, width, out);
    set_ticks(expert, &axis, out);
    if (chart->has_level_axis)
        draw_marks(expert, &axis, out);
    if (chart->has_model) {
        set_model(expert, out);
        set_windows(expert, out);
    }
    if (chart->named_points)
        knee_expert_labels(expert, &p99, picture.height_px - (TOP_PX + BOTTOM_PX), TOP, out);
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
