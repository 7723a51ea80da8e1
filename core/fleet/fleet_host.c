/* SPDX-License-Identifier: MIT */
#include "core/fleet/fleet_host.h"

#include "core/base/version.h"
#include "core/host/host.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* FNV-1a (Fowler, Noll, Vo) over the words of the command line, but for the program's name. */
static uint64_t hash_words(int argc, char *const *argv)
{
    uint64_t hash = 14695981039346656037u;
    for (int i = 1; i < argc; i++)
        for (const char *c = argv[i];; c++) {
            hash = (hash ^ (unsigned char)*c) * 1099511628211u;
            if (!*c)
                break;
        }
    return hash;
}

void knee_fleet_host_self(struct knee_fleet_host *host, int argc, char *const *argv)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    *host = (struct knee_fleet_host){
        .plan_hash = hash_words(argc, argv),
        .cpus = knee_host_allowed_cpus(),
        .online = online > 0 ? (uint32_t)online : 1,
    };
    if (gethostname(host->name, sizeof host->name) != 0)
        host->name[0] = '\0';
    host->name[sizeof host->name - 1] = '\0';
    snprintf(host->version, sizeof host->version, "%s", KNEE_VERSION);
}

int knee_fleet_host_check(const struct knee_fleet_host *host, uint32_t rank,
                          const struct knee_fleet_host *first, bool allow_bound,
                          struct knee_err *err)
{
    if (host->status)
        return knee_err_set(err, host->status, "host %s (rank %u): %s", host->name, rank,
                            host->error);
    if (strcmp(host->version, first->version) != 0)
        return knee_err_set(err, KNEE_USAGE,
                            "host %s (rank %u) has knee %s, rank 0 has %s; install the same on all",
                            host->name, rank, host->version, first->version);
    if (host->plan_hash != first->plan_hash)
        return knee_err_set(err, KNEE_USAGE,
                            "host %s (rank %u) was given other options than rank 0; give all ranks "
                            "the same command line",
                            host->name, rank);
    if (host->cpus < host->online && !allow_bound)
        return knee_err_set(
            err, KNEE_USAGE,
            "host %s (rank %u) may use %u of its %u CPUs, as launchers bind ranks by "
            "default; add --bind-to none to mpirun, or --cpus-per-task=%u to srun "
            "(--allow-bound if it is meant)",
            host->name, rank, host->cpus, host->online, host->online);
    return 0;
}
