/* SPDX-License-Identifier: MIT */
/* The machine that the rule of thumb is for. */
#ifndef KNEE_TUNER_OPTIONS_HOST_OPTIONS_H
#define KNEE_TUNER_OPTIONS_HOST_OPTIONS_H

#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_load_choice {
    bool measured; /* --load auto */
    double factor; /* else this */
};

struct knee_host_options {
    struct knee_load_choice load;
    const char *topology; /* NULL: this system */
};

extern const struct knee_option_part knee_host_options_part;

#endif
