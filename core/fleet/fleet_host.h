/* SPDX-License-Identifier: MIT */
/* A host as it says of itself when the hosts of a fleet meet, and whether it fits. All ranks run
 * the same build, so this is also the message. */
#ifndef KNEE_CORE_FLEET_FLEET_HOST_H
#define KNEE_CORE_FLEET_FLEET_HOST_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define KNEE_FLEET_HOSTS_MAX 1024

struct knee_fleet_host {
    char name[64], version[32];
    uint64_t plan_hash;    /* of the command line */
    uint64_t machine;      /* the same for ranks that run on the same CPUs, whatever their names */
    uint32_t cpus, online; /* that it may use, and that it has */
    int32_t status;        /* 0, or the error code with which it cannot take part */
    char error[160];
};

/* Fills all; status and error become 0 and "". */
void knee_fleet_host_self(struct knee_fleet_host *host, int argc, char *const *argv);

#define KNEE_FLEET_HOST_SAID_BYTES 96
/* "host NAME (rank N)"; a host that has not said its name is "unknown". Returns `said`. Pure. */
const char *knee_fleet_host_say(const char *name, uint32_t rank,
                                char said[KNEE_FLEET_HOST_SAID_BYTES]);

/* Is it the first rank on its machine? Pure. */
bool knee_fleet_host_is_first(const struct knee_fleet_host *hosts, uint32_t rank);

/* CPUs of `count` hosts; those that several ranks share count once. Pure. */
uint32_t knee_fleet_host_cpus(const struct knee_fleet_host *hosts, uint32_t count);

/* May it take part in what `first`, rank 0, does? -1 with an error that names host and option.
 * Pure. */
int knee_fleet_host_check(const struct knee_fleet_host *host, uint32_t rank,
                          const struct knee_fleet_host *first, bool allow_bound,
                          struct knee_err *err);

#endif
