/* SPDX-License-Identifier: MIT */
#include "tuner/fit/taken.h"

#include "core/base/stats.h"

#include <math.h>
#include <string.h>

/* As many windows say what is usual. */
#define WINDOWS_MIN 4

static double usual(const struct knee_taken *taken)
{
    double ratios[KNEE_TAKEN_WINDOWS];
    size_t count = taken->count < KNEE_TAKEN_WINDOWS ? taken->count : KNEE_TAKEN_WINDOWS;
    if (count < WINDOWS_MIN)
        return 0;
    memcpy(ratios, taken->ratios, count * sizeof *ratios);
    return fmin(knee_stats_median(ratios, count), KNEE_TAKEN_RATIO);
}

bool knee_taken_spoils(struct knee_taken *taken, double ratio)
{
    bool spoils = ratio > KNEE_TAKEN_RATIO + usual(taken);
    taken->ratios[taken->count++ % KNEE_TAKEN_WINDOWS] = ratio;
    return spoils;
}
