/* SPDX-License-Identifier: MIT */
/* The monotonic clock, in nanoseconds. Thread safe. */
#ifndef KNEE_CORE_BASE_CLOCK_H
#define KNEE_CORE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define KNEE_NS_PER_S 1000000000ULL
#define KNEE_NS_PER_MS 1000000ULL
#define KNEE_NS_PER_US 1000ULL

/* Inline: the engine reads it once an item (about 20 ns through the vDSO). */
static inline uint64_t knee_clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * KNEE_NS_PER_S + (uint64_t)now.tv_nsec;
}

static inline double knee_clock_to_s(uint64_t ns)
{
    return (double)ns / (double)KNEE_NS_PER_S;
}

/* Sleeps until the clock reads `at_ns`: returns 0 when the time has come, -1 when a signal's
 * handler ran before that. */
int knee_clock_sleep_until_ns(uint64_t at_ns);

#endif
