/* SPDX-License-Identifier: MIT */
/* Keeping to a schedule: items that wait for a point in time. A sleeper wakes some 30 to 80 us
 * late; an item that starts where the one before was *meant* to end does not carry that on, so that
 * throughput is what the parameter says. */
#ifndef KNEE_WORKLOADS_PARTS_PACE_H
#define KNEE_WORKLOADS_PARTS_PACE_H

#include <stdint.h>

/* Timer slack of the calling thread down to 1 ns: sleep overshoot 32 us instead of 78. */
void knee_pace_precise(void);

/* When the next item of a closed loop arrives: where the last one was due (`due_ns`, 0: never), or
 * `now_ns` where that is more than `late_max_ns` ago: after a stall or a park nothing is made up.
 */
uint64_t knee_pace_arrival_ns(uint64_t due_ns, uint64_t now_ns, uint64_t late_max_ns);

#endif
