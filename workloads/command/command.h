/* SPDX-License-Identifier: MIT */
/* The user's command as a workload. Its setup's `custom` is a struct knee_actor. */
#ifndef KNEE_WORKLOADS_COMMAND_COMMAND_H
#define KNEE_WORKLOADS_COMMAND_COMMAND_H

#include "core/engine/workload.h"

extern const struct knee_workload knee_workload_command;

#endif
