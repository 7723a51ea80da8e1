/* SPDX-License-Identifier: MIT */
#include "tuner/result/fleet_part.h"

#include "core/base/stats.h"

#include <math.h>

#define COMPARED_MIN 2 /* windows, for a spread */

void knee_fleet_part_compare(struct knee_fleet_part *parts, const struct knee_fleet_part_row *rows,
                             size_t count)
{
    double done = 0, asked = 0;
    for (size_t i = 0; i < count; i++) {
        done += rows[i].throughput_per_s;
        asked += rows[i].share;
    }
    if (count < 2 || !(done > 0))
        return;
    for (size_t i = 0; i < count; i++) {
        struct knee_fleet_part *part = &parts[rows[i].rank];
        double of_share = rows[i].throughput_per_s / done / (rows[i].share / asked);
        part->compared++;
        part->compared_sum += of_share;
        part->compared_squares += of_share * of_share;
    }
}

static void set_bounds(struct knee_fleet_part *part, size_t hosts)
{
    double n = part->compared, outside = 1 - KNEE_FLEET_PART_CONFIDENCE_RATIO;
    part->of_share_low = part->of_share_high = NAN;
    if (part->compared < COMPARED_MIN)
        return;
    double mean = part->compared_sum / n;
    double variance = fmax(part->compared_squares / n - mean * mean, 0) * n / (n - 1);
    double t = knee_stats_t_quantile(1 - outside / 2 / (double)hosts, n - 1);
    part->of_share_low = fmax(part->of_share - t * sqrt(variance / n), 0);
    part->of_share_high = part->of_share + t * sqrt(variance / n);
}

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
    for (size_t i = 0; i < count; i++) {
        parts[i].of_share = parts[i].share > 0 && done > 0
                                ? parts[i].throughput_per_s / done / (parts[i].share / asked)
                                : NAN;
        set_bounds(&parts[i], count);
    }
}

bool knee_fleet_part_is_slow(const struct knee_fleet_part *part)
{
    return part->of_share < KNEE_FLEET_PART_SLOW_RATIO && part->of_share_high < 1;
}

const struct knee_fleet_part *knee_fleet_part_slow(const struct knee_fleet_part *parts,
                                                   size_t count)
{
    const struct knee_fleet_part *slow = NULL;
    for (size_t i = 0; i < count; i++)
        if (knee_fleet_part_is_slow(&parts[i]) && (!slow || parts[i].of_share < slow->of_share))
            slow = &parts[i];
    return slow;
}

bool knee_fleet_part_all_compared(const struct knee_fleet_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i].compared < COMPARED_MIN)
            return false;
    return count > 0;
}
