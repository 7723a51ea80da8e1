/* SPDX-License-Identifier: MIT */
/* Loads a topology from its source. Private to core/host/topology.c, whose header says what a
 * source is. */
#ifndef KNEE_CORE_HOST_TOPOLOGY_LOAD_H
#define KNEE_CORE_HOST_TOPOLOGY_LOAD_H

#include "core/base/err.h"

#include <hwloc.h>

/* The caller destroys *hwloc if it is not NULL, after a failure, too. */
int knee_topology_load(hwloc_topology_t *hwloc, const char *source, struct knee_err *err);

#endif
