/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/engine_source.h"

#include "core/base/clock.h"
#include "tuner/fit/validity.h"
#include "tuner/store/columns.h"

#include <math.h>
#include <string.h>

/* Long enough that what an edge adds is below 1 % everywhere, short enough that levels interleave
 * faster than the machine drifts: at 0.1 s the biases reach 2 to 3 %, at 0.4 s the noise is no less
 * on most work. */
#define WINDOW_NS (200 * KNEE_NS_PER_MS)
/* If single windows vary by more than this, they get more time and more items, by this factor, at
 * levels whose windows cost much beside their length, by this share of it. Elsewhere two windows
 * tell more than one of twice the length: much of what a machine does lasts longer than that, so
 * that longer windows vary hardly less. */
#define NOISY_SIGMA .01
#define NOISY_FACTOR 2.0
#define NOISY_OVERHEAD .5
#define NOISY_BLOCKS 3 /* before that the fit's sigma says little */
/* Fewer mean items than this a slot make a window's throughput depend on where its edges fall. */
#define ITEMS_MIN 2.0
#define ITEMS_ALL 40.0
/* Of items that take longer than this, one has to do: windows would eat the budget. */
#define LONG_ITEM_S 2.0
#define ITEMS_LONG 1.0
/* The last window may end this much after the budget. */
#define BUDGET_SLACK 0.03
/* A window that has not ended this much later still is given up. */
#define GIVE_UP_SLACK 0.05
#define GIVE_UP_NS KNEE_NS_PER_S
#define OVERHEAD_S 0.05 /* of a level that was not measured yet */
/* Items that take this many times as long as expected hang: they are not just slow. */
#define HANG_FACTOR 20.0
/* A disturbed window may have been held up if it took this many times as long as expected. */
#define HELD_UP_FACTOR 2.0
/* Items that take longer go on between blocks: to wait for their end costs more than they do. */
#define PARK_ITEM_S 0.2

static double quota_cpus(const struct knee_engine_source *measure)
{
    return measure->quota_cpus > 0 ? measure->quota_cpus : INFINITY;
}

/* What a level is likely to need, from its neighbours: neither latency nor overhead grows faster
 * than the level, and neither falls. */
static struct knee_engine_source_level expect(const struct knee_engine_source *measure,
                                              uint32_t level)
{
    struct knee_engine_source_level expected = {.level = level, .overhead_s = OVERHEAD_S};
    size_t i = 0;
    while (i < measure->seen_count && measure->seen[i].level < level)
        i++;
    if (i < measure->seen_count && measure->seen[i].level == level)
        return measure->seen[i];
    if (i == 0) {
        expected.latency_s = measure->item_s;
        expected.overhead_s += 2.0 * measure->item_s;
        return expected;
    }
    const struct knee_engine_source_level *below = &measure->seen[i - 1];
    double ratio = measure->width ? 1.0 : (double)level / below->level;
    expected.latency_s = ratio * below->latency_s;
    expected.overhead_s = ratio * below->overhead_s;
    if (i < measure->seen_count) {
        expected.latency_s = fmin(expected.latency_s, measure->seen[i].latency_s);
        expected.overhead_s = fmin(expected.overhead_s, measure->seen[i].overhead_s);
    }
    return expected;
}

/* The need of a level whose items take no longer than those of the level below, as items do that
 * only wait. */
static struct knee_engine_source_level hope(const struct knee_engine_source *measure,
                                            uint32_t level)
{
    struct knee_engine_source_level hoped = expect(measure, level);
    for (size_t i = 0; i < measure->seen_count && measure->seen[i].level <= level; i++) {
        hoped.latency_s = fmin(hoped.latency_s, measure->seen[i].latency_s);
        hoped.overhead_s = fmin(hoped.overhead_s, measure->seen[i].overhead_s);
    }
    return hoped;
}

static void learn(struct knee_engine_source *measure, const struct knee_engine_source_level *found)
{
    size_t i = 0;
    while (i < measure->seen_count && measure->seen[i].level < found->level)
        i++;
    if (i == measure->seen_count || measure->seen[i].level != found->level) {
        if (measure->seen_count == KNEE_LEVELS_MAX)
            return;
        memmove(&measure->seen[i + 1], &measure->seen[i],
                (measure->seen_count - i) * sizeof measure->seen[0]);
        measure->seen_count++;
    }
    measure->seen[i] = *found;
}

