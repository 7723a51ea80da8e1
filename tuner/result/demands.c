/* SPDX-License-Identifier: MIT */
#include "tuner/result/demands.h"

#include "tuner/levels/marks.h"
#include "tuner/result/diagnosis.h"
#include "tuner/result/result.h"

#include <math.h>
#include <stdbool.h>

#define FULL_CPU .90
/* Throughput within this of the best counts as flat, below it as a fall. */
#define STANDING_RATIO .90
/* Levels must be this far apart to show a difference. */
#define FAR_RATIO 1.5
/* Latency grows as n if it has grown by this share of the levels' ratio. */
#define GROWTH_RATIO .75
/* The highest level counts as the best if it is this close. */
#define RISING_RATIO .98
/* Something that serves k at a time is full at k; the next level tried is not far above. */
#define SHARP_RATIO 2.0
/* Of the level above which throughput stays the same. */
#define FREE_RATIO .5
/* Of the items at a level. What fails takes a place, too, for a time that throughput and latency
 * tell nothing of: if more of them fail, Little's law gives no number. */
#define FAILED_RATIO .02

const char *knee_limited_by_text(enum knee_limited_by limited_by)
{
    static const char *const texts[] = {
        [KNEE_LIMITED_BY_UNKNOWN] = "unknown",   [KNEE_LIMITED_BY_NOTHING] = "nothing",
        [KNEE_LIMITED_BY_CPU] = "cpu",           [KNEE_LIMITED_BY_WAITING] = "waiting",
        [KNEE_LIMITED_BY_OVERHEAD] = "overhead", [KNEE_LIMITED_BY_FAILURES] = "failures",
    };
    return texts[limited_by];
}

/* The least CPU time of an item at any level. Alone, it also pays for waking an idle CPU, and a
 * bound from that would be below the measured throughput. */
static double least_cpu_s(const struct knee_level *levels, size_t count)
{
    double least = NAN;
    for (size_t i = 0; i < count; i++)
        if (knee_diagnosis_usable(&levels[i]) && levels[i].cpu_per_item_s >= 0)
            least = fmin(least, levels[i].cpu_per_item_s);
    return least;
}

static void set_base(struct knee_demands *demands, const struct knee_level *levels, size_t count,
                     double cpus)
{
    for (size_t i = 0; i < count && demands->base_level == 0; i++) {
        double cpu_s = levels[i].cpu_per_item_s, wait_s = fmax(levels[i].other_wait_per_item_s, 0);
        if (!knee_diagnosis_usable(&levels[i]) || !(cpu_s >= 0) ||
            isnan(levels[i].other_wait_per_item_s) || !(cpu_s + wait_s > 0))
            continue;
        double least_s = least_cpu_s(levels, count);
        demands->base_level = levels[i].level;
        demands->cpu_s = least_s;
        demands->wait_s = wait_s;
        demands->cpu_ratio = least_s / (least_s + wait_s);
        demands->ideal_level = least_s > 0 ? cpus / demands->cpu_ratio : NAN;
        demands->cpu_bound_per_s = least_s > 0 ? cpus / least_s : NAN;
        demands->level_bound_per_s = 1 / (cpu_s + wait_s);
    }
}

/* The level from which on every level queues, without a gap. */
static void set_queueing(struct knee_demands *demands, const struct knee_level *levels,
                         size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (!knee_diagnosis_usable(&levels[i]))
            continue;
        if (!(knee_diagnosis_queueing_share(&levels[i]) >= KNEE_DIAGNOSIS_WAITING_SHARE))
            break;
        demands->queueing_from = levels[i].level;
        demands->queueing_ratio = knee_diagnosis_queueing_share(&levels[i]);
    }
}

static const struct knee_level *find_best(const struct knee_level *levels, size_t count)
{
    const struct knee_level *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (knee_diagnosis_usable(&levels[i]) &&
            (!best || levels[i].throughput_per_s > best->throughput_per_s))
            best = &levels[i];
    return best;
}

/* The smallest level from which on throughput is as good as flat; `best` at the latest. */
static const struct knee_level *find_start(const struct knee_level *levels,
                                           const struct knee_level *best)
{
    while (!knee_diagnosis_usable(levels) ||
           levels->throughput_per_s < RISING_RATIO * best->throughput_per_s)
        levels++;
    return levels;
}

/* The highest level at which throughput is still flat, well above `start`. NULL: there is none. */
static const struct knee_level *find_standing(const struct knee_level *levels, size_t count,
                                              const struct knee_level *start,
                                              const struct knee_level *best)
{
    const struct knee_level *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (knee_diagnosis_usable(&levels[i]) && levels[i].level >= FAR_RATIO * start->level &&
            levels[i].throughput_per_s >= STANDING_RATIO * best->throughput_per_s)
            found = &levels[i];
    return found;
}

