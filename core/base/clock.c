/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"

#include <errno.h>

int knee_clock_sleep_until_ns(uint64_t at_ns)
{
    struct timespec at = {
        .tv_sec = (time_t)(at_ns / KNEE_NS_PER_S),
        .tv_nsec = (long)(at_ns % KNEE_NS_PER_S),
    };
    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR ? -1 : 0;
}
