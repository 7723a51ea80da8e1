/* SPDX-License-Identifier: MIT */
/* What a CI job asks of a result, and the files that it reads. */
#ifndef KNEE_TUNER_OPTIONS_EXPECT_OPTIONS_H
#define KNEE_TUNER_OPTIONS_EXPECT_OPTIONS_H

#include "tuner/options/option.h"

#include <stdint.h>

struct knee_expect_options {
    uint32_t limit_low, limit_high;  /* 0: not given */
    double throughput_per_s;         /* 0: not given */
    const char *openmetrics, *junit; /* FILE; NULL: not given */
};

extern const struct knee_option_part knee_expect_options_part;

#endif
