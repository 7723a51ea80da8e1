/* SPDX-License-Identifier: MIT */
/* Which levels the goal needs, apart from those around the knee: the ones between the chosen level
 * and its neighbours, as long as a level between them could be a better choice. Pure. */
#ifndef KNEE_TUNER_SEARCH_REFINE_GOAL_H
#define KNEE_TUNER_SEARCH_REFINE_GOAL_H

#include "tuner/decide/evidence.h"
#include "tuner/decide/goal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_AIM_MAX 4

/* Fills `levels`, at most KNEE_AIM_MAX, and returns how many: new ones (none with `fixed_levels`),
 * else those on which the choice rests and that were not measured KNEE_CLAIM_WINDOWS times. 0:
 * the choice is as good as it gets, or the goal is the default. `windows` are those that the
 * evidence is made from. */
size_t knee_refine_goal(const struct knee_goal *goal, const struct knee_evidence *evidence,
                        const struct knee_window *windows, size_t count, double confidence_ratio,
                        bool fixed_levels, uint32_t *levels);

#endif
