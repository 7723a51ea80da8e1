/* SPDX-License-Identifier: MIT */
#include "tuner/search/climb.h"

#include "tuner/decide/evidence.h"

#include <math.h>

/* Throughput that collapsed below this share of the best does not come back. */
#define COLLAPSE_RATIO .5
#define SURE_WINDOWS 2
#define ATTEMPTS_MAX 5 /* windows at a level none of which can be used */
#define FLAT_LEVELS 3  /* candidates in a row that gained nothing */
#define FLAT_COST 3.   /* times the time of the first window */

/* If the cost does not grow, all levels are tried: a plateau may have a second step. */
static uint32_t flat_end(const struct knee_search_record *record, double tolerance_ratio)
{
    const struct knee_window *windows = record->windows;
    double best = 0;
    for (size_t i = 0; i < record->count && windows[i].block == 0; i++) {
        if (i < FLAT_LEVELS + 1 || windows[i].level <= windows[i - 1].level) {
            best = fmax(best, windows[i].throughput_per_s);
            continue;
        }
        double grown = 0;
        for (size_t j = 0; j < FLAT_LEVELS; j++)
            grown = fmax(grown, windows[i - j].throughput_per_s);
        best = fmax(best, windows[i - FLAT_LEVELS].throughput_per_s);
        double first = (double)windows[1].start_ns - (double)windows[0].start_ns;
        double last = (double)windows[i].start_ns - (double)windows[i - 1].start_ns;
        if (grown <= best * (1 + tolerance_ratio) && last > FLAT_COST * first)
            return windows[i].level;
    }
    return UINT32_MAX;
}

static bool is_candidate(const struct knee_search_params *params, uint32_t level)
{
    for (size_t i = 0; i < params->candidates_count; i++)
        if (params->candidates[i].level == level)
            return true;
    return false;
}

static uint32_t collapse_end(const struct knee_search_state *state)
{
    const struct knee_points *points = state->points;
    double best = -INFINITY;
    int bad = 0;
    for (size_t i = 0; i < points->count; i++)
        if (knee_evidence_usable(points, i))
            best = fmax(best, points->at[i].log_throughput);
    for (size_t i = 0; i < points->count; i++) {
        const struct knee_point *point = &points->at[i];
        if (!is_candidate(state->params, point->level) || (point->windows == 0 && !point->suspect))
            continue;
        bool beyond = point->windows > 0 && point->log_throughput < best + log(COLLAPSE_RATIO);
        bool climbing = false;
        for (size_t j = i + 1; j < points->count && beyond; j++)
            climbing |= points->at[j].windows > 0 && points->at[j].log_throughput >= best;
        bad = (beyond && !climbing) || point->errors || point->suspect ? bad + 1 : 0;
        if (bad == 2)
            return point->level;
    }
    return UINT32_MAX;
}

uint32_t knee_climb_end(const struct knee_search_state *state)
{
    uint32_t collapse = collapse_end(state);
    uint32_t flat = flat_end(state->record, state->params->tolerance_ratio);
    return flat < collapse ? flat : collapse;
}

static void add(struct knee_search_block *block, uint32_t level)
{
    if (block->count < KNEE_BLOCK_LEVELS_MAX)
        block->levels[block->count++] = level;
}

void knee_climb_untried(const struct knee_search_state *state, struct knee_search_block *block)
{
    uint32_t end = knee_climb_end(state);
    for (size_t i = 0; i < state->params->candidates_count; i++) {
        uint32_t level = state->params->candidates[i].level;
        if (level <= end && knee_points_find(state->points, level) == SIZE_MAX)
            add(block, level);
    }
}

/* The highest level below `limit` that works, best one that always did, or SIZE_MAX. */
static size_t find_working(const struct knee_points *points, uint32_t limit)
{
    size_t found = SIZE_MAX, always = SIZE_MAX;
    for (size_t i = 0; i < points->count && points->at[i].level < limit; i++) {
        if (!knee_evidence_usable(points, i))
            continue;
        found = i;
        always = points->at[i].rejected == 0 ? i : always;
    }
    return always != SIZE_MAX ? always : found;
}

void knee_climb_doubtful(const struct knee_search_state *state, struct knee_search_block *block)
{
    const struct knee_points *points = state->points;
    size_t end = knee_points_find(points, collapse_end(state)), first = SIZE_MAX;
    bool doubtful[KNEE_LEVELS_MAX];
    for (size_t i = points->count; i > 0; i--) {
        const struct knee_point *point = &points->at[i - 1];
        bool ends = end != SIZE_MAX && (i - 1 == end || i == end) && !point->errors;
        doubtful[i - 1] = (point->suspect || (ends && point->windows < SURE_WINDOWS)) &&
                          point->windows + point->rejected < ATTEMPTS_MAX;
        first = doubtful[i - 1] ? i - 1 : first;
    }
    if (first == SIZE_MAX)
        return;
    /* It must work in between to show that the time is not to blame. */
    size_t working = find_working(points, points->at[first].level);
    if (working != SIZE_MAX)
        add(block, points->at[working].level);
    for (size_t i = points->count; i > 0; i--)
        if (doubtful[i - 1])
            add(block, points->at[i - 1].level);
}

static bool fails(const struct knee_window *window, const struct knee_window *first)
{
    double all = window->items + window->failed_items,
           first_all = first->items + first->failed_items;
    return all > 0 && first_all > 0 &&
           window->failed_items / all > first->failed_items / first_all + KNEE_ERRORS_RATIO;
}

/* The last two windows are at the highest levels so far, going up. */
static bool is_climbing(const struct knee_search_record *record)
{
    const struct knee_window *last = &record->windows[record->count - 1], *before = last - 1;
    for (const struct knee_window *window = record->windows; window < before; window++)
        if (window->level >= before->level)
            return false;
    return last->level > before->level;
}

bool knee_climb_cut(const struct knee_search_state *state)
{
    const struct knee_search_record *record = state->record;
    if (record->count < 3 || !is_climbing(record))
        return false;
    if (state->block == 0 && flat_end(record, state->params->tolerance_ratio) < UINT32_MAX)
        return true;
    double best = 0;
    for (size_t i = 0; i + 2 < record->count; i++)
        best = fmax(best, record->windows[i].throughput_per_s);
    for (size_t i = record->count - 2; i < record->count; i++) {
        const struct knee_window *window = &record->windows[i];
        /* A window without a result may be a stall: it ends nothing. */
        bool collapsed =
            window->throughput_per_s > 0 && window->throughput_per_s < COLLAPSE_RATIO * best;
        if (!window->valid || !(collapsed || fails(window, &record->windows[0])))
            return false;
    }
    return true;
}
