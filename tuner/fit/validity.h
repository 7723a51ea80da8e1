/* SPDX-License-Identifier: MIT */
/* What other load on the host does to a sweep. Pure.
 *
 * Where others and this work together fill the CPUs, what others took is missing from the window:
 * more workers take more of it back, so that throughput seems to rise with the level. A window in
 * which others took more than 5 % of the CPUs is rejected. Only windows at no more workers than
 * CPUs tell how disturbed the host is: at higher levels the same neighbour gets a smaller share and
 * is hardly seen. */
#ifndef KNEE_TUNER_FIT_VALIDITY_H
#define KNEE_TUNER_FIT_VALIDITY_H

#include "core/engine/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adds what the host did to `window->reasons`, and makes it invalid where that is ground enough.
 * `cpus` are the machine's. */
void knee_validity_judge(struct knee_window *window, double cpus);

struct knee_validity {
    uint32_t judged;   /* windows at no more workers than CPUs, with known other load */
    uint32_t rejected; /* of these, by foreign load or steal */
    double other_cpus; /* median other load of the valid windows; NAN unknown */
    double worst_cpus; /* median other load of the rejected ones; NAN: none */
    bool disturbed;    /* more than 20 % of the judged ones */
    bool hopeless;     /* most of them, and enough to know: measuring on is in vain */
    bool throttled;    /* the CPU quota held some window back */
};

void knee_validity_sum_up(struct knee_validity *validity, const struct knee_window *windows,
                          size_t count, double cpus);

#endif
