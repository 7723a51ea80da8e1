/* SPDX-License-Identifier: MIT */
/* Whether the host is quiet: waiting until it is (--wait-quiet), and saying soon if it is not. */
#ifndef KNEE_TUNER_SWEEP_QUIET_H
#define KNEE_TUNER_SWEEP_QUIET_H

#include "core/base/err.h"
#include "core/engine/measured.h"
#include "core/host/processes.h"
#include "tuner/sweep/servers.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Would that much other work, in CPUs, leave the windows alone? If it is unknown, yes.
 * Pure. */
bool knee_quiet_enough(double foreign_cpus, double cpus);

/* Waits until others have left the CPUs alone for a second, for `*left_ns` at most, and takes the
 * time from it. `log` (NULL: nowhere) hears of a wait, and how it ended. None of our items may run.
 * -1 with KNEE_INTERRUPTED if the user interrupts. */
int knee_quiet_wait(uint64_t *left_ns, double cpus, const volatile sig_atomic_t *interrupted,
                    FILE *log, struct knee_err *err);

/* Who disturbs a sweep, while it runs. Zeroed: nothing seen yet. */
struct knee_quiet_watch {
    uint32_t judged, spoilt; /* windows with no more items than CPUs */
    uint32_t stolen;         /* of the spoilt, by the machine's host */
    bool said;
    uint64_t start_ns;
    const struct knee_servers *servers; /* that are part of the work */
    struct knee_processes processes;    /* owned */
};

void knee_quiet_watch_start(struct knee_quiet_watch *watch, const struct knee_servers *servers);

/* Notes a window. True, once, when a few seconds have shown that most windows are spoilt: `text`
 * then says so, and by whom. */
bool knee_quiet_watch_window(struct knee_quiet_watch *watch, const struct knee_measured *window,
                             double cpus, double elapsed_s, char *text, size_t text_bytes);

void knee_quiet_watch_release(struct knee_quiet_watch *watch); /* safe on a zeroed one */

#endif
