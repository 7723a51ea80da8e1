/* SPDX-License-Identifier: MIT */
/* workloads: the built-in work that knee can measure, one file each. process/ starts and ends
 * processes, parts/ is shared by workloads, server/ is the loopback server and its clients,
 * command/ is the user's own command. A new workload is a file here and a line below. */
#ifndef KNEE_WORKLOADS_REGISTRY_H
#define KNEE_WORKLOADS_REGISTRY_H

#include "core/engine/workload.h"

/* One line a workload, in the order of `all` and of `knee list workloads`. */
#define KNEE_WORKLOADS(WORKLOAD)                                                                   \
    WORKLOAD(cpu)                                                                                  \
    WORKLOAD(io)                                                                                   \
    WORKLOAD(net)                                                                                  \
    WORKLOAD(mixed)                                                                                \
    WORKLOAD(memory)                                                                               \
    WORKLOAD(sleep)                                                                                \
    WORKLOAD(lock)                                                                                 \
    KNEE_WORKLOADS_LIBCURL(WORKLOAD)                                                               \
    KNEE_WORKLOADS_LIBPQ(WORKLOAD)

#if defined KNEE_WITH_LIBCURL
#define KNEE_WORKLOADS_LIBCURL(WORKLOAD) WORKLOAD(http)
#else
#define KNEE_WORKLOADS_LIBCURL(WORKLOAD)
#endif
#if defined KNEE_WITH_LIBPQ
#define KNEE_WORKLOADS_LIBPQ(WORKLOAD) WORKLOAD(postgres)
#else
#define KNEE_WORKLOADS_LIBPQ(WORKLOAD)
#endif

#define KNEE_WORKLOAD_DECLARE(name) extern const struct knee_workload knee_workload_##name;
KNEE_WORKLOADS(KNEE_WORKLOAD_DECLARE)
#undef KNEE_WORKLOAD_DECLARE

extern const struct knee_workload *const knee_registry_workloads[]; /* ends with NULL */

const struct knee_workload *knee_registry_find(const char *name); /* NULL: unknown */

/* -1 with a usage error that begins with `prefix` if this knee would know `name` had it been built
 * with an optional library; else 0. `name` is a workload or the start of a URL ("http://"), or, if
 * `workload` is not NULL, a parameter of that workload. */
int knee_registry_check_built(const char *workload, const char *name, const char *prefix,
                              struct knee_err *err);

/* The usage error of that: "PREFIX: this knee was built without LIBRARY, and so without NAME; ...".
 * Returns -1. */
int knee_registry_built_without(const char *library, const char *name, const char *prefix,
                                struct knee_err *err);

#endif