/* More items wait longer, and not for a CPU. */
static bool waits_elsewhere(const struct knee_level *start, const struct knee_level *standing)
{
    double levels = (double)standing->level / start->level;
    double waiting = standing->other_wait_per_item_s;
    return standing->latency_mean_s / start->latency_mean_s >= GROWTH_RATIO * levels &&
           waiting > standing->runqueue_wait_per_item_s;
}

static bool fails(const struct knee_level *level)
{
    return level->failed_items > FAILED_RATIO * (level->items + level->failed_items);
}

/* An item's time by the throughput, from which the fit has taken what a whole block was slower (the
 * latency still has that in it), less its wait for a CPU. */
static double without_queueing_s(const struct knee_level *level)
{
    double own_s = level->cpu_per_item_s + fmax(level->other_wait_per_item_s, 0);
    double all_s = own_s + fmax(level->runqueue_wait_per_item_s, 0);
    return level->level / level->throughput_per_s * own_s / all_s;
}

/* What an item takes, without waiting for a CPU or for other items: of the levels below FREE_RATIO
 * of `start`, which have more items than the lowest alone, and there any fixed number of places is
 * still free. */
static double alone_s(const struct knee_level *levels, size_t count, const struct knee_level *start,
                      const struct knee_demands *demands)
{
    double items = 0, sum_s = 0;
    for (size_t i = 0; i < count; i++) {
        double own_s = without_queueing_s(&levels[i]);
        if (knee_diagnosis_usable(&levels[i]) && levels[i].level <= FREE_RATIO * start->level &&
            own_s > 0 && levels[i].items > 0) {
            items += levels[i].items;
            sum_s += levels[i].items * own_s;
        }
    }
    return items > 0 ? sum_s / items : 1 / demands->level_bound_per_s;
}

/* How many at a time, by Little's law; NAN if the base's items already wait for each other, if
 * throughput became flat too slowly for one fixed number to explain it, or if items fail. */
static double find_served(const struct knee_demands *demands, const struct knee_level *levels,
                          size_t count, const struct knee_level *start,
                          const struct knee_level *best)
{
    double served = best->throughput_per_s * alone_s(levels, count, start, demands);
    bool alone = demands->base_level == 1 || served >= FAR_RATIO * demands->base_level;
    return alone && start->level <= SHARP_RATIO * served && !fails(best) ? served : NAN;
}

/* Of the CPUs, the part that servers take which are part of the work: they run on this host. */
static double servers_share(const struct knee_level *level, double cpus)
{
    return isnan(level->server_cpu_utilization) ? 0 : level->server_cpu_utilization / cpus;
}

/* The lowest level above `last` at which too many items fail; 0: none. */
static uint32_t find_failing(const struct knee_level *levels, size_t count, uint32_t last)
{
    for (size_t i = 0; i < count; i++)
        if (levels[i].level > last && (levels[i].marks & KNEE_MARK_ERRORS))
            return levels[i].level;
    return 0;
}

static void set_limit(struct knee_demands *demands, const struct knee_level *levels, size_t count,
                      double cpus)
{
    const struct knee_level *best = find_best(levels, count), *last = NULL;
    for (size_t i = 0; i < count; i++)
        last = knee_diagnosis_usable(&levels[i]) ? &levels[i] : last;
    if (!best || !last)
        return;
    const struct knee_level *start = find_start(levels, best);
    const struct knee_level *standing = find_standing(levels, count, start, best);
    uint32_t failing = find_failing(levels, count, last->level);
    if (start->cpu_utilization + servers_share(start, cpus) >= FULL_CPU) {
        demands->limited_by = KNEE_LIMITED_BY_CPU;
    } else if (last->throughput_per_s < STANDING_RATIO * best->throughput_per_s) {
        demands->limited_by = KNEE_LIMITED_BY_OVERHEAD;
    } else if (standing && waits_elsewhere(start, standing)) {
        demands->limited_by = KNEE_LIMITED_BY_WAITING;
        demands->standing_from = start->level;
        demands->served = find_served(demands, levels, count, start, best);
    } else if (failing > 0) {
        demands->limited_by = KNEE_LIMITED_BY_FAILURES;
        demands->failing_from = failing;
    } else if (start == last && count > 1) {
        demands->limited_by = KNEE_LIMITED_BY_NOTHING;
    }
}

void knee_demands_find(struct knee_demands *demands, const struct knee_level *levels, size_t count,
                       double cpus)
{
    *demands = (struct knee_demands){.cpu_s = NAN,
                                     .wait_s = NAN,
                                     .cpu_ratio = NAN,
                                     .ideal_level = NAN,
                                     .cpu_bound_per_s = NAN,
                                     .level_bound_per_s = NAN,
                                     .served = NAN,
                                     .queueing_ratio = NAN};
    set_base(demands, levels, count, cpus);
    set_queueing(demands, levels, count);
    set_limit(demands, levels, count, cpus);
}

double knee_demands_bound(const struct knee_demands *demands, double level)
{
    /* fmin() leaves out an unknown one of two. */
    return fmin(level * demands->level_bound_per_s, demands->cpu_bound_per_s);
}
