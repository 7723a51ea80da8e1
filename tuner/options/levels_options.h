/* SPDX-License-Identifier: MIT */
/* Which levels a sweep tries. */
#ifndef KNEE_TUNER_OPTIONS_LEVELS_OPTIONS_H
#define KNEE_TUNER_OPTIONS_LEVELS_OPTIONS_H

#include "tuner/levels/level_list.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_levels_options {
    struct knee_level_list levels; /* count 0 and no word: the default candidates */
    uint32_t max_level;            /* 0: the workload's default */
    uint32_t current;              /* 0: not given */
    enum knee_vary {
        KNEE_VARY_NONE,
        KNEE_VARY_CORES, /* the same sweep on 1, 2, 4 ... cores */
    } vary;
};

extern const struct knee_option_part knee_levels_options_part;

#endif
