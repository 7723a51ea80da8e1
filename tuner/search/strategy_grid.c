/* SPDX-License-Identifier: MIT */
#include "tuner/search/strategies.h"

#include <math.h>

#define GRID_BLOCKS 12
#define GRID_STEPS_PER_OCTAVE 2

static int insert(struct knee_search_block *block, uint32_t level)
{
    size_t i = 0;
    while (i < block->count && block->levels[i] < level)
        i++;
    if (block->count == KNEE_BLOCK_LEVELS_MAX || (i < block->count && block->levels[i] == level))
        return 0;
    for (size_t j = block->count++; j > i; j--)
        block->levels[j] = block->levels[j - 1];
    block->levels[i] = level;
    return 1;
}

static void fill(const struct knee_search_params *params, struct knee_search_block *block)
{
    for (size_t i = 0; i < params->candidates_count; i++)
        insert(block, params->candidates[i].level);
    uint32_t level_max = knee_strategy_level_max(params);
    for (int step = 0; !params->fixed_levels; step++) {
        double level = round(exp2((double)step / GRID_STEPS_PER_OCTAVE));
        if (level > level_max)
            break;
        insert(block, (uint32_t)level);
    }
}

static void next_block(const struct knee_search_state *state, struct knee_search_block *block)
{
    if (state->block >= GRID_BLOCKS)
        return;
    fill(state->params, block);
    knee_strategy_shuffle(state, block);
}

static void make_decision(const struct knee_search_state *state, struct knee_decision *decision)
{
    struct knee_search_block all = {.count = 0}, untried = {.count = 0};
    fill(state->params, &all);
    for (size_t i = 0; i < all.count; i++)
        if (knee_points_find(state->points, all.levels[i]) == SIZE_MAX)
            insert(&untried, all.levels[i]);
    knee_strategy_decide(state, false, &untried, decision);
}

const struct knee_strategy knee_strategy_grid = {
    .name = "grid",
    .summary = "every level of a grid equally often, a fixed number of times",
    .blocks = GRID_BLOCKS,
    .next = next_block,
    .decide = make_decision,
};
