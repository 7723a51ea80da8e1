/* SPDX-License-Identifier: MIT */
/* Steal: CPU time that the host of a virtual machine gives to others while this machine wants it.
 * Pure.
 *
 * A window that lost more than 5 % of the CPUs to it is rejected (tuner/fit/validity.h). So is one
 * with less, of work that wants less than a tenth of the CPUs, if the stolen time, spread over the
 * slots, is more than 2 % of theirs: low levels would seem slow, since few others are in flight
 * to fill the gaps. (Of work that keeps the CPUs busy each level loses the same.) Rejected windows
 * are admitted again in three cases:
 *
 * - Items that only compute: their loss is certain, so they are scaled to what they would give
 *   without it, X / share, as for other load (tuner/fit/steady.h). With all CPUs busy or stolen
 *   they give cpus / D without, D being an item's CPU time (utilization law, Denning and Buzen
 *   1978), so that share = X D / cpus. With a CPU for each item, share is the part of the window
 *   that was not stolen.
 * - Work that wants hardly any CPU is taken as it is. Steal counts while a CPU is wanted, also to
 *   wake a sleeper for some microseconds: work that uses 3 % of the CPUs sees 5 to 20 % stolen, and
 *   single items take some percent longer.
 * - Other work is taken as it is if the same is stolen all the time: this machine then has that
 *   much less, whatever the limit. (Unlike a process of this machine, the host does not give more
 *   to more threads.) A burst stays a fault.
 *
 * In the last two cases, too, the slots may have lost no more than 2 % of their time. */
#ifndef KNEE_TUNER_FIT_STEAL_H
#define KNEE_TUNER_FIT_STEAL_H

#include "core/engine/measured.h"
#include "core/engine/window.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_STEAL_RATIO .05 /* of the CPUs: more is a disturbance */
#define KNEE_STEAL_SAMPLES 32

/* The steal of the last windows, as ratios. Zeroed: nothing yet. */
struct knee_steal {
    double at[KNEE_STEAL_SAMPLES]; /* a ring */
    size_t seen;                   /* in all */
};

/* Notes a window that knee_validity_judge() has judged, rejects it if steal below 5 % was too much,
 * and makes it valid again in these cases, if steal is all that speaks against it; `share_ratio` is
 * set if it is scaled. The reason stays, as a condition. `items_cpus` are the CPUs that the items
 * want (NAN: by the window), `cpus` the machine's, of which the quota allows `quota_cpus`
 * (INFINITY: all). */
void knee_steal_judge(struct knee_steal *steal, struct knee_measured *window, double items_cpus,
                      double cpus, double quota_cpus);

/* Was it rejected for less steal than disturbs the host? Another window at its level may have none:
 * nothing is wrong with the host or with the level. */
bool knee_steal_unlucky(const struct knee_window *window);

/* Are these, as ratios, the same steal all the time? */
bool knee_steal_same(double steal_ratio, double other_ratio);

#endif
