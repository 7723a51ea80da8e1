/* SPDX-License-Identifier: MIT */
/* What makes a level the recommended one. A new objective is one line in the table. Pure.
 *
 * Knee and peak are facts about the curve; the limit is chosen under an objective, among the levels
 * that do not fail and that meet every SLO. */
#ifndef KNEE_TUNER_DECIDE_GOAL_H
#define KNEE_TUNER_DECIDE_GOAL_H

#include "tuner/decide/slo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SLOS_MAX 8
#define KNEE_MIN_EFFICIENCY_RATIO .5

struct knee_level;
struct knee_goal;

/* An objective: the level with the best score is taken or, with `within_tolerance`, the smallest
 * level within the tolerance of it. A score of NAN: the level is out. */
struct knee_goal_objective {
    const char *name;
    const char *summary;   /* one line for `knee list objectives` */
    const char *aim;       /* in a sentence: "the most throughput per latency" */
    bool within_tolerance; /* a level within the tolerance of the best is as good */
    bool uses_min_efficiency;
    double (*score)(const struct knee_level *level, const struct knee_goal *goal);
};

extern const struct knee_goal_objective
    knee_goal_objectives[]; /* the first is the default; ends with NULL */

const struct knee_goal_objective *knee_goal_objective_find(const char *name); /* NULL: unknown */

/* The user's choice. With `min_efficiency_ratio` set and the rest zeroed, it is the default. */
struct knee_goal {
    const struct knee_goal_objective *objective; /* NULL: the default */
    double min_efficiency_ratio;                 /* of the objective `efficiency` */
    struct knee_slo slos[KNEE_SLOS_MAX];
    size_t slos_count;
};

const struct knee_goal_objective *knee_goal_objective(const struct knee_goal *goal);
bool knee_goal_is_default(const struct knee_goal *goal); /* throughput, and no SLO */

/* Does `level` meet every SLO, by its valid windows? */
bool knee_goal_met(const struct knee_goal *goal, uint32_t level, double confidence_ratio,
                   const struct knee_window *windows, size_t count);

/* The index of the level that the objective takes of those with `in`: the smallest whose score is
 * within `tolerance_ratio` of the best if the objective has a tolerance, else the best. SIZE_MAX:
 * none has a score. */
size_t knee_goal_pick(const struct knee_goal *goal, double tolerance_ratio,
                      const struct knee_level *levels, const bool *in, size_t count);

/* Adds an SLO as written; -1 with KNEE_USAGE if it is wrong, or one too many. */
int knee_goal_add_slo(struct knee_goal *goal, const char *what, const char *text,
                      struct knee_err *err);

/* The SLOs for people ("p99 <= 50 ms, errors <= 1 %"), and as written ("p99=50ms,errors=1%"). ""
 * for none. Return `text`. */
bool knee_goal_needs_latencies(const struct knee_goal *goal); /* windows must keep them */
const char *knee_goal_slo_phrase(const struct knee_goal *goal, char *text, size_t text_bytes);
const char *knee_goal_slo_text(const struct knee_goal *goal, char *text, size_t text_bytes);

#endif
