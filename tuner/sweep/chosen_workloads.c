/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/chosen_workloads.h"

#include "core/text/lookup.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <string.h>

int knee_chosen_workload(const char *name, const char *command,
                         const struct knee_workload **workload, struct knee_err *err)
{
    const struct knee_workload *found = knee_registry_find(name);
    if (found) {
        *workload = found;
        return 0;
    }
    struct knee_lookup names = {.count = 0};
    char what[128];
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        knee_lookup_add(&names, knee_registry_workloads[i]->name);
    snprintf(what, sizeof what, "%s: unknown workload %.80s", command, name);
    return knee_lookup_unknown(&names, name, what, "", "knee list workloads shows all", err);
}

static void add_workload(const struct knee_workload *workload,
                         const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX],
                         size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (chosen[i] == workload)
            return;
    if (*count < KNEE_CHOSEN_WORKLOADS_MAX)
        chosen[(*count)++] = workload;
}

static void add_all(const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX], size_t *count)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        if (!knee_registry_workloads[i]->diagnostic)
            add_workload(knee_registry_workloads[i], chosen, count);
}

int knee_chosen_workloads(const struct knee_arguments *arguments,
                          const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX],
                          size_t *count, struct knee_err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < arguments->words_count; i++) {
        const struct knee_workload *workload = NULL;
        if (strcmp(arguments->words[i], "all") == 0) {
            add_all(chosen, &found);
            continue;
        }
        if (knee_chosen_workload(arguments->words[i], arguments->command->name, &workload, err))
            return -1;
        add_workload(workload, chosen, &found);
    }
    if (arguments->words_count == 0)
        add_all(chosen, &found);
    *count = found;
    return 0;
}
