/* SPDX-License-Identifier: MIT */
#include "tuner/fit/ceiling.h"

#include "tuner/levels/level_set.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of the ceiling: throughput that differs by less is the same, and a level that is faster by more
 * than the other is held back. */
#define SAME_RATIO .02
#define FAST_RATIO 1.1
/* Of a level's own throughput: a window below this was held back, or hit by something else. */
#define SLOW_RATIO .9
/* This many windows at the ceiling when nothing was saved, after the first one, at as many levels.
 * If these levels are as fast as one another, a stall or a slower mode looks the same for a while.
 */
#define HELD_MIN 3
#define HELD_ALIKE_MIN 6
#define HELD_LEVELS_MIN 2
#define DIFFERENT_RATIO 1.1
/* Of these: windows that were faster than the ceiling allows, or slower. */
#define OVER_RATIO .1
#define UNDER_RATIO .34
/* It is about the last windows: of more than this the earlier ones are not looked at. */
#define ROWS_MAX 4096

/* What a level gives by itself. */
struct own {
    double best;       /* the fastest window */
    double sum, count; /* of the windows above the ceiling */
};

struct trace {
    double rate_per_s;
    double saved; /* items; INFINITY: not known yet */
    size_t held, over, under;
    size_t first; /* the first window at the ceiling; SIZE_MAX: none */
    bool held_at[KNEE_LEVELS_MAX];
};

