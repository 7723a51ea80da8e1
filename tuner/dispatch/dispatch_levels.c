/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/dispatch_levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL_WINDOWS 2 /* a level with fewer windows is not called the best */
#define BEST_WITHIN .02 /* the smallest level within this of the best one */

static struct knee_run_level *level_of(struct knee_dispatch *run, uint32_t level, size_t *place)
{
    size_t at = 0;
    while (at < run->levels_count && run->levels[at].level < level)
        at++;
    *place = at;
    if (at < run->levels_count && run->levels[at].level == level)
        return &run->levels[at];
    if (run->levels_count == run->levels_room) {
        size_t room = 2 * run->levels_room + 32;
        void *grown = realloc(run->levels, room * sizeof *run->levels);
        if (grown)
            run->levels = grown;
        void *squares =
            grown ? realloc(run->level_squares, room * sizeof *run->level_squares) : NULL;
        if (!squares)
            return NULL;
        run->level_squares = squares;
        run->levels_room = room;
    }
    size_t after = run->levels_count - at;
    memmove(&run->levels[at + 1], &run->levels[at], after * sizeof *run->levels);
    memmove(&run->level_squares[at + 1], &run->level_squares[at], after * sizeof(double));
    run->levels_count++;
    run->level_squares[at] = 0.;
    run->levels[at] = (struct knee_run_level){.level = level};
    return &run->levels[at];
}

void knee_dispatch_levels_add(struct knee_dispatch *run, double length_s, double work)
{
    size_t at;
    struct knee_run_level *level = level_of(run, run->limit, &at);
    if (!level)
        return;
    double throughput = work / length_s;
    level->time_s += length_s;
    level->windows++;
    level->items += work;
    level->ended += run->window.ended;
    level->throughput_per_s = level->items / level->time_s;
    run->level_squares[at] += throughput * throughput;
}

void knee_dispatch_levels_finish(struct knee_dispatch *run)
{
    for (size_t i = 0; i < run->levels_count; i++) {
        struct knee_run_level *level = &run->levels[i];
        double count = level->windows, mean = level->throughput_per_s;
        double variance = run->level_squares[i] / count - mean * mean;
        level->throughput_cv =
            count > 1. && mean > 0. ? sqrt(fmax(0., variance) * count / (count - 1.)) / mean : NAN;
    }
}

static const struct knee_run_level *find_level(const struct knee_dispatch *run, uint32_t level)
{
    for (size_t i = 0; i < run->levels_count; i++)
        if (run->levels[i].level == level)
            return &run->levels[i];
    return NULL;
}

uint32_t knee_dispatch_levels_best(const struct knee_dispatch *run, uint32_t last)
{
    double most = 0.;
    for (size_t i = 0; i < run->levels_count; i++)
        if (run->levels[i].windows >= LEVEL_WINDOWS)
            most = fmax(most, run->levels[i].throughput_per_s);
    for (size_t i = 0; i < run->levels_count && most > 0.; i++)
        if (run->levels[i].windows >= LEVEL_WINDOWS &&
            run->levels[i].throughput_per_s >= (1. - BEST_WITHIN) * most)
            return run->levels[i].level;
    return last;
}

double knee_dispatch_levels_ratio(const struct knee_dispatch *run, uint32_t level, uint32_t best)
{
    const struct knee_run_level *one = find_level(run, level);
    const struct knee_run_level *at = find_level(run, best);
    return one && at && at->throughput_per_s > 0. ? one->throughput_per_s / at->throughput_per_s
                                                  : NAN;
}
