/* SPDX-License-Identifier: MIT */
#include "tuner/fit/steady.h"

#include "core/base/stats.h"
#include "tuner/fit/steal.h"

#include <math.h>

/* Windows at levels that were seen before, until their spread means something, and how low these
 * levels are: up to this many times the CPUs. */
#define SAMPLES_MIN 4
#define LOW_FACTOR 2
/* Of the CPUs: load that differs by less from window to window at a level is steady, and one window
 * may differ by this many times as much. */
#define SPREAD_RATIO .05
#define OUTLIER_FACTOR 2.5
/* Scaling by more would be guessing. */
#define SHARE_MIN .10
/* Scaling by more than this is guessing, too, if items wait for each other by more than that ratio
 * of what one takes alone. */
#define QUEUED_SHARE_MIN .95
#define QUEUED_RATIO .10
/* Items that lost less than this to others lost hardly anything; with the first of them, even if
 * they wait for each other. Servers use little up to this many of the CPUs. */
#define HARDLY_SHARE .98
#define LITTLE_SHARE .95
#define SERVERS_RATIO .10
/* Only work that leaves most of the CPUs free is judged so: whether a sweep of computing work is
 * disturbed, its low levels must tell (tuner/fit/validity.h). */
#define ASIDE_RATIO .40
/* Less other load than this, of the CPUs, takes nothing that shows. */
#define LITTLE_RATIO .01
/* Of the differences, four in five are smaller than 1.28 standard deviations: one burst does not
 * count, two states do. */
#define MOST .8
#define MOST_TO_SIGMA (1 / 1.28)
/* About the same load, for callers that do not know the CPUs. */
#define SAME_RATIO .25
#define SAME_CPUS .05

static size_t held(const struct knee_steady *steady)
{
    return steady->seen < KNEE_STEADY_SAMPLES ? steady->seen : KNEE_STEADY_SAMPLES;
}

/* The median load at `level`; its windows are counted in `windows`. */
static double median_at(const struct knee_steady *steady, uint32_t level, size_t *windows)
{
    double values[KNEE_STEADY_SAMPLES];
    *windows = 0;
    for (size_t i = 0; i < held(steady); i++)
        if (steady->at[i].level == level)
            values[(*windows)++] = steady->at[i].foreign_cpus;
    return knee_stats_median(values, *windows);
}

/* How much the load differs between windows of the same level; INFINITY: not known yet. Next to
 * many of our workers a neighbour gets little anyway, and hardly seems to differ. */
static double spread_of(const struct knee_steady *steady, double cpus)
{
    double off[KNEE_STEADY_SAMPLES];
    size_t count = 0;
    for (size_t i = 0; i < held(steady); i++) {
        size_t windows;
        double median = median_at(steady, steady->at[i].level, &windows);
        if (windows >= 2 && steady->at[i].level <= LOW_FACTOR * cpus)
            off[count++] = fabs(steady->at[i].foreign_cpus - median);
    }
    if (count < SAMPLES_MIN)
        return INFINITY;
    return MOST_TO_SIGMA * knee_stats_quantile(off, count, MOST);
}

/* How far apart the levels' medians are; a level's only window says nothing about it. */
static double range_of(const struct knee_steady *steady)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < held(steady); i++) {
        size_t windows;
        double median = median_at(steady, steady->at[i].level, &windows);
        if (windows < 2)
            continue;
        least = fmin(least, median);
        most = fmax(most, median);
    }
    return most - least;
}

static double wait_of(const struct knee_measured *window)
{
    double other_s = window->other_wait_s < 0 ? 0 : window->other_wait_s; /* NAN stays */
    return other_s / (window->items + window->failed_items);
}

/* How long an item waits for anything but a CPU if it is the only one; NAN: unknown. */
static double wait_alone(const struct knee_steady *steady)
{
    double values[KNEE_STEADY_SAMPLES];
    size_t count = 0;
    for (size_t i = 0; i < held(steady); i++)
        if (steady->at[i].level == 1 && isfinite(steady->at[i].wait_s))
            values[count++] = steady->at[i].wait_s;
    return count ? knee_stats_median(values, count) : NAN;
}

/* Items wait for each other, as for a lock or a pool: the one that waits for a CPU has not waited
 * for its turn meanwhile. How much longer that would have taken, this window does not say. */
static bool is_queued(const struct knee_steady *steady, const struct knee_measured *window)
{
    double own_s =
        (window->cpu_user_s + window->cpu_system_s) / (window->items + window->failed_items);
    double alone_s = wait_alone(steady);
    return window->level > 1 && wait_of(window) - alone_s > QUEUED_RATIO * (own_s + alone_s);
}

/* By the items' own waits; NAN: not known. */
static double share_by_items(const struct knee_measured *window)
{
    double own_s = window->cpu_user_s + window->cpu_system_s;
    double other_s = fmax(window->other_wait_s, 0), waited_s = fmax(window->runqueue_wait_s, 0);
    if (isnan(window->runqueue_wait_s) || isnan(window->other_wait_s))
        return NAN;
    return (own_s + other_s) / (own_s + other_s + waited_s);
}

static double servers_s(const struct knee_measured *window)
{
    return isnan(window->server_cpu_s) ? 0 : window->server_cpu_s;
}

