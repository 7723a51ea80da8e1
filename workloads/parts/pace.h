/* SPDX-License-Identifier: MIT */
/* Keeping to a schedule. A sleeper wakes 30 to 80 us late; an item that starts when the one before
 * was *meant* to end does not add that up, so that throughput is what the parameter says. */
#ifndef KNEE_WORKLOADS_PARTS_PACE_H
#define KNEE_WORKLOADS_PARTS_PACE_H

#include <stdint.h>

/* Sets the timer slack of the calling thread to 1 ns: it then oversleeps 32 us instead of 78. */
void knee_pace_precise(void);

/* When the next item of a closed loop arrives: at the time the last one was due (`due_ns`, 0:
 * never), or at `now_ns` if that is more than `late_max_ns` ago: time lost in a stall or while
 * parked is not made up. */
uint64_t knee_pace_arrival_ns(uint64_t due_ns, uint64_t now_ns, uint64_t late_max_ns);

#endif
