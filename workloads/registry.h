/* SPDX-License-Identifier: MIT */
/* The workloads that knee knows: a new one is a file in workloads/ and one line in registry.c. */
#ifndef KNEE_WORKLOADS_REGISTRY_H
#define KNEE_WORKLOADS_REGISTRY_H

#include "core/engine/workload.h"

extern const struct knee_workload knee_workload_cpu;
extern const struct knee_workload knee_workload_io;
extern const struct knee_workload knee_workload_net;
extern const struct knee_workload knee_workload_mixed;
extern const struct knee_workload knee_workload_sleep;
extern const struct knee_workload knee_workload_lock;

extern const struct knee_workload *const knee_registry_workloads[]; /* ends with NULL */

const struct knee_workload *knee_registry_find(const char *name); /* NULL: unknown */

#endif
