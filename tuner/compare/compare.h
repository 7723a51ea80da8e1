/* SPDX-License-Identifier: MIT */
/* tuner/compare: is one result slower than another, and does the limit still hold? Pure.
 *   paired  base and new measured side by side, in one go
 *   stored  two finished results, between which the machine itself may have changed
 * This header has what both conclude. Throughput is compared as new / base: below 1 is slower. */
#ifndef KNEE_TUNER_COMPARE_COMPARE_H
#define KNEE_TUNER_COMPARE_COMPARE_H

#include "tuner/levels/level_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the best to the worst news: of several workloads the greatest counts. */
enum knee_compare_verdict {
    KNEE_COMPARE_FASTER,
    KNEE_COMPARE_SAME,
    KNEE_COMPARE_NOT_COMPARABLE,
    KNEE_COMPARE_NOT_ENOUGH_EVIDENCE,
    KNEE_COMPARE_SLOWER,
};

const char *knee_compare_verdict_text(enum knee_compare_verdict verdict); /* "faster", ... */

/* The least effect that is worth a verdict (--min-effect). */
#define KNEE_COMPARE_MIN_EFFECT .05

/* An estimate of new / base with its confidence interval; NAN: unknown. */
struct knee_compare_ratio {
    double ratio, low, high;
};

/* From the natural logarithm of a ratio and half of its interval's width. An interval that holds
 * both a half and twice the ratio, and no change, too, says that there were too few windows to
 * tell: then `low` and `high` are unknown. */
struct knee_compare_ratio knee_compare_ratio_of(double mean, double half);

struct knee_compare_level {
    uint32_t level;
    struct knee_compare_ratio throughput;
    double p99_ratio; /* NAN: unknown */
    int moved;        /* -1: claimed to be slower; 1: faster; 0: neither */
};

struct knee_compare {
    enum knee_compare_verdict verdict;
    struct knee_compare_ratio throughput; /* of the curve as a whole: the levels' geometric mean */
    bool of_full_speed;                   /* no level tells of that: it is full_speed instead */
    int moved;                            /* of the curve as a whole; as of a level */
    struct knee_compare_ratio full_speed; /* of the two knees, each with its own level */
    int full_speed_moved;
    struct knee_compare_level levels[KNEE_LEVELS_MAX];
    size_t levels_count;
};

/* The verdict from what has moved, level by level and as a whole, and from how narrow the whole's
 * interval is: `same` takes an interval that excludes every effect of `min_effect`. */
enum knee_compare_verdict knee_compare_judge(const struct knee_compare *compare, double min_effect);

#endif
