/* SPDX-License-Identifier: MIT */
/* How knee-mpi uses its hosts. */
#ifndef KNEE_TUNER_OPTIONS_FLEET_OPTIONS_H
#define KNEE_TUNER_OPTIONS_FLEET_OPTIONS_H

#include "tuner/options/option.h"

#include <stdbool.h>

struct knee_fleet_options {
    int split;        /* enum knee_fleet_split */
    bool allow_bound; /* ranks may be bound to a part of their host's CPUs */
};

extern const struct knee_option_part knee_fleet_options_part;

#endif
