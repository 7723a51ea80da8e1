/* SPDX-License-Identifier: MIT */
#include "core/base/array.h"
#include "core/fleet/link.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static uint32_t read_number(const char *name)
{
    const char *text = getenv(name);
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

void knee_link_launched(uint32_t *size, uint32_t *rank)
{
    /* A step of one task inside a larger job was not started several times: the job's own count
     * (SLURM_NTASKS) says nothing. */
    static const struct {
        const char *size, *rank;
    } LAUNCHERS[] = {
        {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
        {"PMI_SIZE", "PMI_RANK"},
        {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"},
    };
    *size = 1;
    *rank = 0;
    for (size_t i = 0; i < KNEE_COUNT(LAUNCHERS); i++) {
        uint32_t found = read_number(LAUNCHERS[i].size);
        if (found <= *size)
            continue;
        *size = found;
        *rank = read_number(LAUNCHERS[i].rank);
    }
}

void knee_link_clean_environment(void)
{
    static const char *const PREFIXES[] = {"OMPI_", "PMIX_", "PMI_",  "HYDRA_",   "HYDI_",
                                           "MPIR_", "ORTE_", "PRTE_", "MPI_LOCAL"};
    for (size_t i = 0; environ[i];) {
        char name[128];
        size_t length = strcspn(environ[i], "=");
        bool drop = false;
        for (size_t j = 0; j < KNEE_COUNT(PREFIXES); j++)
            drop |= strncmp(environ[i], PREFIXES[j], strlen(PREFIXES[j])) == 0;
        if (!drop || length >= sizeof name) {
            i++;
            continue;
        }
        memcpy(name, environ[i], length);
        name[length] = '\0';
        unsetenv(name); /* the next one moves to this place */
    }
}
