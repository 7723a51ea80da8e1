/* SPDX-License-Identifier: MIT */
/* workloads: the built-in work that knee can measure, one file each. process/ starts and ends
 * processes, parts/ is shared by workloads, server/ is the loopback server and its clients,
 * command/ is the user's own command. A new workload is a file here, a line below, and one in
 * registry.c. */
#ifndef KNEE_WORKLOADS_REGISTRY_H
#define KNEE_WORKLOADS_REGISTRY_H

#include "core/engine/workload.h"

extern const struct knee_workload knee_workload_cpu;
extern const struct knee_workload knee_workload_io;
extern const struct knee_workload knee_workload_net;
extern const struct knee_workload knee_workload_mixed;
extern const struct knee_workload knee_workload_sleep;
extern const struct knee_workload knee_workload_lock;
extern const struct knee_workload knee_workload_memory;
#if defined KNEE_WITH_LIBCURL
extern const struct knee_workload knee_workload_http;
#endif
#if defined KNEE_WITH_LIBPQ
extern const struct knee_workload knee_workload_postgres;
#endif

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
