/* SPDX-License-Identifier: MIT */
#include "core/fleet/fleet_host.h"

#include "core/base/version.h"
#include "core/host/host.h"
#include "core/host/hostfile.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* FNV-1a (Fowler, Noll, Vo). */
#define HASH_START 14695981039346656037u

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return hash;
}

/* The words of the command line, but for the program's name. */
static uint64_t hash_words(int argc, char *const *argv)
{
    uint64_t hash = HASH_START;
    for (int i = 1; i < argc; i++)
        hash = hash_bytes(hash, argv[i], strlen(argv[i]) + 1);
    return hash;
}

/* The kernel that was booted, which names, containers and namespaces do not change, and the CPUs
 * of it that may be used: other work is counted on these. */
static uint64_t hash_machine(const char *name)
{
    char boot[64];
    cpu_set_t allowed;
    if (!knee_hostfile_read("", "/proc/sys/kernel/random/boot_id", "", boot, sizeof boot))
        snprintf(boot, sizeof boot, "%.63s", name);
    CPU_ZERO(&allowed);
    (void)sched_getaffinity(0, sizeof allowed, &allowed);
    return hash_bytes(hash_bytes(HASH_START, boot, strlen(boot)), &allowed, sizeof allowed);
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
    host->machine = hash_machine(host->name);
    snprintf(host->version, sizeof host->version, "%s", KNEE_VERSION);
}

bool knee_fleet_host_is_first(const struct knee_fleet_host *hosts, uint32_t rank)
{
    for (uint32_t i = 0; i < rank; i++)
        if (hosts[i].machine == hosts[rank].machine)
            return false;
    return true;
}

uint32_t knee_fleet_host_cpus(const struct knee_fleet_host *hosts, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += knee_fleet_host_is_first(hosts, i) ? hosts[i].cpus : 0;
    return sum;
}

const char *knee_fleet_host_say(const char *name, uint32_t rank,
                                char said[KNEE_FLEET_HOST_SAID_BYTES])
{
    snprintf(said, KNEE_FLEET_HOST_SAID_BYTES, "host %.63s (rank %u)", *name ? name : "unknown",
             rank);
    return said;
}

int knee_fleet_host_check(const struct knee_fleet_host *host, uint32_t rank,
                          const struct knee_fleet_host *first, bool allow_bound,
                          struct knee_err *err)
{
    char said[KNEE_FLEET_HOST_SAID_BYTES];
    knee_fleet_host_say(host->name, rank, said);
    if (host->status)
        return knee_err_set(err, host->status, "%s: %s", said, host->error);
    if (strcmp(host->version, first->version) != 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s has knee %s, rank 0 has %s; install the same on all", said,
                            host->version, first->version);
    if (host->plan_hash != first->plan_hash)
        return knee_err_set(err, KNEE_USAGE,
                            "%s was given other options than rank 0; give all ranks the same "
                            "command line",
                            said);
    if (host->cpus < host->online && !allow_bound)
        return knee_err_set(err, KNEE_USAGE,
                            "%s may use %u of its %u CPUs, as launchers bind ranks by "
                            "default; add --bind-to none to mpirun, or --cpus-per-task=%u to srun "
                            "(--allow-bound if it is meant)",
                            said, host->cpus, host->online, host->online);
    return 0;
}
