/* SPDX-License-Identifier: MIT */
#include "core/text/suggest.h"
#include "core/text/units.h"
#include "reports/scripts/snippets.h"
#include "tuner/decide/goal.h"
#include "tuner/options/command.h"
#include "tuner/search/search.h"
#include "workloads/registry.h"

#include <stdio.h>
#include <string.h>

#define LISTS_MAX 8

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

/* The parameters stand below their workload, indented: a name is the first word of a line that
 * does not begin with a blank. */
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

static void list_targets(FILE *out)
{
    for (size_t i = 0; knee_snippet_targets[i].name; i++)
        fprintf(out, "%-15s %s\n", knee_snippet_targets[i].name, knee_snippet_targets[i].summary);
}

static const struct list {
    const char *name;
    void (*print)(FILE *out);
} LISTS[] = {
    {"workloads", list_workloads},
    {"strategies", list_strategies},
    {"objectives", list_objectives},
    {"targets", list_targets},
};

static int run(const struct knee_options *options, const struct knee_streams *io,
               struct knee_err *err)
{
    const char *names[LISTS_MAX + 1] = {NULL};
    char all[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
        names[i] = LISTS[i].name;
        if (strcmp(options->words[0], LISTS[i].name) == 0) {
            LISTS[i].print(io->out);
            return 0;
        }
        used += (size_t)snprintf(all + used, sizeof all - used, " %s", LISTS[i].name);
    }
    const char *meant = knee_suggest(options->words[0], names);
    if (meant)
        return knee_err_set(err, KNEE_USAGE, "list: %.80s: no such list; did you mean %s?",
                            options->words[0], meant);
    return knee_err_set(err, KNEE_USAGE, "list: %.80s: no such list; write one of%s",
                        options->words[0], all);
}

const struct knee_command knee_cmd_list = {
    .name = "list",
    .bit = KNEE_FOR_LIST,
    .operands = "workloads|strategies|objectives|targets",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "lists workloads and their parameters, strategies, objectives, targets",
    .run = run,
};
