/* SPDX-License-Identifier: MIT */
#include "tuner/search/refine_goal.h"

#include "tuner/decide/level.h"
#include "tuner/decide/refine.h"

#include <math.h>

/* Unusable windows are measured again only this often. */
#define ATTEMPTS_MAX 8

/* The points as levels, for the objective's score, with those that the SLOs allow. */
struct view {
    const struct knee_goal *goal;
    const struct knee_points *points;
    double tolerance_ratio;
    struct knee_level levels[KNEE_LEVELS_MAX];
    bool in[KNEE_LEVELS_MAX];
};

/* The mean latency of the items of all valid windows at `level`. */
static double latency_mean_s(const struct knee_window *windows, size_t count, uint32_t level)
{
    double items = 0, sum_s = 0;
    for (size_t i = 0; i < count; i++)
        if (windows[i].level == level && windows[i].valid && windows[i].items > 0 &&
            isfinite(windows[i].latency_mean_s)) {
            items += windows[i].items;
            sum_s += windows[i].items * windows[i].latency_mean_s;
        }
    return sum_s / items;
}

static void look_at_levels(struct view *view, const struct knee_evidence *evidence,
                           const struct knee_window *windows, size_t count, double confidence_ratio)
{
    const struct knee_points *points = evidence->points;
    size_t first = knee_points_find(points, 1);
    view->tolerance_ratio = 1 - exp(evidence->target);
    for (size_t i = 0; i < points->count; i++) {
        const struct knee_point *point = &points->at[i];
        struct knee_level *level = &view->levels[i];
        double log_first = first == SIZE_MAX ? NAN : points->at[first].log_throughput;
        *level = (struct knee_level){.level = point->level,
                                     .windows = point->windows,
                                     .throughput_per_s = exp(point->log_throughput)};
        level->parallel_efficiency = exp(point->log_throughput - log_first) / point->level;
        level->latency_mean_s = latency_mean_s(windows, count, point->level);
        view->in[i] = knee_evidence_usable(points, i) &&
                      knee_goal_met(view->goal, point->level, confidence_ratio, windows, count);
    }
}

/* May a level in the gap above `at` be a better choice than `chosen`? */
static bool gap_matters(const struct view *view, size_t at, size_t chosen)
{
    const struct knee_level *below = &view->levels[at], *above = &view->levels[at + 1];
    const struct knee_goal_objective *objective = knee_goal_objective(view->goal);
    if (knee_refine_closed(below->level, above->level) || above->windows == 0)
        return false;
    /* Below the choice: a smaller level would do as well. */
    if (at < chosen)
        return at + 1 == chosen && view->in[at] && !objective->uses_min_efficiency;
    if (!objective->within_tolerance)
        return at == chosen;
    /* At the edge of the SLOs: a level beyond the highest allowed one may be faster. */
    double faster = fmax(below->throughput_per_s, above->throughput_per_s);
    return view->in[at] && !view->in[at + 1] &&
           faster * (1 - view->tolerance_ratio) > view->levels[chosen].throughput_per_s;
}

/* The level above the highest that meets the SLOs. */
static size_t find_edge(const struct view *view)
{
    size_t edge = 0;
    for (size_t i = 0; i < view->points->count; i++)
        if (view->in[i])
            edge = i + 1;
    return edge;
}

/* The choice, its neighbours, and those at the edge: two windows rarely prove that an SLO is met.
 */
static size_t add_rests(const struct view *view, size_t chosen, uint32_t *levels)
{
    size_t count = 0, edge = find_edge(view);
    for (size_t i = 0; i < view->points->count && count < KNEE_AIM_MAX; i++) {
        const struct knee_point *point = &view->points->at[i];
        bool rests = (i + 1 >= chosen && i <= chosen + 1) ||
                     (view->goal->slos_count > 0 && i + 1 >= edge && i <= edge);
        if (rests && point->windows < KNEE_CLAIM_WINDOWS &&
            point->windows + point->rejected < ATTEMPTS_MAX)
            levels[count++] = point->level;
    }
    return count;
}

/* Nothing is chosen: levels that seem to meet the SLOs, from too few windows to say so; else the
 * lowest ones. */
static size_t add_likely(const struct view *view, const struct knee_window *windows, size_t count,
                         double confidence_ratio, uint32_t *levels)
{
    size_t found = 0;
    for (size_t i = view->points->count; i > 0 && found < KNEE_AIM_MAX; i--) {
        const struct knee_point *point = &view->points->at[i - 1];
        bool likely = knee_evidence_usable(view->points, i - 1) &&
                      point->windows < KNEE_CLAIM_WINDOWS &&
                      point->windows + point->rejected < ATTEMPTS_MAX;
        for (size_t s = 0; s < view->goal->slos_count && likely; s++) {
            const struct knee_slo *slo = &view->goal->slos[s];
            likely = knee_slo_judge(slo, point->level, confidence_ratio, windows, count).value <=
                     slo->limit;
        }
        if (likely)
            levels[found++] = point->level;
    }
    return found > 0 ? found : add_rests(view, 0, levels);
}

size_t knee_refine_goal(const struct knee_goal *goal, const struct knee_evidence *evidence,
                        const struct knee_window *windows, size_t count, double confidence_ratio,
                        bool fixed_levels, uint32_t *levels)
{
    struct view view = {.goal = goal, .points = evidence->points};
    size_t found = 0;
    if (!goal || knee_goal_is_default(goal) || evidence->pick == KNEE_EVIDENCE_NONE)
        return 0;
    windows += evidence->points->earlier; /* those before say nothing of what lasts */
    count -= evidence->points->earlier;
    look_at_levels(&view, evidence, windows, count, confidence_ratio);
    size_t chosen =
        knee_goal_pick(goal, view.tolerance_ratio, view.levels, view.in, evidence->points->count);
    if (chosen == SIZE_MAX)
        return add_likely(&view, windows, count, confidence_ratio, levels);
    for (size_t i = 0; !fixed_levels && i + 1 < evidence->points->count; i++)
        if (found < KNEE_AIM_MAX && gap_matters(&view, i, chosen))
            levels[found++] = knee_refine_middle(view.levels[i].level, view.levels[i + 1].level);
    return found > 0 ? found : add_rests(&view, chosen, levels);
}
