/* SPDX-License-Identifier: MIT */
/* Base and new measured side by side: windows of the two follow each other at one level, so that
 * the machine's drift cancels in their ratio. Pure.
 *
 * A pair gives d = ln(new / base). Pairs that a hiccup of the machine hit are left out: those
 * further than c = max(3.5 s, 2 %) from their level's median, with s = 1.4826 MAD of all pairs
 * about their levels' medians. Hiccups far away cost nothing but their pairs. If other work
 * makes pairs of all sizes, however, a sharp limit cuts tails off that belong to the noise; so
 * standard errors are divided by E[psi'] = 1 - 2 c f(c), f the density at the limit (Huber and
 * Ronchetti 2009, "Robust statistics", ch. 3.2: the variance of an M-estimate, of psi(d) = d
 * within c).
 *
 * A level's mean of d has a standard error from its own spread, shrunk towards the pooled one as if
 * that were worth five pairs of the other levels; its test is Student's t. The levels' p values are
 * judged by Benjamini and Hochberg (1995, "Controlling the false discovery rate", procedure (1)).
 * The curve as a whole is tested by the mean of the levels' means.
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

/* The false discovery rate, shared by all looks at the growing data: the first four may use a fifth
 * each, every later one half of what is left. */
#define KNEE_PAIRED_Q .01

/* After how many blocks the data are looked at for the first (`look` 0), second ... time; a block
 * has one pair at each level. 6, 9, 12, 16, then 1.4 times as many each time, without end. */
uint32_t knee_paired_look_blocks(size_t look);

/* Judges `pairs` at this look. With fewer than three pairs at a level nothing is claimed of it. -1
 * out of memory. */
int knee_paired_judge(struct knee_compare *compare, const struct knee_paired_pair *pairs,
                      size_t count, size_t look, double min_effect, struct knee_err *err);

#endif
