/* SPDX-License-Identifier: MIT */
/* Steal: CPU time that the host of a virtual machine gives to others while this machine wants it.
 * Pure.
 *
 * A window that lost more than 5 % of the CPUs to it is rejected (tuner/fit/validity.h). But if the
 * loss is certain, it is scaled to what it would give without, X / share, as for other
 * load (tuner/fit/steady.h). It is so for
 *
 * - work that kept all CPUs busy or stolen, and whose items hardly wait for anything else: by the
 *   utilization law (Denning and Buzen 1978) it gives cpus / D without, D being an item's CPU time,
 *   so that share = X D / cpus;
 * - items with a CPU each that never wait of their own accord: what they lack of the window was
 *   stolen.
 *
 * Work that wants hardly any CPU is taken as it is if the host took a quarter of the CPUs at most:
 * steal counts while a CPU is wanted, also to wake a sleeper for some microseconds, so that work
 * which uses 3 % of the CPUs sees 5 to 20 % stolen, and single items take some percent longer.
 *
 * For all other work the loss lies anywhere between nothing and all that was stolen. */
#ifndef KNEE_TUNER_FIT_STEAL_H
#define KNEE_TUNER_FIT_STEAL_H

#include "core/engine/measured.h"

/* Makes a window valid again if steal is all that speaks against it, and either the work wants
 * hardly any CPU, or the share is certain and at least a half: then sets `share_ratio`. The reason
 * stays, as a condition. `cpus` are the machine's. */
void knee_steal_admit(struct knee_measured *window, double cpus);

#endif
