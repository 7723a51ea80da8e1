/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_reason.h"

const char *knee_run_reason_name(enum knee_run_reason reason)
{
    static const char *const names[KNEE_RUN_REASONS] = {
        [KNEE_RUN_START] = "start",         [KNEE_RUN_DEMAND] = "demand",
        [KNEE_RUN_PROBE] = "probe",         [KNEE_RUN_KEPT] = "kept",
        [KNEE_RUN_REJECTED] = "rejected",   [KNEE_RUN_ABORTED] = "aborted",
        [KNEE_RUN_CHANGED] = "changed",     [KNEE_RUN_ASKED] = "asked",
        [KNEE_RUN_CPUS] = "cpus",           [KNEE_RUN_LOAD] = "load",
        [KNEE_RUN_MEMORY] = "memory",       [KNEE_RUN_STARVED] = "starved",
        [KNEE_RUN_RECOVERED] = "recovered",
    };
    return names[reason];
}
