/* SPDX-License-Identifier: MIT */
/* Other load that is always there is a condition, not a fault. Pure.
 *
 * A window in which other processes took CPUs is rejected (tuner/fit/validity.h), since what they
 * took is missing from it. But if they take the same at the same level every time, windows can
 * still be compared: each is scaled to what it would give alone, X / share. With an item's CPU time
 * D, its wait for a CPU R and its other wait Z, the bounds of a closed loop (Denning and Buzen
 * 1978) say that alone it gives min(n / (D + Z), cpus / D), so that
 *
 *     share = max((D + Z) / (D + R + Z), X D / cpus, 1 - F / min(n, cpus))
 *
 * A CPU quota bounds `cpus` in the second term: what it holds back, no other work has taken.
 * The last is by F, the CPUs that others use: they keep at most that many items waiting at a time.
 * More of R than that is the items' wait for each other, or for their server.
 *
 * The first is right if Z stays the same, as it does at level 1. But if items queue for each
 * other, R takes the place of a part of Z: a lock's throughput hardly falls, and X / share would be
 * more than it ever gives. Such a window is not admitted if R is large.
 *
 * If that is unknown, windows are admitted only if other processes take the same at every level.
 * Load that swings stays a fault, unless the window's own items say that it took hardly anything
 * from them: they waited for a CPU for a few hundredths of their time, and their servers, whose
 * waits are not known, need little. */
#ifndef KNEE_TUNER_FIT_STEADY_H
#define KNEE_TUNER_FIT_STEADY_H

#include "core/engine/measured.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_STEADY_SAMPLES 96

/* What the last windows saw of other load. Zeroed: nothing yet. */
struct knee_steady {
    /* Set by the caller: what waits for a CPU here is not known. A server that is part of the work
     * is on this host, and nobody knows which process it is; or a thread holds several items. */
    bool waits_unknown;
    struct knee_steady_sample {
        uint32_t level;
        double foreign_cpus;
        double wait_s;         /* of an item, for anything but a CPU; NAN: unknown */
    } at[KNEE_STEADY_SAMPLES]; /* a ring */
    size_t seen;               /* in all */
};

/* Notes a window that knee_validity_judge() has judged, and makes it valid again, with its
 * `share_ratio`, if other load is all that speaks against it and is steady, or took hardly
 * anything. `cpus` are the machine's, `quota_cpus` of them may be used (INFINITY: all). */
void knee_steady_admit(struct knee_steady *steady, struct knee_measured *window, double cpus,
                       double quota_cpus);

/* The window's throughput, as it would be with the share that it wanted. */
double knee_steady_throughput_per_s(const struct knee_window *window);

/* Was the window at `at` rejected only because it was not yet known that the load, or the steal
 * (tuner/fit/steal.h), is steady? Then a later one, at any level (among the next thousand windows),
 * was admitted with about the same. */
bool knee_steady_superseded(const struct knee_window *windows, size_t count, size_t at);

#endif
