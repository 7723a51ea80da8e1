/* SPDX-License-Identifier: MIT */
#include "core/base/array.h"
#include "core/text/lookup.h"
#include "core/text/units.h"
#include "reports/scripts/snippets.h"
#include "reports/writers.h"
#include "tuner/decide/goal.h"
#include "tuner/options/arguments.h"
#include "tuner/search/search.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <string.h>

static void print_parameter(FILE *out, const struct knee_parameter *parameter)
{
    char value[KNEE_UNITS_BYTES], min[KNEE_UNITS_BYTES], max[KNEE_UNITS_BYTES];
    char written[KNEE_UNITS_BYTES * 2];
    snprintf(written, sizeof written, "%s=%s", parameter->name,
             knee_units_parameter(parameter, parameter->value, value, sizeof value));
    if (parameter->unit == KNEE_PARAMETER_WORD)
        fprintf(out, "    %-20s %s (%s)\n", written, parameter->help, parameter->words);
    else
        fprintf(out, "    %-20s %s (%s to %s)\n", written, parameter->help,
                knee_units_parameter(parameter, parameter->min, min, sizeof min),
                knee_units_parameter(parameter, parameter->max, max, sizeof max));
}

/* Parameters follow their workload, indented: a line that does not begin with a blank begins with a
 * name. */
static void list_workloads(FILE *out)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++) {
        const struct knee_workload *workload = knee_registry_workloads[i];
        fprintf(out, "%-10s %s\n", workload->name, workload->summary);
        for (size_t j = 0; j < workload->parameters_count; j++)
            print_parameter(out, &workload->parameters[j]);
    }
}

static void list_strategies(FILE *out)
{
    for (size_t i = 0; knee_strategies[i]; i++)
        fprintf(out, "%-10s %s\n", knee_strategies[i]->name, knee_strategies[i]->summary);
}

static void list_objectives(FILE *out)
{
    for (size_t i = 0; knee_goal_objectives[i].name; i++)
        fprintf(out, "%-10s %s\n", knee_goal_objectives[i].name, knee_goal_objectives[i].summary);
}

static void list_formats(FILE *out)
{
    for (size_t i = 0; i < knee_writers_count; i++)
        if (i == 0 || strcmp(knee_writers[i].name, knee_writers[i - 1].name) != 0)
            fprintf(out, "%-10s %s\n", knee_writers[i].name, knee_writers[i].summary);
}

static void list_targets(FILE *out)
{
    for (size_t i = 0; knee_snippet_targets[i].name; i++)
        fprintf(out, "%-15s %s\n", knee_snippet_targets[i].name, knee_snippet_targets[i].summary);
}

static const struct list {
    const char *name;
    void (*print)(FILE *out);
} LISTS[] = {
    {"workloads", list_workloads}, {"strategies", list_strategies}, {"objectives", list_objectives},
    {"formats", list_formats},     {"targets", list_targets},
};

static int run_list(const struct knee_arguments *arguments, const struct knee_streams *io,
                    struct knee_err *err)
{
    struct knee_lookup names = {.count = 0};
    const char *typed = arguments->words[0];
    char all[128], what[120], otherwise[160];
    for (size_t i = 0; i < KNEE_COUNT(LISTS); i++)
        knee_lookup_add(&names, LISTS[i].name);
    int found = knee_lookup_find(&names, typed);
    if (found >= 0) {
        LISTS[found].print(io->out);
        return 0;
    }
    snprintf(what, sizeof what, "list: %.80s: no such list", typed);
    snprintf(otherwise, sizeof otherwise, "write one of %s",
             knee_lookup_join(&names, " ", all, sizeof all));
    return knee_lookup_unknown(&names, typed, what, "", otherwise, err);
}

const struct knee_command knee_cmd_list = {
    .name = "list",
    .operands = "workloads|strategies|objectives|formats|targets",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "lists workloads, strategies, objectives, formats and targets",
    .run = run_list,
};
