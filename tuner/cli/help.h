/* SPDX-License-Identifier: MIT */
/* The texts that explain the command line, made from the tables of commands and options. */
#ifndef KNEE_TUNER_CLI_HELP_H
#define KNEE_TUNER_CLI_HELP_H

#include "tuner/options/command.h"

#include <stdio.h>

void knee_help_needs(FILE *out);    /* a bare `knee`: which command do I need */
void knee_help_commands(FILE *out); /* `knee --help` */
void knee_help_command(FILE *out, const struct knee_command *command);

#endif