/* Two mean items a slot, or ITEMS_ALL of all slots together, whichever is shorter: since parts of
 * items are credited, either is enough. Noisy windows get more. A CPU quota is used up at the start
 * of each of its periods, so that a part of a period says nothing of the whole. */
static uint64_t length_of(const struct knee_engine_source *measure,
                          const struct knee_engine_source_level *at)
{
    if (measure->window_ns)
        return measure->window_ns;
    const uint64_t period_ns = measure->quota_holds ? measure->quota_period_ns : 0;
    const bool is_long = at->latency_s > LONG_ITEM_S;
    double items = is_long ? ITEMS_LONG : ITEMS_MIN;
    double all = ITEMS_ALL / (measure->width ? measure->width : at->level);
    double length_s = fmax(knee_clock_to_s(WINDOW_NS), fmin(items, all) * at->latency_s);
    if (measure->noisy && !is_long && at->overhead_s > NOISY_OVERHEAD * length_s)
        length_s *= NOISY_FACTOR;
    const uint64_t length_ns = (uint64_t)(length_s * (double)KNEE_NS_PER_S);
    return period_ns > 0 ? (length_ns + period_ns - 1) / period_ns * period_ns : length_ns;
}

uint64_t knee_engine_source_length_ns(const struct knee_engine_source *measure, uint32_t level)
{
    const struct knee_engine_source_level expected = expect(measure, level);
    return length_of(measure, &expected);
}

double knee_engine_source_elapsed_s(const struct knee_engine_source *measure)
{
    uint64_t ours = measure->start_ns ? knee_clock_now_ns() - measure->start_ns : 0;
    return knee_clock_to_s(ours + measure->spent_ns);
}

/* The first window is always: without it there is nothing to say. */
static bool affordable(const struct knee_engine_source *measure, double cost_s)
{
    if (measure->seen_count == 0 && measure->spent_ns == 0)
        return true;
    double budget_s = knee_clock_to_s(measure->budget_ns);
    return knee_engine_source_elapsed_s(measure) + cost_s <= budget_s * (1.0 + BUDGET_SLACK);
}

static bool fits(const struct knee_engine_source *measure,
                 const struct knee_engine_source_level *at)
{
    return affordable(measure, at->overhead_s + knee_clock_to_s(length_of(measure, at)));
}

/* The first window is waited for as long as it takes. */
static uint64_t give_up_ns(const struct knee_engine_source *measure)
{
    if (measure->seen_count == 0 && measure->spent_ns == 0)
        return UINT64_MAX;
    return measure->start_ns + measure->budget_ns - measure->spent_ns +
           (uint64_t)(GIVE_UP_SLACK * (double)measure->budget_ns) + GIVE_UP_NS;
}

/* CPUs that a request uses here, while it would last without waiting for a CPU. 0: the items are
 * not requests. */
static double request_ratio(const struct knee_measured *window)
{
    double used_s = window->cpu_user_s + window->cpu_system_s;
    double lasts_s = window->level * knee_clock_to_s(window->window_ns) - window->runqueue_wait_s;
    if (isnan(window->requests.failed[KNEE_FAILURE_STATUS]) || !(lasts_s > 0.0))
        return 0.0;
    return used_s / lasts_s;
}

/* The CPUs that the items want; NAN unknown. (How much they got does not tell: work that starves
 * uses little, too.) */
static double items_cpus(const struct knee_engine_source *measure,
                         const struct knee_measured *window)
{
    uint32_t width = measure->width ? measure->width : window->level;
    double ratio = measure->item_cpu_ratio > 0.0 ? measure->item_cpu_ratio : request_ratio(window);
    return ratio > 0.0 ? width * ratio : NAN;
}

/* A run counts for `items_per_run`; its latency stays the run's. */
static void scale_items(const struct knee_engine_source *measure, struct knee_measured *window)
{
    if (!(measure->items_per_run > 0.0))
        return;
    window->items *= measure->items_per_run;
    window->failed_items *= measure->items_per_run;
    window->throughput_per_s *= measure->items_per_run;
}

/* Of an item, or run, of which one counts for `items`; by Little's law. */
static double latency_of(const struct knee_engine_source *measure,
                         const struct knee_measured *window, double items, double otherwise_s)
{
    double ended = (window->items + window->failed_items) / items;
    uint32_t width = measure->width ? measure->width : window->level;
    return ended > 0.0 ? width * knee_clock_to_s(window->window_ns) / ended : otherwise_s;
}

/* All that a window took beyond the length that was asked for: also what it lasted longer, to end
 * on a completion. */
