/* SPDX-License-Identifier: MIT */
/* Which levels between the measured ones are worth measuring. Pure.
 *
 * Three questions, in this order:
 * - Does throughput still grow at the highest level?
 * - At which point between the pick and the level below it does the curve reach the tolerance? Up
 *   to the knee, nearly every curve is concave in log-log, so the slope before the gap, extended,
 *   does not cross too late. Two levels around the crossing settle a sharp knee at once; a smooth
 *   one is bracketed from there on.
 * - Can a peak hide in a gap? Not if the slope before the gap, extended to its end, stays within
 *   the tolerance of the best. */
#ifndef KNEE_TUNER_DECIDE_REFINE_H
#define KNEE_TUNER_DECIDE_REFINE_H

#include "tuner/decide/evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A gap of this ratio between a level that will do and one that will not is closed. */
#define KNEE_REFINE_RATIO 1.10
#define KNEE_REFINE_MAX 4

/* Is the gap between two levels small enough to leave it? */
bool knee_refine_closed(uint32_t below, uint32_t above);

/* The geometric middle of an open gap, strictly inside it. */
uint32_t knee_refine_middle(uint32_t below, uint32_t above);

/* Fills `levels` with up to KNEE_REFINE_MAX that were not measured yet, and returns how many; 0:
 * nothing is left to refine. `level_max` is the highest level allowed. */
size_t knee_refine(const struct knee_evidence *evidence, uint32_t level_max, uint32_t *levels);

/* Throughput provably still grows by more than the tolerance just below `level_max`; with
 * `fixed_levels`, between the last two levels. */
bool knee_refine_rising(const struct knee_evidence *evidence, uint32_t level_max,
                        bool fixed_levels);

#endif