double knee_ceiling_excess(double rate_per_s, double throughput_per_s)
{
    return throughput_per_s > rate_per_s ? log(throughput_per_s / rate_per_s) : 0;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The throughput that most of the slow windows show; 0: there are too few of them. */
static double commonest(double *slow, size_t count)
{
    size_t most = 0, end = 0;
    double found = 0;
    qsort(slow, count, sizeof *slow, compare_doubles);
    for (size_t i = 0; i < count; i++) {
        while (end < count && slow[end] <= slow[i] * (1 + SAME_RATIO))
            end++;
        if (end - i > most) {
            most = end - i;
            found = slow[i + (end - i) / 2];
        }
    }
    return most > HELD_MIN ? found : 0;
}

static double throughput_of(const struct knee_window *window)
{
    bool works = isfinite(window->throughput_per_s) && window->throughput_per_s > 0;
    return works ? window->throughput_per_s : 0;
}

/* The index of the level of a window that counts, or SIZE_MAX. */
static size_t level_of(const struct knee_window *window, const struct knee_level_set *levels)
{
    bool counts = window->valid && throughput_of(window) > 0 && window->window_ns > 0;
    return counts ? knee_level_set_find(levels, window->level) : SIZE_MAX;
}

static double find_rate(struct own *own, const struct knee_window *windows, size_t count,
                        const struct knee_level_set *levels)
{
    double *slow = malloc((count + 1) * sizeof *slow);
    size_t slows = 0;
    for (size_t i = 0; i < count; i++) {
        size_t level = level_of(&windows[i], levels);
        if (level != SIZE_MAX)
            own[level].best = fmax(own[level].best, windows[i].throughput_per_s);
    }
    for (size_t i = 0; slow && i < count; i++) {
        size_t level = level_of(&windows[i], levels);
        if (level != SIZE_MAX && windows[i].throughput_per_s < SLOW_RATIO * own[level].best)
            slow[slows++] = windows[i].throughput_per_s;
    }
    double rate_per_s = slow ? commonest(slow, slows) : 0;
    free(slow);
    return rate_per_s;
}

static void sum_fast(struct own *own, const struct knee_window *windows, size_t count,
                     const struct knee_level_set *levels, double rate_per_s)
{
    for (size_t i = 0; i < count; i++) {
        size_t level = level_of(&windows[i], levels);
        if (level == SIZE_MAX || windows[i].throughput_per_s <= rate_per_s * (1 + SAME_RATIO))
            continue;
        own[level].sum += windows[i].throughput_per_s;
        own[level].count++;
    }
}

static double throughput_alone(const struct own *own)
{
    return own->count > 0 ? own->sum / own->count : own->best;
}

/* Is a window what the ceiling and the credit make of it? */
static void judge(struct trace *trace, const struct knee_window *window, size_t level, double alone)
{
    double rate = trace->rate_per_s, seen = window->throughput_per_s;
    double length_s = (double)window->window_ns / 1e9;
    double most = rate + trace->saved / length_s;
    bool at_ceiling = fabs(seen / rate - 1) <= SAME_RATIO;
    if (alone < FAST_RATIO * rate) {
        trace->under += seen < SLOW_RATIO * alone;
    } else if (!isinf(trace->saved)) {
        trace->over += seen > most * (1 + SAME_RATIO);
        trace->under += seen < fmin(most, alone) * (1 - 3 * SAME_RATIO);
        if (most < FAST_RATIO * rate && at_ceiling) {
            trace->held++;
            trace->held_at[level] = true;
        }
    }
    if (alone < FAST_RATIO * rate || !at_ceiling)
        return;
    trace->saved = 0;
}

static void pass_time(struct trace *trace, double throughput_per_s, double time_s)
{
    trace->saved = fmax(trace->saved + (trace->rate_per_s - throughput_per_s) * time_s, 0);
}

static void follow(struct trace *trace, const struct own *own, const struct knee_window *windows,
                   size_t count, const struct knee_level_set *levels)
{
    for (size_t i = 0; i < count; i++) {
        const struct knee_window *window = &windows[i];
        double seen = throughput_of(window), length_s = (double)window->window_ns / 1e9;
        size_t level = level_of(window, levels);
        uint64_t last_end = i > 0 ? windows[i - 1].start_ns + windows[i - 1].window_ns : 0;
        /* It settles at its own level. */
        if (i > 0 && window->start_ns > last_end)
            pass_time(trace, seen, (double)(window->start_ns - last_end) / 1e9);
        bool known = !isinf(trace->saved);
        if (level != SIZE_MAX)
            judge(trace, window, level, throughput_alone(&own[level]));
        if (!known && !isinf(trace->saved))
            trace->first = i;
        else
            pass_time(trace, seen, length_s);
    }
}

static bool is_ceiling(const struct trace *trace, const struct own *own, size_t levels)
{
    double least = INFINITY, most = 0;
    size_t held_levels = 0;
    for (size_t l = 0; l < levels; l++) {
        if (!trace->held_at[l])
            continue;
        held_levels++;
        least = fmin(least, throughput_alone(&own[l]));
        most = fmax(most, throughput_alone(&own[l]));
    }
    size_t held_min = most > DIFFERENT_RATIO * least ? HELD_MIN : HELD_ALIKE_MIN;
    return held_levels >= HELD_LEVELS_MIN && trace->held >= held_min &&
           (double)trace->over <= OVER_RATIO * (double)trace->held &&
           (double)trace->under <= UNDER_RATIO * (double)trace->held;
}

void knee_ceiling_find(struct knee_ceiling *ceiling, const struct knee_window *windows,
                       size_t count)
{
    struct knee_level_set levels = {.count = 0};
    struct own own[KNEE_LEVELS_MAX] = {{0}};
    size_t skipped = count > ROWS_MAX ? count - ROWS_MAX : 0;
    const struct knee_window *last = windows + skipped;
    *ceiling = (struct knee_ceiling){.rate_per_s = INFINITY, .fall_ratio = 1};
    for (size_t i = skipped; i < count; i++)
        knee_level_set_add(&levels, windows[i].level);
    double rate_per_s = find_rate(own, last, count - skipped, &levels), fastest = 0;
    if (rate_per_s <= 0)
        return;
    sum_fast(own, last, count - skipped, &levels, rate_per_s);
    struct trace trace = {.rate_per_s = rate_per_s, .saved = INFINITY, .first = SIZE_MAX};
    follow(&trace, own, last, count - skipped, &levels);
    if (!is_ceiling(&trace, own, levels.count))
        return;
    for (size_t l = 0; l < levels.count; l++)
        fastest = fmax(fastest, own[l].best);
    *ceiling = (struct knee_ceiling){.rate_per_s = rate_per_s,
                                     .start = skipped + trace.first,
                                     .fall_ratio = rate_per_s / fastest};
}
