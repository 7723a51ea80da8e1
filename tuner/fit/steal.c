/* SPDX-License-Identifier: MIT */
#include "tuner/fit/steal.h"

#include <math.h>

/* Scaling by more would be guessing. */
#define SHARE_MIN .5
/* Busy or stolen to this part, no CPU was idle: both are known to a tick. */
#define FULL_RATIO .95
/* Of the slots, that may wait for something else than a CPU without steal: enough others are left
 * to keep the CPUs busy. */
#define WAITING_MAX .5
/* Fewer waits than this an item: it computes. */
#define WAITS_MAX .1
/* Of the CPUs: work that wants less is hardly held up, if not more than that is stolen. */
#define LITTLE_RATIO .1
#define LITTLE_STEAL .25

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
static bool wants_little(const struct knee_measured *window, double cpus)
{
    const struct loss loss = loss_of(window, cpus);
    double lasts_s = loss.all_s - fmax(window->runqueue_wait_s, 0) - loss.stolen_s;
    double wanted_s = loss.own_s * loss.all_s / lasts_s + loss.server_s;
    return window->steal_ratio <= LITTLE_STEAL && lasts_s > 0 &&
           wanted_s <= LITTLE_RATIO * cpus * loss.all_s / window->level;
}

/* NAN: not certain. */
static double share_of(const struct knee_measured *window, double cpus)
{
    const struct loss loss = loss_of(window, cpus);
    double left_s = (cpus - window->foreign_cpus) * loss.all_s / window->level;
    double waited_s = fmax(window->other_wait_s, 0);
    double used_s = loss.own_s + loss.server_s;
    if (used_s + loss.stolen_s >= FULL_RATIO * left_s) {
        double share = used_s / left_s;
        return waited_s - loss.stolen_s <= WAITING_MAX * share * loss.all_s ? share : NAN;
    }
    if (window->level <= cpus && window->switches_voluntary <= WAITS_MAX * window->items)
        return 1 - fmin(waited_s, loss.stolen_s) / loss.all_s;
    return NAN;
}

void knee_steal_admit(struct knee_measured *window, double cpus)
{
    const uint32_t grounds = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL | KNEE_WINDOW_WORTHLESS;
    if ((window->reasons & grounds) != KNEE_WINDOW_STEAL || isnan(window->foreign_cpus) ||
        isnan(window->other_wait_s) || isnan(window->runqueue_wait_s))
        return;
    if (wants_little(window, cpus)) {
        window->valid = true;
        return;
    }
    double share = share_of(window, cpus);
    if (!(share >= SHARE_MIN))
        return;
    window->valid = true;
    window->share_ratio = fmin(share, 1);
}