static double overhead_of(double took_s, uint64_t length_ns)
{
    return fmax(0.0, took_s - knee_clock_to_s(length_ns));
}

/* A level that would fill the memory is not run. The pause lets memory become free, and keeps a
 * search that insists within its budget. */
static bool refused_for_memory(struct knee_engine_source *measure, uint32_t block, uint32_t level,
                               struct knee_measured *window)
{
    uint64_t available_bytes, total_bytes;
    if (!measure->guards_memory)
        return false;
    knee_host_memory_read(&available_bytes, &total_bytes, "");
    if (knee_memory_guard_allows(&measure->guard, level, available_bytes))
        return false;
    const uint64_t now = knee_clock_now_ns();
    knee_clock_sleep_until_ns(now + WINDOW_NS);
    *window = knee_measured_unknown(block, level);
    window->start_ns = now - measure->sweep_start_ns;
    window->window_ns = knee_clock_now_ns() - now;
    window->reasons = KNEE_WINDOW_MEMORY;
    return true;
}

/* Rounded as the journal has it, so that everything that is decided now is decided from the journal
 * as well. */
static int hand_over(const struct knee_engine_source *measure, struct knee_measured *found,
                     struct knee_window *window, struct knee_err *err)
{
    knee_columns_round(&knee_columns_samples, found);
    if (measure->on_window && measure->on_window(measure->context, found, err))
        return -1;
    return knee_measured_keep(found, measure->keeps_latencies, window, err);
}

int knee_engine_source_take(struct knee_engine_source *measure, uint32_t block, uint32_t level,
                            uint64_t length_ns, struct knee_measured *window, struct knee_err *err)
{
    struct knee_engine_source_watch watch;
    if (measure->park_between && block + 1 != measure->blocks)
        knee_engine_park(measure->engine);
    measure->blocks = block + 1;
    knee_engine_settle_at_least(measure->engine,
                                measure->quota_holds ? measure->quota_period_ns : 0);
    knee_engine_source_watch_begin(measure, &watch);
    int status = knee_engine_window(measure->engine, block, level, length_ns, window, err);
    if (status)
        return status;
    window->start_ns -= measure->sweep_start_ns;
    knee_engine_source_watch_end(measure, &watch, window);
    return 0;
}

/* A server that was found to follow the work may do something of its own now: that is other work.
 */
static void set_swing_apart(struct knee_engine_source *measure, struct knee_measured *window)
{
    double cpus = measure->servers_found ? knee_swing_note(&measure->swing, window) : 0;
    if (cpus <= 0 || isnan(window->foreign_cpus))
        return;
    window->foreign_cpus += cpus;
    window->server_cpu_s -= cpus * knee_clock_to_s(window->window_ns);
}

void knee_engine_source_judge(struct knee_engine_source *measure, struct knee_measured *window)
{
    set_swing_apart(measure, window);
    knee_validity_judge(window, measure->cpus);
    double wanted_cpus = items_cpus(measure, window);
    if (!isnan(wanted_cpus))
        knee_validity_excuse(window, wanted_cpus, measure->cpus);
    measure->steady.waits_unknown =
        measure->server_unseen || knee_engine_holds_several(measure->engine);
    knee_steady_admit(&measure->steady, window, measure->cpus, quota_cpus(measure));
    knee_steal_judge(&measure->steal, window, wanted_cpus, measure->cpus, quota_cpus(measure));
}

/* The window was given up at the end of the budget, not for another reason. */
static void note_hang(struct knee_engine_source *measure,
                      const struct knee_engine_source_level *expected, uint64_t before_ns)
{
    uint64_t now_ns = knee_clock_now_ns();
    double waited_s = knee_clock_to_s(now_ns - before_ns);
    if (now_ns >= give_up_ns(measure) && waited_s > HANG_FACTOR * expected->latency_s)
        measure->hang =
            (struct knee_engine_source_hang){expected->level, waited_s, expected->latency_s};
}

