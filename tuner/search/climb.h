/* SPDX-License-Identifier: MIT */
/* The climb: the first look at all candidates, from level 1 up. When it ends, and which levels it
 * left out. Pure. */
#ifndef KNEE_TUNER_SEARCH_CLIMB_H
#define KNEE_TUNER_SEARCH_CLIMB_H

#include "tuner/search/search.h"

#include <stdbool.h>
#include <stdint.h>

/* The level after which the climb ended: the second of two candidates in a row that collapsed to
 * less than half of the best or fail; or the third in a row that gained nothing, if a window now
 * costs three times as much as the first one. UINT32_MAX: neither. */
uint32_t knee_climb_end(const struct knee_search_state *state);

/* Candidates up to there that were not measured yet, ascending. */
void knee_climb_untried(const struct knee_search_state *state, struct knee_search_block *block);

/* Levels that one bad stretch of time may have spoilt, descending: those on which the climb's end
 * rests after a single window, and those that failed each time so far, perhaps because of the
 * time. Before them a lower level that works. Empty if there are none. */
void knee_climb_doubtful(const struct knee_search_state *state, struct knee_search_block *block);

/* Ends the climb's block, asked after each window. */
bool knee_climb_cut(const struct knee_search_state *state);

#endif
