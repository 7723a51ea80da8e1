/* SPDX-License-Identifier: MIT */
/* May a sweep go on here? Windows of another machine, or under other limits, do not belong to the
 * same answer. Pure. */
#ifndef KNEE_TUNER_SWEEP_SAME_HOST_H
#define KNEE_TUNER_SWEEP_SAME_HOST_H

#include "core/base/err.h"
#include "core/host/host.h"
#include "core/host/topology.h"

/* Borrowed. */
struct knee_same_host {
    const struct knee_host *host;
    const struct knee_topology_counts *counts;
};

/* -1 if one of these differs: the processor, the CPUs, the quota, the memory in all (by more than a
 * quarter; what is available changes all the time), or if fewer files may be open than before. The
 * error says how to have the same again. A value that one side does not know is not compared. `dir`
 * begins the error. */
int knee_same_host_check(const struct knee_same_host *before, const struct knee_same_host *now,
                         const char *dir, struct knee_err *err);

#endif
