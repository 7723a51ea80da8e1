/* SPDX-License-Identifier: MIT */
/* How knee-mpi uses its hosts. */
#ifndef KNEE_TUNER_OPTIONS_FLEET_OPTIONS_H
#define KNEE_TUNER_OPTIONS_FLEET_OPTIONS_H

#include "tuner/options/option.h"

#include <stdbool.h>

/* How a level is divided. */
enum knee_fleet_split {
    KNEE_FLEET_SPLIT_TOTAL, /* evenly; odd items go to hosts drawn by lot in each block */
    KNEE_FLEET_SPLIT_HOST,  /* a level is that of each host */
    KNEE_FLEET_SPLIT_CPUS,  /* by the CPUs that each may use */
};

struct knee_fleet_options {
    int split;        /* enum knee_fleet_split */
    bool allow_bound; /* ranks may be bound to a part of their host's CPUs */
};

extern const struct knee_option_part knee_fleet_options_part;

#endif
