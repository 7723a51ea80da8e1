/* SPDX-License-Identifier: MIT */
#include "tuner/levels/level_set.h"

#include <string.h>

/* The index of the first level that is not below `level`. */
static size_t lower_bound(const struct knee_level_set *set, uint32_t level)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (set->at[middle] < level)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool knee_level_set_add(struct knee_level_set *set, uint32_t level)
{
    size_t at = lower_bound(set, level);
    if (at < set->count && set->at[at] == level)
        return true;
    if (set->count == KNEE_LEVELS_MAX)
        return false;
    memmove(set->at + at + 1, set->at + at, (set->count - at) * sizeof set->at[0]);
    set->at[at] = level;
    set->count++;
    return true;
}

size_t knee_level_set_find(const struct knee_level_set *set, uint32_t level)
{
    size_t at = lower_bound(set, level);
    return at < set->count && set->at[at] == level ? at : SIZE_MAX;
}

uint32_t knee_level_set_highest(const struct knee_level_set *set)
{
    return set->count > 0 ? set->at[set->count - 1] : 0;
}
