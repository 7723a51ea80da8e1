/* SPDX-License-Identifier: MIT */
#include "core/host/memory_guard.h"

#include <math.h>

/* The share of the free memory that a level may take: others need some, too, and items vary. */
#define NEED_RATIO 0.8
/* An emergency: less than this share of all memory, or less than these bytes, is left. */
#define EMERGENCY_RATIO 0.02
#define EMERGENCY_BYTES (64.0 * 1048576.0)

void knee_memory_guard_note(struct knee_memory_guard *guard, uint32_t level, double bytes)
{
    if (!(bytes > 0.0) || level < guard->level)
        return;
    guard->bytes = level == guard->level && bytes < guard->bytes ? guard->bytes : bytes;
    guard->level = level;
}

bool knee_memory_guard_allows(struct knee_memory_guard *guard, uint32_t level,
                              uint64_t available_bytes)
{
    if (available_bytes == UINT64_MAX)
        return true;
    if (guard->most_bytes == 0)
        guard->most_bytes = available_bytes;
    if (guard->level == 0 || level <= guard->level)
        return true;
    /* What the items that may run now will give back, but no more than there was. */
    const double free_bytes =
        fmax((double)available_bytes,
             fmin((double)guard->most_bytes, (double)available_bytes + guard->bytes));
    if (guard->bytes * level / guard->level <= NEED_RATIO * free_bytes)
        return true;
    if (guard->refused == 0 || level < guard->refused)
        guard->refused = level;
    return false;
}

bool knee_memory_guard_is_emergency(uint64_t available_bytes, uint64_t total_bytes)
{
    if (available_bytes == UINT64_MAX || total_bytes == UINT64_MAX)
        return false;
    double least = EMERGENCY_RATIO * (double)total_bytes;
    if (least > EMERGENCY_BYTES)
        least = EMERGENCY_BYTES;
    return (double)available_bytes < least;
}
