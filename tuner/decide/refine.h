/* SPDX-License-Identifier: MIT */
/* Which levels between the measured ones are worth measuring. Pure.
 *
 * Three questions, in this order. Does throughput still grow at the highest level? Where between
 * the pick and the level below it does the curve reach the tolerance: throughput in log-log is
 * concave up to the knee on nearly every curve, so that the slope before the gap, drawn on, cannot
 * cross too late; two levels around the crossing settle a sharp knee at once, a smooth one is
 * bracketed from there on. Can a peak hide in a gap: not where the slope before the gap, drawn on
 * to its end, comes to no more than the tolerance above the best. */
#ifndef KNEE_TUNER_DECIDE_REFINE_H
#define KNEE_TUNER_DECIDE_REFINE_H

#include "tuner/decide/evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A gap of this ratio between a level that will do and one that will not is closed. */
#define KNEE_REFINE_RATIO 1.10
#define KNEE_REFINE_MAX 4

/* Is the gap between two levels small enough to be left? */
bool knee_refine_closed(uint32_t below, uint32_t above);

/* The geometric middle of an open gap, strictly inside it. */
uint32_t knee_refine_middle(uint32_t below, uint32_t above);

/* Fills `levels`, at most KNEE_REFINE_MAX different ones that were not measured yet, and returns
 * how many: 0 where nothing is left to refine. `level_max` is the highest level allowed. */
size_t knee_refine(const struct knee_evidence *evidence, uint32_t level_max, uint32_t *levels);

/* Throughput provably still grows by more than the tolerance just below `level_max`; with
 * `fixed_levels`, from the last but one level to it. */
bool knee_refine_rising(const struct knee_evidence *evidence, uint32_t level_max,
                        bool fixed_levels);

#endif
