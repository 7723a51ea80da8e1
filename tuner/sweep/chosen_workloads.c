/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/chosen_workloads.h"

#include "core/text/lookup.h"
#include "workloads/registry.h"
#include "workloads/target/target.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Whether the shell would find a program of that name. */
static bool is_program(const char *name)
{
    char path[4096];
    const char *folders = getenv("PATH");
    if (strchr(name, '/'))
        return access(name, X_OK) == 0;
    while (folders && *folders) {
        size_t length = strcspn(folders, ":");
        snprintf(path, sizeof path, "%.*s/%.200s", length < 3800 ? (int)length : 0, folders, name);
        if (access(path, X_OK) == 0)
            return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

int knee_chosen_workload(const char *name, const char *command,
                         const struct knee_workload **workload, struct knee_err *err)
{
    struct knee_lookup names = {.count = 0};
    char what[128];
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        if (strcasecmp(name, knee_registry_workloads[i]->name) == 0) {
            *workload = knee_registry_workloads[i];
            return 0;
        }
        knee_lookup_add(&names, knee_registry_workloads[i]->name);
    }
    if (knee_registry_check_built(NULL, name, command, err))
        return -1;
    if (strcmp(command, "sweep") == 0 && is_program(name))
        return knee_err_set(err, KNEE_USAGE,
                            "sweep: %.80s is a program, not a workload; write -- before your own "
                            "command: knee sweep -- %.80s ...",
                            name, name);
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
        if (!knee_registry_workloads[i]->named_only)
            add_workload(knee_registry_workloads[i], chosen, count);
}

int knee_chosen_workloads(const struct knee_arguments *arguments,
                          const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX],
                          size_t *count, struct knee_err *err)
{
    size_t found = 0;
    for (size_t i = 0; i < arguments->words_count; i++) {
        const struct knee_workload *workload = NULL;
        if (strcasecmp(arguments->words[i], "all") == 0) {
            add_all(chosen, &found);
            continue;
        }
        if (knee_chosen_workload(arguments->words[i], arguments->command->name, &workload, err) ||
            !workload)
            return -1;
        if (workload->target)
            return knee_err_set(err, KNEE_USAGE, "%s: %s needs a URL; write knee %s %s",
                                arguments->command->name, workload->name, arguments->command->name,
                                workload->target->example);
        add_workload(workload, chosen, &found);
    }
    if (arguments->words_count == 0)
        add_all(chosen, &found);
    *count = found;
    return 0;
}