/* The most load at low levels; -INFINITY: not known yet. */
static double low_load(const struct knee_steady *steady, double cpus)
{
    double most = -INFINITY;
    for (size_t i = 0; i < held(steady); i++)
        if (steady->at[i].level <= LOW_FACTOR * cpus)
            most = fmax(most, steady->at[i].foreign_cpus);
    return most;
}

/* X / X alone on the machine, 0 to 1; NAN unknown. `by_wait`: the items' waits say so. */
static double share_of(const struct knee_measured *window, double cpus, double quota_cpus,
                       bool *by_wait)
{
    *by_wait = false;
    double length_s = (double)window->window_ns / 1e9;
    double own_s = window->cpu_user_s + window->cpu_system_s;
    double by_items = share_by_items(window);
    double by_cpus = (own_s + servers_s(window)) / (fmin(cpus, quota_cpus) * length_s);
    double by_others = 1 - window->foreign_cpus / fmin(window->level, cpus);
    if (isnan(by_items))
        return NAN;
    *by_wait = by_items >= fmax(by_cpus, by_others);
    return fmin(fmax(fmax(by_items, by_cpus), by_others), 1);
}

/* Work that leaves most of the CPUs free has lost hardly anything to others, if its share is
 * near 1. Not if there is more load than at low levels: that may be a server of the items, which
 * waits for a CPU in their place. */
static bool lost_little(const struct knee_steady *steady, const struct knee_measured *window,
                        double cpus, double share)
{
    double all_s = cpus * (double)window->window_ns / 1e9, servers = servers_s(window);
    double used_s = window->cpu_user_s + window->cpu_system_s + servers;
    if (steady->waits_unknown || used_s > ASIDE_RATIO * all_s || servers > SERVERS_RATIO * all_s ||
        window->foreign_cpus > low_load(steady, cpus) + OUTLIER_FACTOR * SPREAD_RATIO * cpus)
        return false;
    return share >= HARDLY_SHARE ||
           (share >= LITTLE_SHARE && isfinite(wait_alone(steady)) && !is_queued(steady, window));
}

void knee_steady_admit(struct knee_steady *steady, struct knee_measured *window, double cpus,
                       double quota_cpus)
{
    size_t windows;
    window->share_ratio = NAN;
    if (isnan(window->foreign_cpus) || window->reasons & KNEE_WINDOW_EMPTY)
        return;
    steady->at[steady->seen++ % KNEE_STEADY_SAMPLES] =
        (struct knee_steady_sample){window->level, window->foreign_cpus, wait_of(window)};
    double median = median_at(steady, window->level, &windows);
    if (window->foreign_cpus < LITTLE_RATIO * cpus ||
        window->reasons & (KNEE_WINDOW_STEAL | KNEE_WINDOW_WORTHLESS))
        return;
    bool by_wait;
    double share = share_of(window, cpus, quota_cpus, &by_wait);
    if (lost_little(steady, window, cpus, share)) {
        /* It says nothing of windows that did lose something. */
        window->reasons &= ~(uint32_t)KNEE_WINDOW_FOREIGN;
        window->valid = true;
        window->share_ratio = share;
        return;
    }
    if (windows < 2 || spread_of(steady, cpus) > SPREAD_RATIO * cpus ||
        fabs(window->foreign_cpus - median) > OUTLIER_FACTOR * SPREAD_RATIO * cpus)
        return;
    if (isnan(share) ? range_of(steady) > SPREAD_RATIO * cpus : share < SHARE_MIN)
        return;
    if (by_wait && share < QUEUED_SHARE_MIN && is_queued(steady, window))
        return;
    /* The reason stays, as a condition. */
    window->valid = true;
    window->share_ratio = share;
}

double knee_steady_throughput_per_s(const struct knee_window *window)
{
    return window->share_ratio > 0 ? window->throughput_per_s / window->share_ratio
                                   : window->throughput_per_s;
}

/* It takes a few windows until the load is known to be steady. Looking through all that come later
 * would take a million windows hours. */
#define SUPERSEDED_WITHIN 1000

/* Was the load or the steal of a rejected window the one that a later one was admitted with? */
static bool is_same(const struct knee_window *rejected, const struct knee_window *admitted)
{
    const uint32_t grounds = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL;
    if (!admitted->valid || (rejected->reasons & grounds) != (admitted->reasons & grounds))
        return false;
    if (rejected->reasons & KNEE_WINDOW_STEAL)
        return isnan(admitted->share_ratio) &&
               knee_steal_same(knee_window_figure(rejected, KNEE_WINDOW_STEAL_RATIO),
                               knee_window_figure(admitted, KNEE_WINDOW_STEAL_RATIO));
    return fabs(admitted->foreign_cpus - rejected->foreign_cpus) <=
           SAME_CPUS + SAME_RATIO * rejected->foreign_cpus;
}

bool knee_steady_superseded(const struct knee_window *windows, size_t count, size_t at)
{
    const struct knee_window *window = &windows[at];
    bool foreign = window->reasons & KNEE_WINDOW_FOREIGN,
         steal = window->reasons & KNEE_WINDOW_STEAL;
    if (window->valid || foreign == steal || window->reasons & KNEE_WINDOW_WORTHLESS)
        return false;
    size_t end = count - at > SUPERSEDED_WITHIN ? at + SUPERSEDED_WITHIN : count;
    for (size_t i = at + 1; i < end; i++)
        if (is_same(window, &windows[i]))
            return true;
    return false;
}
