/* SPDX-License-Identifier: MIT */
/* --wait-quiet, for the sweep as a whole. */
#include "tuner/sweep/sweep.h"

int knee_sweep_wait_quiet(struct knee_sweep *sweep, struct knee_err *err)
{
    uint64_t all_ns = sweep->options->measuring.wait_quiet_ns;
    uint64_t left_ns = sweep->waited_ns < all_ns ? all_ns - sweep->waited_ns : 0;
    int status = knee_quiet_wait(&left_ns, knee_host_allowed_cpus(), sweep->interrupted,
                                 sweep->progress.log, err);
    sweep->waited_ns = all_ns - left_ns;
    return status;
}
