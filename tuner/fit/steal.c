/* SPDX-License-Identifier: MIT */
#include "tuner/fit/steal.h"

#include "core/base/stats.h"

#include <math.h>
#include <string.h>

/* Scaling by more would be guessing. */
#define SHARE_MIN .5
/* Busy or stolen to this part, no CPU was idle: both are known to a tick. */
#define FULL_RATIO .95
/* With a CPU for each item, one that waits longer for it, of the time, has it not to itself. */
#define QUEUE_MAX .05
/* Fewer waits than this an item: it computes. */
#define WAITS_MAX .2
/* Work that wants less of the CPUs is hardly held up, and no work is taken as it is if more is
 * stolen. */
#define LITTLE_RATIO .1
#define STEAL_MAX .25
/* Of the slots' time, that may have been stolen from work that is taken as it is: the default
 * tolerance. */
#define LOSS_MAX .02
/* The same steal in most windows: known from this many. */
#define SAME_RATIO .1
#define SAMPLES_MIN 4
#define MOST (2. / 3)

bool knee_steal_same(double steal_ratio, double other_ratio)
{
    return fabs(steal_ratio - other_ratio) <= SAME_RATIO;
}

bool knee_steal_unlucky(const struct knee_window *window)
{
    const uint32_t grounds = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL | KNEE_WINDOW_WORTHLESS;
    return !window->valid && (window->reasons & grounds) == KNEE_WINDOW_STEAL &&
           knee_window_figure(window, KNEE_WINDOW_STEAL_RATIO) <= KNEE_STEAL_RATIO;
}

static bool is_steady(const struct knee_steal *steal, double steal_ratio)
{
    double values[KNEE_STEAL_SAMPLES];
    size_t count = steal->seen < KNEE_STEAL_SAMPLES ? steal->seen : KNEE_STEAL_SAMPLES;
    memcpy(values, steal->at, count * sizeof *values);
    double median = knee_stats_median(values, count), same = 0;
    for (size_t i = 0; i < count; i++)
        same += knee_steal_same(steal->at[i], median);
    return count >= SAMPLES_MIN && same >= MOST * (double)count &&
           knee_steal_same(steal_ratio, median);
}

/* In CPU seconds of the window. */
struct loss {
    double own_s, server_s, stolen_s;
    double all_s; /* of all slots */
};

static struct loss loss_of(const struct knee_measured *window, double cpus)
{
    double length_s = (double)window->window_ns / 1e9;
    return (struct loss){.own_s = window->cpu_user_s + window->cpu_system_s,
                         .server_s = isnan(window->server_cpu_s) ? 0 : window->server_cpu_s,
                         .stolen_s = window->steal_ratio * cpus * length_s,
                         .all_s = window->level * length_s};
}

/* What the items used does not tell, since work that starves uses little, too: it is what they
 * would use if they had not waited for a CPU. */
static bool wants_little(const struct knee_measured *window, double items_cpus, double cpus)
{
    const struct loss loss = loss_of(window, cpus);
    double length_s = loss.all_s / window->level;
    double lasts_s = fmax(loss.all_s - window->runqueue_wait_s - loss.stolen_s, 0);
    if (isnan(items_cpus))
        items_cpus = loss.own_s / lasts_s * window->level;
    return items_cpus + loss.server_s / length_s <= LITTLE_RATIO * cpus;
}

/* Can the slots have lost enough to make this level seem slow beside others? */
static bool loses(const struct knee_measured *window, double cpus)
{
    const struct loss loss = loss_of(window, cpus);
    return loss.stolen_s > LOSS_MAX * loss.all_s;
}

/* Taken as it is. */
static bool bears(const struct knee_steal *steal, const struct knee_measured *window,
                  double items_cpus, double cpus)
{
    return window->steal_ratio <= STEAL_MAX && !loses(window, cpus) &&
           (wants_little(window, items_cpus, cpus) || is_steady(steal, window->steal_ratio));
}

static bool computes(const struct knee_measured *window)
{
    return window->switches_voluntary <= WAITS_MAX * window->items;
}

/* Of work that computes; NAN: not certain. */
static double share_of(const struct knee_measured *window, double cpus, double quota_cpus)
{
    const struct loss loss = loss_of(window, cpus);
    double left_s = fmin(cpus - window->foreign_cpus, quota_cpus) * loss.all_s / window->level;
    double used_s = loss.own_s + loss.server_s;
    if (used_s + loss.stolen_s >= FULL_RATIO * left_s)
        return used_s / left_s;
    if (window->level <= cpus && window->runqueue_wait_s <= QUEUE_MAX * loss.all_s)
        return 1 - fmin(window->other_wait_s, loss.stolen_s) / loss.all_s;
    return NAN;
}

void knee_steal_judge(struct knee_steal *steal, struct knee_measured *window, double items_cpus,
                      double cpus, double quota_cpus)
{
    const uint32_t grounds = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL | KNEE_WINDOW_WORTHLESS;
    if (isnan(window->steal_ratio) || window->reasons & KNEE_WINDOW_WORTHLESS)
        return;
    steal->at[steal->seen++ % KNEE_STEAL_SAMPLES] = window->steal_ratio;
    if (loses(window, cpus) && wants_little(window, items_cpus, cpus)) {
        window->reasons |= KNEE_WINDOW_STEAL;
        window->valid = false;
    }
    if ((window->reasons & grounds) != KNEE_WINDOW_STEAL || isnan(window->foreign_cpus))
        return;
    if (!computes(window)) {
        window->valid = bears(steal, window, items_cpus, cpus);
        return;
    }
    double share = share_of(window, cpus, quota_cpus);
    if (!(share >= SHARE_MIN))
        return;
    window->valid = true;
    window->share_ratio = fmin(share, 1);
}
