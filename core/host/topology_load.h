/* SPDX-License-Identifier: MIT */
/* Where a topology comes from. Private to core/host/topology.c, whose header says what `source` is.
 */
#ifndef KNEE_CORE_HOST_TOPOLOGY_LOAD_H
#define KNEE_CORE_HOST_TOPOLOGY_LOAD_H

#include "core/base/err.h"

#include <hwloc.h>

/* The caller destroys *hwloc where it is not NULL, on failure too. */
int knee_topology_load(hwloc_topology_t *hwloc, const char *source, struct knee_err *err);

#endif
