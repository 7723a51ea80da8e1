/* SPDX-License-Identifier: MIT */
/* Where results go, and how much is said. */
#ifndef KNEE_TUNER_OPTIONS_OUTPUT_OPTIONS_H
#define KNEE_TUNER_OPTIONS_OUTPUT_OPTIONS_H

#include "core/text/picture.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_output_options {
    const char *output; /* DIR; NULL: results/DATE-TIME */
    bool json, no_plots, quiet;
    int verbose;                 /* how often -v was given */
    struct knee_picture picture; /* of the charts */
};

extern const struct knee_option_part knee_output_options_part;

#endif
