/* SPDX-License-Identifier: MIT */
/* Asks a service a sample of requests one after the other, on the caller's thread: how long one
 * takes, and what it costs this host. */
#ifndef KNEE_WORKLOADS_TARGET_TARGET_SAMPLE_H
#define KNEE_WORKLOADS_TARGET_TARGET_SAMPLE_H

#include "core/base/err.h"
#include "core/engine/workload.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

struct knee_target_sample_params {
    const struct knee_workload *workload; /* one with a target, */
    void *service;                        /* which has been opened */
    size_t requests;                      /* at most; at least 1 */
    uint64_t time_ns;                     /* no request begins after that, except the first */
    const volatile sig_atomic_t *interrupted;
};

/* The first request opens the connection that the others use: if there are others that succeeded,
 * it is only counted. Times are of the successful ones; NAN: unknown. */
struct knee_target_sample {
    size_t requests, failed;
    double mean_s, cv, p50_s, p95_s, p99_s;
    double first_byte_s;
    double cpu_user_s, cpu_system_s; /* of a request, here */
    double cpu_ratio;                /* of the time, without the waiting for a CPU */
};

/* -1: KNEE_COMMAND_FAILED if every request failed, KNEE_USAGE if --max-requests ended it,
 * KNEE_INTERRUPTED + the signal, or KNEE_FAILED. */
int knee_target_sample_take(const struct knee_target_sample_params *params,
                            struct knee_target_sample *sample, struct knee_err *err);

#endif
