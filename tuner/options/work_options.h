/* SPDX-License-Identifier: MIT */
/* What the built-in workloads do, and in which directory. */
#ifndef KNEE_TUNER_OPTIONS_WORK_OPTIONS_H
#define KNEE_TUNER_OPTIONS_WORK_OPTIONS_H

#include "core/host/topology.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_WORK_SETTINGS_MAX 32 /* --param on one command line */

struct knee_work_options {
    const char *settings[KNEE_WORK_SETTINGS_MAX]; /* --param NAME=VALUE as written */
    size_t settings_count;
    const char *dir; /* NULL: where the results go */
    enum knee_pin pin;
    uint64_t total; /* 0: not given */
};

extern const struct knee_option_part knee_work_options_part;

#endif
