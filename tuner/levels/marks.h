/* SPDX-License-Identifier: MIT */
/* What a level means, on this machine and in a sweep's result: a set of marks. Pure. */
#ifndef KNEE_TUNER_LEVELS_MARKS_H
#define KNEE_TUNER_LEVELS_MARKS_H

#include <stdint.h>

enum knee_mark {
    KNEE_MARK_CORES = 1 << 0,
    KNEE_MARK_PUS = 1 << 1,   /* if there are more of them than cores */
    KNEE_MARK_NUMA = 1 << 2,  /* cores of one NUMA node, if there are several */
    KNEE_MARK_L3 = 1 << 3,    /* cores that share one L3 cache, if there are several */
    KNEE_MARK_QUOTA = 1 << 4, /* the CPU quota rounded up */
    KNEE_MARK_RULE = 1 << 5,  /* the rule of thumb */
    KNEE_MARK_CURRENT = 1 << 6,
    /* From here on, what the sweep found. */
    KNEE_MARK_KNEE = 1 << 7,
    KNEE_MARK_PEAK = 1 << 8,
    KNEE_MARK_LIMIT = 1 << 9,
    KNEE_MARK_ERRORS = 1 << 10,
    KNEE_MARK_SLO = 1 << 11, /* meets every SLO, if some are set */
};

/* "cores+quota" into `text`; returns it. */
const char *knee_mark_text(uint32_t marks, char *text, int text_bytes);
#define KNEE_MARK_TEXT_BYTES 96 /* holds all of them */

#endif
