/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/side_by_side.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "workloads/parts/burn.h"

#include <math.h>
#include <stdlib.h>

#define RULES_MAX 4 /* times the rule of thumb: the default levels end there */
#define LEVEL_MIN 4u
#define FIRST_ROOM 256u
#define ORDER_STREAM 77u /* of the seed's random numbers: other than the items' */

struct measuring {
    struct knee_side_by_side *both;
    struct knee_sweep_source sources[2];
    struct knee_search_source windows[2];
    struct knee_random random;
    struct turn {
        uint32_t level;
        size_t first; /* the side that was measured first the last time */
    } turns[KNEE_LEVELS_MAX];
    size_t levels_count;
    struct side {
        struct measuring *measuring;
        size_t which;
    } sides[2]; /* for their sources */
};

static const char *const NAMES[] = {"base", "new"};

static bool can_run(const struct knee_sweep *sweep, uint32_t level)
{
    const struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[0];
    return level <= planned->candidates[planned->candidates_count - 1].level;
}

/* Powers of two, and base's setting of today; with --levels the given ones. */
static void choose_levels(struct measuring *measuring)
{
    struct knee_sweep *const *sides = measuring->both->sides;
    const struct knee_sweep_plan_workload *base = &sides[0]->plan.workloads[0];
    uint32_t most = RULES_MAX * base->rule_of_thumb;
    if (most < LEVEL_MIN)
        most = LEVEL_MIN;
    for (size_t i = 0; i < base->candidates_count; i++) {
        uint32_t level = base->candidates[i].level;
        bool power = (level & (level - 1)) == 0 && level <= most;
        bool wanted = sides[0]->plan.fixed_levels || power || level == base->current;
        if (wanted && can_run(sides[1], level))
            measuring->turns[measuring->levels_count++].level = level;
    }
}

static void shuffle_levels(struct measuring *measuring)
{
    for (size_t i = measuring->levels_count; i > 1; i--) {
        size_t j = knee_random_below(&measuring->random, (uint32_t)i);
        struct turn turn = measuring->turns[i - 1];
        measuring->turns[i - 1] = measuring->turns[j];
        measuring->turns[j] = turn;
    }
}

/* Other processes hit both windows of a pair with the same chance, so a disturbed one still tells;
 * the outliers are the fit's to leave out. */
static bool can_compare(const struct knee_window *window)
{
    const uint32_t host = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL;
    return window->valid || (window->throughput_per_s > 0 && (window->reasons & host) &&
                             !(window->reasons & (KNEE_WINDOW_UNSETTLED | KNEE_WINDOW_EMPTY)));
}

static double p99_of(const struct knee_window *window)
{
    return knee_window_figure(window, KNEE_WINDOW_LATENCY_P99_S);
}

static int keep_pair(struct knee_side_by_side *both, const struct knee_window *windows,
                     struct knee_err *err)
{
    if (!can_compare(&windows[0]) || !can_compare(&windows[1]))
        return 0;
    if (both->pairs_count == both->pairs_room) {
        size_t room = both->pairs_room ? 2 * both->pairs_room : FIRST_ROOM;
        struct knee_paired_pair *pairs = knee_array_resize(both->pairs, room, sizeof *pairs);
        if (!pairs)
            return knee_err_memory(err, "compare");
        both->pairs = pairs;
        both->pairs_room = room;
    }
    both->pairs[both->pairs_count++] =
        (struct knee_paired_pair){.level = windows[0].level,
                                  .base_per_s = windows[0].throughput_per_s,
                                  .new_per_s = windows[1].throughput_per_s,
                                  .base_p99_s = p99_of(&windows[0]),
                                  .new_p99_s = p99_of(&windows[1])};
    return 0;
}

static int on_window(void *context, const struct knee_measured *window, struct knee_err *err)
{
    const struct side *side = context;
    struct knee_sweep *base = side->measuring->both->sides[0];
    if (base->journal && knee_journal_append(base->journal, NAMES[side->which], window, err))
        return -1;
    knee_progress_window(&base->progress, window,
                         knee_engine_source_elapsed_s(&side->measuring->sources[0].windows));
    return 0;
}

