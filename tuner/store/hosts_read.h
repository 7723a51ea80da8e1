/* SPDX-License-Identifier: MIT */
/* DIR/hosts.csv, which a sweep from several hosts writes, as each host's part of one level. */
#ifndef KNEE_TUNER_STORE_HOSTS_READ_H
#define KNEE_TUNER_STORE_HOSTS_READ_H

#include "core/base/err.h"
#include "tuner/result/fleet_part.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The parts of `workload` at `*level`, the total of all hosts, by rank; 0 of them if there is no
 * such file. To be freed. If not all hosts can be compared there (there are fewer items than hosts,
 * or hardly any window), those of the next higher level at which they can be, and `*level` is that.
 * A row of which nothing is known beyond its place counts for nothing. */
int knee_hosts_read(struct knee_fleet_part **parts, size_t *count, uint32_t *level, const char *dir,
                    const char *workload, struct knee_err *err);
/* Those at `level` from a stream; errors call it `path`. */
int knee_hosts_read_from(struct knee_fleet_part **parts, size_t *count, FILE *in, const char *path,
                         const char *workload, uint32_t level, struct knee_err *err);

#endif
