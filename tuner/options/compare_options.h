/* SPDX-License-Identifier: MIT */
/* What a comparison takes for a change, and how it is printed. */
#ifndef KNEE_TUNER_OPTIONS_COMPARE_OPTIONS_H
#define KNEE_TUNER_OPTIONS_COMPARE_OPTIONS_H

#include "tuner/options/option.h"

#include <stdbool.h>

struct knee_compare_options {
    double min_effect_ratio; /* .05 */
    bool markdown, history;
    const char *base, *fresh; /* --base and --new; NULL: not given */
};

extern const struct knee_option_part knee_compare_options_part;

#endif
