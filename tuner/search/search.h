/* SPDX-License-Identifier: MIT */
/* tuner/search chooses what to measure next: the loop, and the strategies that it asks.
 *
 * This file is the loop: strategy -> levels of the next block -> windows -> points -> ... ->
 * decision. The same code runs over the engine, a simulated curve and a test's fake, since it only
 * sees a source of windows. */
#ifndef KNEE_TUNER_SEARCH_SEARCH_H
#define KNEE_TUNER_SEARCH_SEARCH_H

#include "core/base/err.h"
#include "core/engine/window.h"
#include "tuner/decide/decision.h"
#include "tuner/decide/goal.h"
#include "tuner/fit/points.h"
#include "tuner/levels/candidates.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_search_params {
    const struct knee_candidate *candidates; /* ascending, the first is level 1 */
    size_t candidates_count;
    bool fixed_levels;       /* --levels: try these and nothing between them */
    uint32_t cpus;           /* c of the candidates */
    double tolerance_ratio;  /* .02 */
    bool may_use_coarser;    /* see struct knee_decision_inputs */
    double confidence_ratio; /* .95 */
    uint32_t windows_max;    /* cap; 0: only the source's budget */
    uint64_t seed;           /* of the order within blocks */
    uint32_t rule_of_thumb;  /* what a disturbed decision falls back to; 0: unknown */
    const struct knee_strategy *strategy;
    const struct knee_goal *goal; /* what else to look for; NULL: only the knee */
};

/* A source of windows. */
struct knee_search_source {
    void *context;
    /* One window at `level`. 0; 1 when the budget does not allow another one (`window` untouched);
     * -1 on an error or an interrupt. Sets everything in `window`, `block` included; what it owns
     * is the caller's. */
    int (*measure)(void *context, uint32_t block, uint32_t level, struct knee_window *window,
                   struct knee_err *err);
    /* Called with all windows so far and their fit: after each block, and again after its invalid
     * windows were repeated. May correct or invalidate windows (by its own judgement of the host),
     * and choose other lengths from then on. Returns like measure. May be NULL. */
    int (*block_end)(void *context, struct knee_window *windows, size_t count,
                     const struct knee_points *points, struct knee_err *err);
    /* The share of the budget that is spent, above 0. May be NULL: not known. */
    double (*spent_ratio)(void *context);
};

/* All windows of a search, also rejected ones. Owned by the caller: _release frees it. */
struct knee_search_record {
    struct knee_window *windows;
    size_t count, capacity;
};

void knee_search_record_release(struct knee_search_record *record); /* safe on an empty one */
/* What the window owns is the record's from then on; after a failure it is freed. */
int knee_search_record_add(struct knee_search_record *record, const struct knee_window *window,
                           struct knee_err *err);
/* A copy with windows of its own; `to` is empty before, and after a failure has a part of them. */
int knee_search_record_copy(struct knee_search_record *to, const struct knee_search_record *from,
                            struct knee_err *err);

/* What a strategy knows when it is asked. */
struct knee_search_state {
    const struct knee_search_params *params;
    const struct knee_search_record *record;
    const struct knee_points *points; /* fitted to the record, after each block */
    uint32_t block;                   /* the number of the next block */
    double windows_left;              /* about what the budget allows; INFINITY: not known */
};

#define KNEE_BLOCK_LEVELS_MAX KNEE_LEVELS_MAX

struct knee_search_block {
    uint32_t levels[KNEE_BLOCK_LEVELS_MAX]; /* in the order in which to measure them */
    size_t count;
};

struct knee_strategy {
    const char *name;
    const char *summary;  /* one line for `knee list strategies` */
    uint32_t windows_max; /* its own cap, if the budget sets none; 0: it ends by itself */
    uint32_t blocks;      /* all of the same levels, whatever they show; 0: they depend on that */
    /* The next block; an empty one ends the search. */
    void (*next)(const struct knee_search_state *state, struct knee_search_block *block);
    /* Asked after each window: true ends this block early (the climb of block 0). */
    bool (*cut)(const struct knee_search_state *state);
    void (*decide)(const struct knee_search_state *state, struct knee_decision *decision);
    /* Puts what the decision rests on in place of each level's throughput and its uncertainty, so
     * that a table of the points agrees with the decision. NULL: it rests on the points. */
    void (*describe)(const struct knee_search_state *state, struct knee_points *points);
};

const struct knee_strategy *knee_strategy_find(const char *name); /* NULL: unknown */
extern const struct knee_strategy *const knee_strategies[];       /* ends with NULL */

/* Runs until the strategy ends, the budget is gone or the source fails. Invalid windows are
 * measured again at the end of their block, at most KNEE_SEARCH_REPEATS times. `record` may hold
 * the windows of an earlier run (--resume), which count as they are. On an interrupt or an error it
 * returns -1, and `record` keeps all windows; knee_search_decide() can then still decide. */
int knee_search_run(const struct knee_search_params *params,
                    const struct knee_search_source *source, struct knee_search_record *record,
                    struct knee_decision *decision, struct knee_err *err);

#define KNEE_SEARCH_REPEATS 2

/* The decision from the record alone. Pure. */
int knee_search_decide(const struct knee_search_params *params,
                       const struct knee_search_record *record, struct knee_decision *decision,
                       struct knee_err *err);

/* The points of what is on record, as the strategy's decision sees them. Pure. */
int knee_search_points(const struct knee_search_params *params,
                       const struct knee_search_record *record, struct knee_points *points,
                       struct knee_err *err);

#endif
