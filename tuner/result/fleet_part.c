/* SPDX-License-Identifier: MIT */
#include "tuner/result/fleet_part.h"

#include <math.h>

void knee_fleet_part_finish(struct knee_fleet_part *parts, size_t count)
{
    double done = 0, asked = 0;
    for (size_t i = 0; i < count; i++) {
        struct knee_fleet_part *part = &parts[i];
        double windows = part->windows ? (double)part->windows : (double)NAN;
        part->share /= windows;
        part->throughput_per_s /= windows;
        part->cpu_ratio /= windows;
        part->foreign_cpus /= windows;
        part->latency_p99_s /= windows;
        done += part->windows ? part->throughput_per_s : 0;
        asked += part->windows ? part->share : 0;
    }
    for (size_t i = 0; i < count; i++)
        parts[i].of_share = parts[i].share > 0 && done > 0
                                ? parts[i].throughput_per_s / done / (parts[i].share / asked)
                                : NAN;
}

const struct knee_fleet_part *knee_fleet_part_slow(const struct knee_fleet_part *parts,
                                                   size_t count)
{
    const struct knee_fleet_part *slow = NULL;
    for (size_t i = 0; i < count; i++)
        if (parts[i].of_share < (slow ? slow->of_share : KNEE_FLEET_PART_SLOW_RATIO))
            slow = &parts[i];
    return slow;
}