static int measure_window(void *context, uint32_t block, uint32_t level, struct knee_window *window,
                          struct knee_err *err)
{
    struct knee_engine_source *measure = context;
    struct knee_measured found;
    if (!measure->start_ns)
        measure->start_ns = knee_clock_now_ns();
    const struct knee_engine_source_level expected = expect(measure, level);
    /* Without the hope the rest of the budget might be of no use. */
    const struct knee_engine_source_level aimed =
        fits(measure, &expected) ? expected : hope(measure, level);
    const uint64_t length_ns = length_of(measure, &aimed);
    measure->ran_out = !fits(measure, &aimed);
    if (measure->ran_out)
        return 1;
    if (refused_for_memory(measure, block, level, &found))
        return hand_over(measure, &found, window, err);
    knee_engine_give_up_at(measure->engine, give_up_ns(measure));
    uint64_t before_ns = knee_clock_now_ns();
    int status =
        measure->take_together
            ? measure->take_together(measure->fleet, measure, block, level, length_ns, &found, err)
            : knee_engine_source_take(measure, block, level, length_ns, &found, err);
    if (status > 0)
        note_hang(measure, &expected, before_ns);
    if (status)
        return status;
    double took_s = knee_clock_to_s(knee_clock_now_ns() - before_ns);
    if (measure->guards_memory)
        knee_memory_guard_note(&measure->guard, level, found.rss_bytes);
    knee_engine_source_judge(measure, &found);
    double latency_s = latency_of(measure, &found, 1.0, expected.latency_s);
    scale_items(measure, &found);
    struct knee_engine_source_level cost = {level, latency_s, overhead_of(took_s, length_ns)};
    /* A stop is not part of the cost: with it, what is left may seem too little for any window. */
    if (found.reasons & KNEE_WINDOW_STOPPED)
        cost = expected;
    /* Neither is what held up a window that was disturbed anyway. */
    if (found.reasons & (KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL) && !found.valid)
        cost.overhead_s = fmin(cost.overhead_s, HELD_UP_FACTOR * expected.overhead_s);
    learn(measure, &cost);
    return hand_over(measure, &found, window, err);
}

void knee_engine_source_recall(struct knee_engine_source *measure,
                               const struct knee_window *windows, size_t count)
{
    double items = measure->items_per_run > 0.0 ? measure->items_per_run : 1.0;
    for (size_t i = 0; i < count; i++) {
        struct knee_measured recalled;
        knee_measured_recall(&recalled, &windows[i]);
        const struct knee_measured *window = &recalled;
        struct knee_measured noted = recalled;
        struct knee_engine_source_level found = expect(measure, window->level);
        knee_steady_admit(&measure->steady, &noted, measure->cpus, quota_cpus(measure));
        knee_steal_judge(&measure->steal, &noted, NAN, measure->cpus, quota_cpus(measure));
        if (window->reasons & KNEE_WINDOW_STOPPED)
            continue;
        found.level = window->level;
        found.latency_s = latency_of(measure, window, items, found.latency_s);
        if (i > 0 && window->block == windows[i - 1].block) {
            uint64_t before_ns = windows[i - 1].start_ns + windows[i - 1].window_ns;
            uint64_t end_ns = window->start_ns + window->window_ns;
            if (window->start_ns > before_ns)
                found.overhead_s =
                    overhead_of(knee_clock_to_s(end_ns - before_ns), length_of(measure, &found));
        }
        learn(measure, &found);
    }
}

/* After a block comes a fit. If hundreds of items compete with it for the CPUs, it takes up to a
 * second instead of some 20 ms. */
static void park_short(struct knee_engine_source *measure, const struct knee_window *last)
{
    if (!measure->take_together && last->latency_mean_s < PARK_ITEM_S)
        knee_engine_park(measure->engine);
}

static int end_block(void *context, struct knee_window *windows, size_t count,
                     const struct knee_points *points, struct knee_err *err)
{
    struct knee_engine_source *measure = context;
    struct knee_validity validity;
    if (count > 0)
        park_short(measure, &windows[count - 1]);
    int status =
        measure->on_block ? measure->on_block(measure->context, windows, count, points, err) : 0;
    if (status != 0)
        return status;
    if (count > 0 && windows[count - 1].block + 1 >= NOISY_BLOCKS && points->sigma > NOISY_SIGMA)
        measure->noisy = true;
    knee_validity_sum_up(&validity, windows, count, measure->cpus);
    return validity.hopeless ? 1 : 0;
}

static double spent_ratio(void *context)
{
    const struct knee_engine_source *measure = context;
    return knee_engine_source_elapsed_s(measure) / knee_clock_to_s(measure->budget_ns);
}

void knee_engine_source_make(struct knee_engine_source *measure, struct knee_search_source *source)
{
    *source = (struct knee_search_source){.context = measure,
                                          .measure = measure_window,
                                          .block_end = end_block,
                                          .spent_ratio = spent_ratio};
}
