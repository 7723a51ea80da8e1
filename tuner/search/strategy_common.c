/* SPDX-License-Identifier: MIT */
#include "core/base/random.h"
#include "tuner/search/strategies.h"

#include <stdlib.h>

uint32_t knee_strategy_level_max(const struct knee_search_params *params)
{
    return params->candidates_count ? params->candidates[params->candidates_count - 1].level : 0;
}

static int compare_levels(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

void knee_strategy_foresee(const struct knee_search_params *params, struct knee_search_block *known)
{
    const struct knee_search_record none = {.count = 0};
    const struct knee_search_state first = {.params = params, .record = &none};
    known->count = 0;
    if (params->strategy->blocks > 0) {
        params->strategy->next(&first, known);
        qsort(known->levels, known->count, sizeof *known->levels, compare_levels);
        return;
    }
    for (size_t i = 0; i < params->candidates_count && i < KNEE_BLOCK_LEVELS_MAX; i++)
        known->levels[known->count++] = params->candidates[i].level;
}

void knee_strategy_shuffle(const struct knee_search_state *state, struct knee_search_block *block)
{
    struct knee_random random = knee_random_seed(state->params->seed, state->block);
    knee_random_shuffle(&random, block->levels, block->count);
    knee_strategy_part(state, block);
}

void knee_strategy_part(const struct knee_search_state *state, struct knee_search_block *block)
{
    const struct knee_search_record *record = state->record;
    size_t middle = block->count / 2;
    if (record->count == 0 || block->count < 2 ||
        block->levels[0] != record->windows[record->count - 1].level)
        return;
    uint32_t level = block->levels[0];
    block->levels[0] = block->levels[middle];
    block->levels[middle] = level;
}

static void count_untried(const struct knee_search_state *state,
                          const struct knee_search_block *untried,
                          struct knee_decision_inputs *inputs)
{
    const struct knee_search_params *params = state->params;
    size_t count = untried ? untried->count : params->candidates_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t level = untried ? untried->levels[i] : params->candidates[i].level;
        if (!untried && knee_points_find(state->points, level) != SIZE_MAX)
            continue;
        inputs->untried++;
        if (level > inputs->untried_max)
            inputs->untried_max = level;
    }
}

void knee_strategy_decide(const struct knee_search_state *state, bool refine,
                          const struct knee_search_block *untried, struct knee_decision *decision)
{
    const struct knee_search_params *params = state->params;
    struct knee_decision_inputs inputs = {.points = state->points,
                                          .tolerance_ratio = params->tolerance_ratio,
                                          .confidence_ratio = params->confidence_ratio,
                                          .level_max = knee_strategy_level_max(params),
                                          .fixed_levels = params->fixed_levels,
                                          .refine = refine && !params->fixed_levels,
                                          .may_use_coarser = params->may_use_coarser,
                                          .rule_of_thumb = params->rule_of_thumb};
    count_untried(state, untried, &inputs);
    knee_decision_make(decision, &inputs);
}
