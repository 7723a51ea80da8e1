/* SPDX-License-Identifier: MIT */
/* What the levels of a service say about where its limit comes from. Pure. */
#ifndef KNEE_TUNER_RESULT_SERVICE_H
#define KNEE_TUNER_RESULT_SERVICE_H

#include "tuner/decide/level.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rate that the service allows, in answers per second; NAN: none is seen.
 *
 * A service that takes L requests at a time refuses some at every level above L, and none up to it:
 * by Little's law its answers have X R = L in flight there. One that bounds the rate refuses
 * requests although it has had as many in flight before (any service has had one), or more at
 * another level, or refuses them at level 1. Only refusals tell the two apart: a service that makes
 * requests wait for their turn looks like one of few slots. The share of requests that a bound
 * refuses grows with the level; errors that are a like share at all levels are none. */
double knee_service_rate_limit_per_s(const struct knee_level *levels, size_t count);

/* Do two levels show that rate? What refuses and lets nobody wait answers the less below it the
 * fewer ask, so the rate of one level alone may be too low. */
bool knee_service_rate_is_shown(const struct knee_level *levels, size_t count, double per_s);

/* Whose CPUs are the limit at a level. */
enum knee_service_cpus {
    KNEE_SERVICE_CPUS_FREE,   /* nobody's: some are idle, or it is not known */
    KNEE_SERVICE_CPUS_CLIENT, /* knee's own: they are busy with asking */
    KNEE_SERVICE_CPUS_SHARED, /* of this host, on which the service runs as well */
    KNEE_SERVICE_CPUS_QUOTA,  /* likewise, as far as a CPU quota allows */
    KNEE_SERVICE_CPUS_HOST, /* of this host: no service is known, the items themselves fill them */
};

/* `cpus` are those of this host that the sweep may use; `level` may be NULL. */
enum knee_service_cpus knee_service_cpus_at(const struct knee_level *level, uint32_t cpus);

/* The same at the limit of a result. Only a service, or a command whose server runs on this host,
 * has a client; anything else has the host's CPUs, or what a quota that held windows back allows of
 * them (not if the limit is only the rule of thumb). */
enum knee_service_cpus knee_service_cpus_of(const struct knee_workload_result *result);

/* The CPU quota that held windows back; INFINITY: none did. */
double knee_service_quota_cpus(const struct knee_workload_result *result);

#endif
