/* SPDX-License-Identifier: MIT */
/* How work that computes scales over this machine's cores, nodes and hardware threads. Pure. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_NUMA_H
#define KNEE_REPORTS_WORDS_EXPLAIN_NUMA_H

#include "tuner/result/result.h"

#define KNEE_EXPLAIN_NUMA_BYTES 400

/* "100 % per core up to 32 = one NUMA node, 81 % at 128 cores, SMT adds 28 %. To stay on one node:
 * numactl ..." The last sentence comes if cores lose much beyond the node. "" for other work, if
 * neither several nodes nor hardware threads were measured, and under a topology that is not this
 * system's: its nodes are not the ones that ran. Returns `text`. */
const char *knee_explain_numa(const struct knee_result *result,
                              const struct knee_workload_result *workload,
                              char text[KNEE_EXPLAIN_NUMA_BYTES]);

#endif
