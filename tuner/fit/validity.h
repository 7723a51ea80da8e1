/* SPDX-License-Identifier: MIT */
/* The effect of other load and of steal on a sweep. Pure.
 *
 * If others and this work together fill the CPUs, the window lacks the time that others took. More
 * workers take more of it back, so throughput seems to rise with the level. A window in which
 * others took more than 5 % of the CPUs is rejected. Only windows with no more workers than CPUs
 * show how disturbed the host is: at higher levels the same neighbour gets a smaller share and is
 * hardly seen. */
#ifndef KNEE_TUNER_FIT_VALIDITY_H
#define KNEE_TUNER_FIT_VALIDITY_H

#include "core/engine/measured.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does other work take CPU time that this work wants: more than 5 % of the CPUs, which are 80 % in
 * use? All in CPUs; `own` with the servers. An unknown `foreign` does not. */
bool knee_validity_competes(double own, double foreign, double cpus);

/* Adds the host's disturbances to `window->reasons`, and makes the window invalid if they are too
 * large. `cpus` are the machine's. */
void knee_validity_judge(struct knee_measured *window, double cpus);

/* Work that wants hardly any CPU loses nothing when others take the CPUs: makes a window valid
 * again if that is all that speaks against it. `items_cpus` are the CPUs that the items want; those
 * that servers which are part of the work had come on top. */
void knee_validity_excuse(struct knee_measured *window, double items_cpus, double cpus);

struct knee_validity {
    uint32_t judged;   /* windows at no more workers than CPUs, with known other load */
    uint32_t rejected; /* of these, by foreign load or steal */
    uint32_t stolen;   /* of the rejected, by steal */
    double other_cpus; /* median other load of the valid windows; NAN unknown */
    double worst_cpus; /* median other load of the rejected ones; NAN: none */
    double steal_ratio, worst_steal; /* the same of steal, as a share of the CPUs */
    bool disturbed;                  /* more than 20 % of the judged ones */
    bool hopeless;  /* most of them, and enough to know: more measuring will not help */
    bool throttled; /* the CPU quota held some window back */
};

void knee_validity_sum_up(struct knee_validity *validity, const struct knee_window *windows,
                          size_t count, double cpus);

#endif