/* One window of one side, while the other is parked. */
static int measure_side(struct measuring *measuring, size_t which, uint32_t block, uint32_t level,
                        struct knee_window *window, struct knee_err *err)
{
    struct knee_sweep *side = measuring->both->sides[which];
    const struct knee_search_source *source = &measuring->windows[which];
    int status = source->measure(source->context, block, level, window, err);
    knee_engine_park(measuring->sources[which].engine);
    if (status)
        return status;
    if (knee_search_record_add(&side->records[0], window, err))
        return -1;
    return knee_sweep_command_check(side, err);
}

/* Who is first is drawn in one block and turned round in the next, so that being second costs both
 * sides alike, and what grows or fades steadily cancels. 1 when the budget is gone. */
static int measure_pair(struct measuring *measuring, uint32_t block, struct turn *turn,
                        struct knee_err *err)
{
    struct knee_window windows[2];
    turn->first = block % 2 ? 1 - turn->first : knee_random_below(&measuring->random, 2);
    for (size_t i = 0; i < 2; i++) {
        size_t which = i == 0 ? turn->first : 1 - turn->first;
        int status = measure_side(measuring, which, block, turn->level, &windows[which], err);
        if (status)
            return status;
    }
    return keep_pair(measuring->both, windows, err);
}

/* 1 if the verdict is clear; otherwise the next look is another one. */
static int look(struct knee_side_by_side *both, struct knee_err *err)
{
    struct knee_compare *compare = calloc(1, sizeof *compare);
    if (!compare)
        return knee_err_memory(err, "compare");
    int status = knee_paired_judge(compare, both->pairs, both->pairs_count, both->look,
                                   both->min_effect, err);
    if (status == 0 && compare->verdict != KNEE_COMPARE_NOT_ENOUGH_EVIDENCE)
        status = 1;
    both->look += status == 0;
    free(compare);
    return status;
}

static int measure_blocks(struct measuring *measuring, struct knee_err *err)
{
    struct knee_sweep *base = measuring->both->sides[0];
    for (uint32_t block = 0;; block++) {
        shuffle_levels(measuring);
        for (size_t i = 0; i < measuring->levels_count; i++) {
            int status = measure_pair(measuring, block, &measuring->turns[i], err);
            if (status)
                return status;
        }
        if (base->journal && knee_journal_sync(base->journal, err))
            return -1;
        if (block + 1 < knee_paired_look_blocks(measuring->both->look))
            continue;
        int status = look(measuring->both, err);
        if (status)
            return status;
    }
}

static int open_sources(struct measuring *measuring, struct knee_err *err)
{
    uint64_t budget_ns = measuring->both->sides[0]->plan.budget_ns;
    double rounds_per_ns = knee_burn_rounds_per_ns();
    for (size_t i = 0; i < 2; i++) {
        struct knee_sweep *side = measuring->both->sides[i];
        side->start_ns = measuring->both->sides[0]->start_ns;
        side->rounds_per_ns = rounds_per_ns;
        if (knee_sweep_source_open(&measuring->sources[i], side, &side->plan.workloads[0],
                                   budget_ns, 0, err))
            return -1;
        measuring->sides[i] = (struct side){.measuring = measuring, .which = i};
        measuring->sources[i].windows.context = &measuring->sides[i];
        measuring->sources[i].windows.on_window = on_window;
        knee_engine_source_make(&measuring->sources[i].windows, &measuring->windows[i]);
    }
    return 0;
}

int knee_side_by_side_measure(struct knee_side_by_side *both, struct knee_err *err)
{
    struct knee_sweep *base = both->sides[0];
    struct measuring *measuring = calloc(1, sizeof *measuring);
    if (!measuring)
        return knee_err_memory(err, "compare");
    measuring->both = both;
    measuring->random = knee_random_seed(base->plan.seed, ORDER_STREAM);
    base->start_ns = knee_clock_now_ns();
    choose_levels(measuring);
    int status = open_sources(measuring, err);
    if (status == 0) {
        knee_progress_workload(&base->progress, base->plan.workloads[0].title,
                               base->plan.budget_ns);
        status = measure_blocks(measuring, err);
        knee_progress_clear(&base->progress);
    }
    for (size_t i = 0; i < 2; i++) {
        knee_sweep_command_warn(both->sides[i], &both->sides[i]->plan.workloads[0],
                                &both->sides[i]->records[0]);
        knee_sweep_source_close(&measuring->sources[i]);
    }
    free(measuring);
    return status < 0 ? -1 : 0;
}

void knee_side_by_side_release(struct knee_side_by_side *both)
{
    free(both->pairs);
    both->pairs = NULL;
    both->pairs_count = both->pairs_room = 0;
}
