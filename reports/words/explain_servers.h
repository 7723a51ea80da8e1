/* SPDX-License-Identifier: MIT */
/* reports/words: the servers that are part of the work, in sentences. Pure; as in explain.h. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_SERVERS_H
#define KNEE_REPORTS_WORDS_EXPLAIN_SERVERS_H

#include "tuner/result/result.h"

#include <stdbool.h>

#define KNEE_EXPLAIN_SERVER_BYTES 40

/* Were any named or found, besides the workload's own? */
bool knee_explain_has_servers(const struct knee_workload_result *workload);

/* "redis-server", "nginx", "the servers"; "" without one. Into KNEE_EXPLAIN_SERVER_BYTES. */
const char *knee_explain_server(const struct knee_workload_result *workload, char *text);

/* Their share of the CPUs at a level, in the unit of the column of the items' own: "49 %"; "-"
 * unknown. Into KNEE_HUMAN_BYTES. */
const char *knee_explain_server_share(const struct knee_workload_result *workload,
                                      const struct knee_level *level, char *text);

/* Who takes the CPUs at a level: "At 32, redis-server takes 49 % of the CPUs and the items 45 %."
 * Into KNEE_EXPLAIN_BYTES; "": there is none. */
const char *knee_explain_servers(const struct knee_workload_result *workload,
                                 const struct knee_level *level, char *text);

#endif
