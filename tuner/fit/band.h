/* SPDX-License-Identifier: MIT */
/* A whole curve of throughput with its uncertainty, between the measured levels too: from a
 * strategy that knows more than a mean for each level (the posterior's draws). */
#ifndef KNEE_TUNER_FIT_BAND_H
#define KNEE_TUNER_FIT_BAND_H

#include <stddef.h>
#include <stdint.h>

#define KNEE_BAND_LEVELS_MAX 768
/* Of the throughput at each level: the central 95 %. */
#define KNEE_BAND_LOW .025
#define KNEE_BAND_HIGH .975

struct knee_band_level {
    uint32_t level;
    double low_per_s, high_per_s;
};

struct knee_band {
    size_t count; /* ascending; 0: there is none, and nothing else below means anything */
    struct knee_band_level at[KNEE_BAND_LEVELS_MAX];
    uint32_t pick; /* the level that is likeliest the knee, */
    double right;  /* and the probability that it is right: see tuner/posterior/claims.h */
    double states; /* probability that all levels switch between two speeds, with the machine, */
    double slow_ratio, slow_share; /* and the slower one against the other; of the windows */
};

#endif
