/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/fleet_self.h"

#include "core/base/version.h"
#include "core/host/host.h"
#include "tuner/sweep/sweep.h"

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

void knee_fleet_self(struct knee_fleet_host *host, const struct knee_sweep *sweep)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    *host = (struct knee_fleet_host){
        .plan_hash = hash_words(sweep->arguments->argc, sweep->arguments->argv),
        .cpus = knee_host_allowed_cpus(),
        .online = online > 0 ? (uint32_t)online : 1,
    };
    if (gethostname(host->name, sizeof host->name) != 0)
        host->name[0] = '\0';
    host->name[sizeof host->name - 1] = '\0';
    snprintf(host->version, sizeof host->version, "%s", KNEE_VERSION);
}
