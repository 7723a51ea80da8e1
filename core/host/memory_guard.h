/* SPDX-License-Identifier: MIT */
/* Keeps a climb from the out-of-memory killer: predicts what the next level needs from the use at
 * the highest level so far, and says when too little is left. Pure but for its reading. */
#ifndef KNEE_CORE_HOST_MEMORY_GUARD_H
#define KNEE_CORE_HOST_MEMORY_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed it knows nothing, and allows everything that is not an emergency. */
struct knee_memory_guard {
    uint32_t level;      /* the highest one whose use is known */
    double bytes;        /* the use there, of all its items */
    uint64_t most_bytes; /* free when it was first asked, with no item running */
    uint32_t refused;    /* the lowest level that was not allowed; 0: none */
};

/* Takes in the use of all items at a level (NAN: unknown). */
void knee_memory_guard_note(struct knee_memory_guard *guard, uint32_t level, double bytes);

/* True if `level` may be tried while `available_bytes` are left (UINT64_MAX: unknown), whether
 * items run at this moment or not. Memory grows no faster than the level, as a rule. First asked
 * before any item runs. */
bool knee_memory_guard_allows(struct knee_memory_guard *guard, uint32_t level,
                              uint64_t available_bytes);

/* True if so little is left that what runs must end now. */
bool knee_memory_guard_is_emergency(uint64_t available_bytes, uint64_t total_bytes);

#endif
