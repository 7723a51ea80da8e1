/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/plan_parameters.h"

#include "core/text/parse.h"
#include "core/text/suggest.h"
#include "tuner/sweep/chosen_workloads.h"
#include "workloads/registry.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct knee_parameter *find_parameter(const struct knee_workload *workload,
                                                   const char *name, size_t name_bytes)
{
    for (size_t i = 0; i < workload->parameters_count; i++)
        if (strlen(workload->parameters[i].name) == name_bytes &&
            strncmp(workload->parameters[i].name, name, name_bytes) == 0)
            return &workload->parameters[i];
    return NULL;
}

/* No chosen workload has such a parameter. "mixed.write" may mean write. */
static int unknown_parameter(const struct knee_workload *const *chosen, size_t count,
                             const char *setting, struct knee_err *err)
{
    const char *names[KNEE_CHOSEN_WORKLOADS_MAX * KNEE_PARAMETERS_MAX + 1] = {NULL};
    char name[64];
    size_t found = 0;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(setting, "="), setting);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < chosen[i]->parameters_count; j++)
            names[found++] = chosen[i]->parameters[j].name;
    const char *meant = knee_suggest(name, names);
    size_t before = strcspn(name, ".:/");
    if (!meant && name[before])
        meant = knee_suggest(name + before + 1, names);
    for (size_t i = 0; i < count; i++)
        if (knee_registry_check_built(chosen[i]->name, name, "--param", err))
            return -1;
    if (meant)
        return knee_err_set(err, KNEE_USAGE, "--param %s: unknown parameter; did you mean %s?",
                            name, meant);
    return knee_err_set(err, KNEE_USAGE,
                        "--param %s: no workload of this sweep has it; see knee list workloads",
                        name);
}

int knee_plan_parameters_check(const struct knee_work_options *options,
                               const struct knee_workload *const *chosen, size_t count,
                               struct knee_err *err)
{
    for (size_t i = 0; i < options->settings_count; i++) {
        const char *setting = options->settings[i];
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known |= find_parameter(chosen[j], setting, strcspn(setting, "=")) != NULL;
        if (!known)
            return unknown_parameter(chosen, count, setting, err);
    }
    return 0;
}

int knee_plan_parameters_set(struct knee_sweep_plan_workload *planned,
                             const struct knee_workload *workload,
                             const struct knee_work_options *options, struct knee_err *err)
{
    planned->parameters_count = workload->parameters_count;
    for (size_t i = 0; i < workload->parameters_count; i++)
        planned->parameters[i] = (struct knee_parameter_value){
            .parameter = &workload->parameters[i], .value = workload->parameters[i].value};
    for (size_t i = 0; i < options->settings_count; i++) {
        const char *setting = options->settings[i];
        size_t name_bytes = strcspn(setting, "=");
        const struct knee_parameter *parameter = find_parameter(workload, setting, name_bytes);
        if (parameter &&
            knee_parse_parameter(parameter, setting + name_bytes + 1,
                                 &planned->parameters[parameter - workload->parameters].value, err))
            return -1;
    }
    return 0;
}

static int take_value(const struct knee_parameter_value *planned,
                      const struct knee_workload *workload, double *values, struct knee_err *err)
{
    const char *name = planned->parameter->name;
    const struct knee_parameter *parameter = find_parameter(workload, name, strlen(name));
    if (!parameter)
        return knee_registry_check_built(workload->name, name, workload->name, err)
                   ? -1
                   : knee_err_set(err, KNEE_USAGE,
                                  "%s: this knee has no parameter %.60s; sweep again",
                                  workload->name, name);
    if (!(planned->value >= parameter->min && planned->value <= parameter->max))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: the plan's %s is out of this knee's range; sweep again",
                            workload->name, name);
    values[parameter - workload->parameters] = planned->value;
    return 0;
}

int knee_plan_parameters_values(const struct knee_sweep_plan_workload *planned,
                                const struct knee_workload *workload,
                                double values[KNEE_PARAMETERS_MAX], struct knee_err *err)
{
    double taken[KNEE_PARAMETERS_MAX] = {0};
    for (size_t i = 0; i < workload->parameters_count; i++)
        taken[i] = workload->parameters[i].value;
    for (size_t i = 0; i < planned->parameters_count; i++)
        if (take_value(&planned->parameters[i], workload, taken, err))
            return -1;
    memcpy(values, taken, sizeof taken);
    return 0;
}

int knee_plan_parameters_known(const struct knee_sweep_plan *plan, struct knee_err *err)
{
    for (size_t i = 0; i < plan->workloads_count; i++) {
        const struct knee_sweep_plan_workload *planned = &plan->workloads[i];
        const char *name = planned->pus ? planned->work : planned->name;
        const struct knee_workload *workload = knee_registry_find(name);
        double values[KNEE_PARAMETERS_MAX];
        if (planned->command || planned->target[0])
            continue;
        if (!workload)
            return knee_err_set(err, KNEE_USAGE, "%s: this knee has no such workload; sweep again",
                                name);
        if (knee_plan_parameters_values(planned, workload, values, err))
            return -1;
    }
    return 0;
}
