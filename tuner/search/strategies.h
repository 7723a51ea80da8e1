/* SPDX-License-Identifier: MIT */
/* The strategies by name, and what they share. */
#ifndef KNEE_TUNER_SEARCH_STRATEGIES_H
#define KNEE_TUNER_SEARCH_STRATEGIES_H

#include "tuner/search/search.h"

/* Keeps a posterior of the whole curve, and measures the levels that tell most about its
 * claims; ends when they hold. */
extern const struct knee_strategy knee_strategy_curve;

/* Screens all candidates, eliminates those that provably do not matter, refines between the rest,
 * each level by its own windows alone; ends when the claims hold. Takes two to three times as many
 * windows as curve, so it sees better if a burst credit runs out on the way. */
extern const struct knee_strategy knee_strategy_adaptive;

/* Measures every level of a √2 grid (with fixed levels: every given one) once per block, in random
 * order, for a fixed number of blocks. Its windows are spread evenly, to show a whole curve. */
extern const struct knee_strategy knee_strategy_grid;

/* The highest candidate. */
uint32_t knee_strategy_level_max(const struct knee_search_params *params);

/* The levels that are known before the first window, ascending: the candidates, or all that a
 * strategy with a number of blocks of its own measures. Sets `count` and `levels`. */
void knee_strategy_foresee(const struct knee_search_params *params,
                           struct knee_search_block *known);

/* A level that was measured last does not come first: one dip could spoil both of its windows. */
void knee_strategy_part(const struct knee_search_state *state, struct knee_search_block *block);

/* Random order that depends on the seed and the block alone, parted from the
 * last block. */
void knee_strategy_shuffle(const struct knee_search_state *state, struct knee_search_block *block);

/* The decision from the points on record. `refine`: the strategy closes gaps, so open ones leave it
 * unresolved. So do `untried` levels, which it still had to try (NULL: the candidates without a
 * point). */
void knee_strategy_decide(const struct knee_search_state *state, bool refine,
                          const struct knee_search_block *untried, struct knee_decision *decision);

#endif
