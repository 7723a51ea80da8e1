/* SPDX-License-Identifier: MIT */
#include "plots/expert_axes.h"

#include "core/base/array.h"
#include "plots/expert_marks.h"
#include "plots/script.h"

#include <math.h>

/* Room above and below on a logarithmic axis: any such range holds a round number. */
#define BELOW 1.4
#define ABOVE 1.9
#define TICKS_MAX 7
#define TICK_PX 22.0      /* the least that a tick's number needs on an upright axis, */
#define WIDE_PX 50.0      /* and on a level one */
#define SPEEDUP_SHARE .55 /* of the height: the upper panel of the speedup's chart */
#define BOUND_NEAR 4.0    /* times the best: a bound farther away would only flatten the curve */
#define BOUND_NOISE 1.03
#define INTERVAL_SEEN 4.0 /* times its value: a wider interval would only flatten the curve */

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

struct steps {
    const double *at;
    size_t count;
};

/* Round numbers of a decade, as many as suit the length of the axis. */
static struct steps choose_steps(double decades, double ticks_max)
{
    static const double fine[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}, coarse[] = {1, 2, 5};
    if (decades < .75 && ticks_max >= TICKS_MAX)
        return (struct steps){fine, KNEE_COUNT(fine)};
    return (struct steps){coarse, decades < ticks_max / 3.0 ? KNEE_COUNT(coarse) : 1};
}

/* NAME_low and NAME_high, and NAME_ticks: a command that sets them. */
static void set_range(FILE *out, const char *name, const char *axis, struct range range,
                      double ticks_max)
{
    const double decades = log10(range.high / range.low);
    ticks_max = fmax(2, fmin(ticks_max, TICKS_MAX));
    const struct steps steps = choose_steps(decades, ticks_max);
    int from = (int)floor(log10(range.low)), to = (int)ceil(log10(range.high));
    int stride = steps.count == 1 ? (int)ceil(decades / ticks_max) : 1;
    const char *between = "";
    fprintf(out, "%s_low = ", name);
    knee_script_number(out, range.low);
    fprintf(out, "\n%s_high = ", name);
    knee_script_number(out, range.high);
    fprintf(out, "\n%s_ticks = 'set %stics (", name, axis);
    for (int power = from; power <= to; power += stride)
        for (size_t i = 0; i < steps.count; i++) {
            double value = steps.at[i] * pow(10, power);
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

/* The bound is drawn if it is near, if the ideal reaches it among the levels, and if it holds: time
 * that a clock booked to the wrong side can put it below the measured throughput. */
static bool is_bound_seen(const struct knee_expert *expert, double best_per_s, double ideal_per_s)
{
    double bound_per_s = expert->cpu_bound_per_s;
    return bound_per_s * BOUND_NOISE >= best_per_s && bound_per_s <= BOUND_NEAR * best_per_s &&
           bound_per_s <= ideal_per_s * expert->levels[expert->levels_count - 1].level;
}

void knee_expert_axes_rates(const struct knee_expert *expert, double height_px, FILE *out)
{
    struct range rate = {INFINITY, 0}, shown = rate, speedup = rate;
    double ideal_per_s = 0;
    for (size_t i = expert->levels_count; i-- > 0;) {
        const struct knee_expert_level *level = &expert->levels[i];
        widen(&rate, level->throughput_per_s);
        if (level->low_per_s > level->throughput_per_s / INTERVAL_SEEN)
            widen(&shown, level->low_per_s);
        if (level->high_per_s < level->throughput_per_s * INTERVAL_SEEN)
            widen(&shown, level->high_per_s);
        widen(&speedup, level->speedup);
        if (level->throughput_per_s > 0)
            ideal_per_s = level->throughput_per_s / level->level;
    }
    bool near = is_bound_seen(expert, rate.high, ideal_per_s);
    knee_script_set_number(out, "ideal_per_s", ideal_per_s);
    knee_script_set_number(out, "bounds", near);
    knee_script_set_number(out, "bound_per_s", near ? expert->cpu_bound_per_s : NAN);
    knee_script_set_number(out, "rate_best", rate.high > 0 ? rate.high : 1);
    knee_script_set_number(out, "rate_top", KNEE_EXPERT_AXES_TOP * (rate.high > 0 ? rate.high : 1));
    knee_script_set_number(
        out, "rate_step",
        knee_axis_step(KNEE_EXPERT_AXES_TOP * (rate.high > 0 ? rate.high : 1), height_px));
    widen(&shown, rate.low);
    widen(&shown, rate.high);
    if (near)
        widen(&shown, expert->cpu_bound_per_s);
    set_range(out, "rate", "y", with_room(shown), height_px / TICK_PX);
    set_range(out, "speedup", "y", with_room(speedup), SPEEDUP_SHARE * height_px / TICK_PX);
}

/* The place of a level in the tradeoff, and its line in the key: none if it is not known. */
static void set_dot(FILE *out, const char *name, const struct knee_expert_level *level,
                    const char *text, double scale)
{
    char variable[32];
    bool known = level && level->latency_p99_s > 0 && level->throughput_per_s > 0;
    snprintf(variable, sizeof variable, "%s_text", name);
    knee_script_set_text(out, variable, known ? text : "");
    snprintf(variable, sizeof variable, "%s_p99", name);
    knee_script_set_number(out, variable, known ? level->latency_p99_s * scale : NAN);
    snprintf(variable, sizeof variable, "%s_per_s", name);
    knee_script_set_number(out, variable, known ? level->throughput_per_s : NAN);
}

struct knee_axis knee_expert_axes_latencies(const struct knee_expert *expert, double width_px,
                                            double height_px, FILE *out)
{
    struct range all = {INFINITY, 0}, p99 = {INFINITY, 0};
    for (size_t i = 0; i < expert->levels_count; i++) {
        const struct knee_expert_level *level = &expert->levels[i];
        widen(&all, level->latency_p50_s);
        widen(&all, level->latency_p95_s);
        widen(&all, level->latency_p99_s);
        widen(&all, level->latency_max_s);
        widen(&p99, level->latency_p99_s);
    }
    double scale = set_unit(out, all);
    all = with_room(all);
    p99 = with_room(p99);
    set_range(out, "latency", "y", (struct range){all.low * scale, all.high * scale},
              height_px / TICK_PX);
    p99 = (struct range){p99.low * scale, p99.high * scale};
    set_range(out, "p99", "x", p99, width_px / WIDE_PX);
    char text[KNEE_EXPERT_MARKS_BYTES];
    const struct knee_expert_level *use = knee_expert_marks_use(expert);
    set_dot(out, "use", use, knee_expert_marks_use_text(expert, text), scale);
    const struct knee_expert_level *proven = knee_expert_marks_proven(expert, text);
    set_dot(out, "proven", proven, text, scale);
    return (struct knee_axis){
        .low = p99.low / scale, .high = p99.high / scale, .width_px = width_px};
}
