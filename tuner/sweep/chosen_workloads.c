/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/chosen_workloads.h"

#include "core/text/suggest.h"
#include "workloads/registry.h"

#include <string.h>

int knee_chosen_workload(const char *name, const char *command,
                         const struct knee_workload **workload, struct knee_err *err)
{
    const struct knee_workload *found = knee_registry_find(name);
    if (found) {
        *workload = found;
        return 0;
    }
    const char *names[KNEE_CMD_WORKLOADS_MAX + 1] = {NULL};
    for (size_t i = 0; i < KNEE_CMD_WORKLOADS_MAX && knee_registry_workloads[i]; i++)
        names[i] = knee_registry_workloads[i]->name;
    const char *meant = knee_suggest(name, names);
    if (meant)
        return knee_err_set(err, KNEE_USAGE, "%s: unknown workload %.80s; did you mean %s?",
                            command, name, meant);
    return knee_err_set(err, KNEE_USAGE,
                        "%s: unknown workload %.80s; knee list workloads shows all", command, name);
}

static void add(const struct knee_workload *workload,
                const struct knee_workload *chosen[KNEE_CMD_WORKLOADS_MAX], size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (chosen[i] == workload)
            return;
    if (*count < KNEE_CMD_WORKLOADS_MAX)
        chosen[(*count)++] = workload;
}

static void add_all(const struct knee_workload *chosen[KNEE_CMD_WORKLOADS_MAX], size_t *count)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        if (!knee_registry_workloads[i]->diagnostic)
            add(knee_registry_workloads[i], chosen, count);
}

int knee_chosen_workloads(const struct knee_options *options, const char *command,
                          const struct knee_workload *chosen[KNEE_CMD_WORKLOADS_MAX], size_t *count,
                          struct knee_err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < options->words_count; i++) {
        const struct knee_workload *workload = NULL;
        if (strcmp(options->words[i], "all") == 0) {
            add_all(chosen, &found);
            continue;
        }
        if (knee_chosen_workload(options->words[i], command, &workload, err))
            return -1;
        add(workload, chosen, &found);
    }
    if (options->words_count == 0)
        add_all(chosen, &found);
    *count = found;
    return 0;
}
