/* SPDX-License-Identifier: MIT */
/* Base and new measured side by side: windows of the two follow each other at one level, so that
 * the machine's drift cancels in their ratio. Pure.
 *
 * A pair gives d = ln(new / base). Pairs that a hiccup of the machine hit are left out: those
 * further than max(3.5 s, 2 %) from their level's median, with s = 1.4826 MAD of all pairs about
 * their levels' medians. A level's mean of d has a standard error from its own spread, shrunk
 * towards the pooled one as if that were worth five pairs more; its test is Student's t. The
 * levels' p values are judged by Benjamini and Hochberg (1995, "Controlling the false discovery
 * rate", procedure (1)). The curve as a whole is tested by the mean of the levels' means.
 *
 * A claim needs an effect, too. A level's: its ratio is at least `min_effect` away from 1. The
 * whole's, whose interval is narrower: its interval does not exclude `min_effect`, and the ratio
 * is at least half of it away from 1, and most pairs, hiccups included, must have its sign
 * (the sign test): on a machine where other work comes and goes, the spread of a few pairs can look
 * smaller than it is. */
#ifndef KNEE_TUNER_COMPARE_PAIRED_H
#define KNEE_TUNER_COMPARE_PAIRED_H

#include "core/base/err.h"
#include "tuner/compare/compare.h"

#include <stddef.h>
#include <stdint.h>

struct knee_paired_pair {
    uint32_t level;
    double base_per_s, new_per_s; /* throughput; a pair with one that is not > 0 is left out */
    double base_p99_s, new_p99_s; /* NAN: unknown */
};

/* The false discovery rate, shared by all looks at the growing data. */
#define KNEE_PAIRED_Q .01

/* The numbers of blocks after which the data are looked at; ends with 0. A block has one pair at
 * each level. */
extern const uint32_t knee_paired_looks[];

/* Judges `pairs`. With fewer than three pairs at a level nothing is claimed of it. -1 out of
 * memory. */
int knee_paired_judge(struct knee_compare *compare, const struct knee_paired_pair *pairs,
                      size_t count, double min_effect, struct knee_err *err);

#endif
