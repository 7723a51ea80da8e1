/* SPDX-License-Identifier: MIT */
#include "workloads/parts/pace.h"

#include <sys/prctl.h>

void knee_pace_precise(void)
{
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

uint64_t knee_pace_arrival_ns(uint64_t due_ns, uint64_t now_ns, uint64_t late_max_ns)
{
    return due_ns <= now_ns && now_ns - due_ns <= late_max_ns ? due_ns : now_ns;
}
