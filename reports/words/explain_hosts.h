/* SPDX-License-Identifier: MIT */
/* Sentences on the hosts that measured together. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_HOSTS_H
#define KNEE_REPORTS_WORDS_EXPLAIN_HOSTS_H

#include "tuner/result/result.h"

#define KNEE_EXPLAIN_HOSTS_BYTES 320
/* More of them are not listed: the slowest ones are. */
#define KNEE_EXPLAIN_HOSTS_LISTED 12

/* "At 40 in all, each gives its share." or which one does not; "" for one host alone. Returns
 * `text`, of KNEE_EXPLAIN_HOSTS_BYTES. */
const char *knee_explain_hosts(const struct knee_workload_result *workload, char *text);

/* The hosts to list, by rank, or the slowest if they are many: their places in
 * workload->hosts. Returns how many. */
size_t knee_explain_hosts_list(const struct knee_workload_result *workload,
                               size_t places[KNEE_EXPLAIN_HOSTS_LISTED]);

#endif
