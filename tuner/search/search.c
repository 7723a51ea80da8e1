/* SPDX-License-Identifier: MIT */
#include "core/base/array.h"
#include "tuner/search/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The state of one run. */
struct search_run {
    const struct knee_search_params *params;
    const struct knee_search_source *source;
    struct knee_search_record *record;
    struct knee_points *points;
    struct knee_search_block *block;
    uint32_t block_number;
};

void knee_search_record_release(struct knee_search_record *record)
{
    knee_window_free_all(record->windows, record->count);
    *record = (struct knee_search_record){0};
}

int knee_search_record_add(struct knee_search_record *record, const struct knee_window *window,
                           struct knee_err *err)
{
    if (record->count == record->capacity) {
        size_t capacity = record->capacity ? 2 * record->capacity : 256;
        struct knee_window *windows = knee_array_resize(record->windows, capacity, sizeof *windows);
        if (!windows) {
            free(window->rare);
            return knee_err_memory(err, "search");
        }
        record->windows = windows;
        record->capacity = capacity;
    }
    record->windows[record->count++] = *window;
    return 0;
}

int knee_search_record_copy(struct knee_search_record *to, const struct knee_search_record *from,
                            struct knee_err *err)
{
    for (size_t i = 0; i < from->count; i++) {
        struct knee_window window;
        if (knee_window_copy(&window, &from->windows[i], err) ||
            knee_search_record_add(to, &window, err))
            return -1;
    }
    return 0;
}

static double windows_left(const struct search_run *run)
{
    double left = INFINITY, count = (double)run->record->count;
    if (run->params->windows_max > 0)
        left = fmax(run->params->windows_max - count, 0);
    if (run->source && run->source->spent_ratio && count > 0) {
        double spent = run->source->spent_ratio(run->source->context);
        left = fmin(left, count * fmax(1 / spent - 1, 0));
    }
    return left;
}

static struct knee_search_state state_of(const struct search_run *run)
{
    return (struct knee_search_state){.params = run->params,
                                      .record = run->record,
                                      .points = run->points,
                                      .block = run->block_number,
                                      .windows_left = windows_left(run)};
}

/* Returns like knee_search_source.measure. */
static int measure_level(struct search_run *run, uint32_t level, struct knee_err *err)
{
    struct knee_window window = {0};
    if (run->params->windows_max > 0 && run->record->count >= run->params->windows_max)
        return 1;
    int status = run->source->measure(run->source->context, run->block_number, level, &window, err);
    if (status != 0)
        return status;
    return knee_search_record_add(run->record, &window, err);
}

static int end_block(struct search_run *run, struct knee_err *err)
{
    struct knee_search_record *record = run->record;
    if (knee_points_fit(run->points, record->windows, record->count, err))
        return -1;
    if (!run->source->block_end)
        return 0;
    int status = run->source->block_end(run->source->context, record->windows, record->count,
                                        run->points, err);
    /* It may have changed which windows are valid. */
    if (status >= 0 && knee_points_fit(run->points, record->windows, record->count, err))
        return -1;
    return status;
}

/* Measures the invalid windows from `first` on again. */
static int repeat_windows(struct search_run *run, size_t first, struct knee_err *err)
{
    size_t end = run->record->count;
    for (size_t i = first; i < end; i++) {
        if (run->record->windows[i].valid)
            continue;
        int status = measure_level(run, run->record->windows[i].level, err);
        if (status != 0)
            return status;
    }
    return 0;
}

static int run_block(struct search_run *run, struct knee_err *err)
{
    size_t first = run->record->count;
    for (size_t i = 0; i < run->block->count; i++) {
        int status = measure_level(run, run->block->levels[i], err);
        if (status != 0)
            return status;
        struct knee_search_state state = state_of(run);
        if (run->params->strategy->cut && run->params->strategy->cut(&state))
            break;
    }
    for (int repeats = 0;; repeats++) {
        size_t end = run->record->count;
        int status = end_block(run, err);
        if (status != 0 || repeats == KNEE_SEARCH_REPEATS)
            return status;
        status = repeat_windows(run, first, err);
        if (status != 0 || run->record->count == end)
            return status;
        first = end;
    }
}

static void make_decision(const struct search_run *run, struct knee_decision *decision)
{
    struct knee_search_state state = state_of(run);
    run->params->strategy->decide(&state, decision);
}

static int run_search(struct search_run *run, struct knee_decision *decision, struct knee_err *err)
{
    struct knee_search_record *record = run->record;
    int status = 0;
    for (size_t i = 0; i < record->count; i++)
        if (record->windows[i].block >= run->block_number)
            run->block_number = record->windows[i].block + 1;
    while (status == 0) {
        if (knee_points_fit(run->points, record->windows, record->count, err))
            return -1;
        struct knee_search_state state = state_of(run);
        run->block->count = 0;
        run->params->strategy->next(&state, run->block);
        if (run->block->count == 0)
            break;
        status = run_block(run, err);
        run->block_number++;
    }
    if (status < 0 || knee_points_fit(run->points, record->windows, record->count, err))
        return -1;
    make_decision(run, decision);
    return 0;
}

static int search_run_init(struct search_run *run, struct knee_err *err)
{
    run->points = malloc(sizeof *run->points);
    run->block = malloc(sizeof *run->block);
    if (run->points && run->block)
        return 0;
    return knee_err_memory(err, "search");
}

static void search_run_release(struct search_run *run)
{
    free(run->points);
    free(run->block);
}

int knee_search_run(const struct knee_search_params *params,
                    const struct knee_search_source *source, struct knee_search_record *record,
                    struct knee_decision *decision, struct knee_err *err)
{
    struct search_run run = {.params = params, .source = source, .record = record};
    int status = search_run_init(&run, err);
    if (status == 0)
        status = run_search(&run, decision, err);
    search_run_release(&run);
    return status;
}

int knee_search_decide(const struct knee_search_params *params,
                       const struct knee_search_record *record, struct knee_decision *decision,
                       struct knee_err *err)
{
    struct knee_search_record copy = *record; /* read only, but a run may write its own */
    struct search_run run = {.params = params, .record = &copy};
    int status = search_run_init(&run, err);
    if (status == 0)
        status = knee_points_fit(run.points, record->windows, record->count, err);
    if (status == 0)
        make_decision(&run, decision);
    search_run_release(&run);
    return status;
}

int knee_search_points(const struct knee_search_params *params,
                       const struct knee_search_record *record, struct knee_points *points,
                       struct knee_err *err)
{
    struct knee_search_record copy = *record;
    struct search_run run = {.params = params, .record = &copy};
    int status = search_run_init(&run, err);
    if (status == 0)
        status = knee_points_fit(run.points, record->windows, record->count, err);
    if (status == 0) {
        struct knee_search_state state = state_of(&run);
        *points = *run.points;
        if (params->strategy->describe)
            params->strategy->describe(&state, points);
    }
    search_run_release(&run);
    return status;
}
