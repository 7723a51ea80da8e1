/* SPDX-License-Identifier: MIT */
#include "tuner/result/diagnosis.h"

#include "tuner/levels/marks.h"

#include <math.h>

bool knee_diagnosis_usable(const struct knee_level *level)
{
    return level->windows > 0 && !(level->marks & KNEE_MARK_ERRORS) && level->throughput_per_s > 0;
}

static double item_s(const struct knee_level *level)
{
    return level->runqueue_wait_per_item_s + level->cpu_per_item_s + level->other_wait_per_item_s;
}

double knee_diagnosis_queueing_share(const struct knee_level *level)
{
    return level->runqueue_wait_per_item_s / item_s(level);
}

double knee_diagnosis_waiting_share(const struct knee_level *level)
{
    return level->other_wait_per_item_s / item_s(level);
}

const struct knee_level *knee_diagnosis_beyond(const struct knee_level *levels, size_t count,
                                               uint32_t level)
{
    for (size_t i = count; i > 0 && levels[i - 1].level > level; i--)
        if (!isnan(levels[i - 1].throughput_per_s))
            return &levels[i - 1];
    return NULL;
}
