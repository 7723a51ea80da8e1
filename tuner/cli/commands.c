/* SPDX-License-Identifier: MIT */
#include "tuner/options/command.h"

#include <string.h>

extern const struct knee_command knee_cmd_sweep;
extern const struct knee_command knee_cmd_analyze;
extern const struct knee_command knee_cmd_recommend;
extern const struct knee_command knee_cmd_limit;
extern const struct knee_command knee_cmd_topology;
extern const struct knee_command knee_cmd_report;
extern const struct knee_command knee_cmd_fit;
extern const struct knee_command knee_cmd_simulate;
extern const struct knee_command knee_cmd_list;

const struct knee_command *const knee_commands[] = {
    &knee_cmd_sweep,     &knee_cmd_analyze,
    &knee_cmd_limit,     &knee_cmd_topology,
    &knee_cmd_recommend, &knee_cmd_report,
    &knee_cmd_fit,       &knee_cmd_simulate,
    &knee_cmd_list,      NULL,
};

const struct knee_command *knee_command_find(const char *name)
{
    for (size_t i = 0; knee_commands[i]; i++)
        if (strcmp(knee_commands[i]->name, name) == 0)
            return knee_commands[i];
    return NULL;
}
