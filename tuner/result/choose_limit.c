/* SPDX-License-Identifier: MIT */
#include "tuner/result/choose_limit.h"

#include "tuner/decide/evidence.h"
#include "tuner/decide/refine.h"
#include "tuner/result/diagnosis.h"
#include "tuner/result/slo_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* When nothing says how many windows more would settle a goal. */
#define MORE_WINDOWS 20

/* The level that the objective takes of those with `in`; 0: none has a score. */
static uint32_t pick_level(const struct knee_workload_result *result, const bool *in)
{
    size_t at = knee_goal_pick(&result->goal, knee_decision_tolerance(&result->decision),
                               result->levels, in, result->levels_count);
    return at == SIZE_MAX ? 0 : result->levels[at].level;
}

/* The claims about a level that the goal chose, at the decision's confidence: it meets the SLOs,
 * no level that may meet them is better by more than the tolerance, and no smaller one would do.
 * Under another objective than throughput: its neighbours were measured, and the search proved what
 * it set out to. */
static bool is_settled(const struct knee_workload_result *result,
                       const struct knee_evidence *evidence, size_t at)
{
    const struct knee_points *points = evidence->points;
    const struct knee_decision *decision = &result->decision;
    double better = -evidence->target + evidence->indifference, risk = 0;
    size_t below = SIZE_MAX, above = SIZE_MAX;
    for (size_t i = 0; i < points->count; i++)
        if (knee_evidence_usable(points, i)) {
            below = i < at ? i : below;
            above = i > at && above == SIZE_MAX ? i : above;
        }
    if (!knee_goal_objective(&result->goal)->within_tolerance)
        return decision->why.kind != KNEE_DECISION_UNTRIED &&
               points->at[at].windows >= KNEE_CLAIM_WINDOWS &&
               (below == SIZE_MAX ||
                knee_refine_closed(points->at[below].level, points->at[at].level)) &&
               (above == SIZE_MAX ||
                knee_refine_closed(points->at[at].level, points->at[above].level));
    /* A gap above it may hide a better one, unless it is at full speed anyway. */
    bool full = decision->verdict == KNEE_VERDICT_RESOLVED && decision->knee == decision->limit;
    bool edge_open = above != SIZE_MAX && !full &&
                     !knee_refine_closed(points->at[at].level, points->at[above].level);
    for (size_t i = 0; i < points->count; i++) {
        if (i == at || !knee_evidence_usable(points, i) ||
            knee_slo_choice_is_missed(result, points->at[i].level))
            continue;
        risk += knee_evidence_risk(evidence, i, at, better);
        if (i < at)
            risk += knee_evidence_risk(evidence, i, at, evidence->target + evidence->indifference);
    }
    return points->df > 0 && !edge_open && points->at[at].windows >= KNEE_CLAIM_WINDOWS &&
           risk <= evidence->risk_allowed;
}

/* The bound proven for a limit that the goal chose; none, if none was for the knee. The verdict is
 * then about this limit, not the knee. */
static int set_verdict(struct knee_workload_result *result, struct knee_err *err)
{
    struct knee_decision *decision = &result->decision;
    struct knee_evidence evidence;
    struct knee_points *points = malloc(sizeof *points);
    if (!points)
        return knee_err_memory(err, "objective");
    int status = knee_points_fit(points, result->windows, result->windows_count, err);
    size_t at = status == 0 ? knee_points_find(points, decision->limit) : SIZE_MAX;
    bool scored = result->choice.kind == KNEE_CHOICE_SCORED;
    if (at != SIZE_MAX && points->at[at].windows > 0) {
        knee_evidence_weigh(&evidence, points, knee_decision_tolerance(decision),
                            knee_decision_confidence(decision));
        if (decision->limit != decision->knee && !isnan(decision->bound_ratio))
            decision->bound_ratio = knee_evidence_bound(&evidence, at);
        result->choice.settled = scored && is_settled(result, &evidence, at);
        decision->thin =
            !result->choice.settled && points->at[at].windows < KNEE_DECISION_WINDOWS_MIN;
    }
    free(points);
    /* The search's proof about the knee says nothing about another level; a level that misses the
     * SLOs is as settled as the search. */
    if (scored || result->choice.kind == KNEE_CHOICE_OPEN) {
        decision->verdict =
            result->choice.settled ? KNEE_VERDICT_RESOLVED : KNEE_VERDICT_UNRESOLVED;
        if (!result->choice.settled && decision->windows_more == 0)
            decision->windows_more = MORE_WINDOWS;
    }
    return status;
}

static void mark_levels(struct knee_workload_result *result, const bool *in)
{
    for (size_t i = 0; i < result->levels_count; i++) {
        struct knee_level *level = &result->levels[i];
        level->marks |= in[i] && result->goal.slos_count > 0 ? KNEE_MARK_SLO : 0;
    }
    knee_workload_result_mark_limit(result);
}

/* The smallest level with `in`; 0: none has it. */
static uint32_t smallest(const struct knee_workload_result *result, const bool *in)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (in[i])
            return result->levels[i].level;
    return 0;
}

/* The limit among those with `in`; 0: there is none. */
static uint32_t choose_among(struct knee_workload_result *result, const bool *in,
                             enum knee_choice_kind kind)
{
    uint32_t chosen = pick_level(result, in);
    result->choice.kind = chosen == 0 && kind == KNEE_CHOICE_SCORED ? KNEE_CHOICE_SMALLEST : kind;
    return chosen ? chosen : smallest(result, in);
}

static bool has_valid(const struct knee_workload_result *result, uint32_t level)
{
    for (size_t i = 0; i < result->windows_count; i++)
        if (result->windows[i].level == level && result->windows[i].valid)
            return true;
    return false;
}

/* The same result, if rejected windows count at levels that have no others. It borrows all but its
 * windows and levels, which are the caller's to free. */
static int see_rejected(struct knee_workload_result *seen,
                        const struct knee_workload_result *result, struct knee_err *err)
{
    *seen = *result;
    seen->windows = calloc(result->windows_count + 1, sizeof *seen->windows);
    seen->levels = calloc(result->levels_count + 1, sizeof *seen->levels);
    if (!seen->windows || !seen->levels)
        return knee_err_memory(err, "objective");
    memcpy(seen->windows, result->windows, result->windows_count * sizeof *seen->windows);
    memcpy(seen->levels, result->levels, result->levels_count * sizeof *seen->levels);
    for (size_t i = 0; i < seen->levels_count; i++) {
        struct knee_level *row = &seen->levels[i];
        bool none = !has_valid(result, row->level);
        for (size_t w = 0; none && w < seen->windows_count; w++)
            if (seen->windows[w].level == row->level)
                seen->windows[w].valid = !(seen->windows[w].reasons & KNEE_WINDOW_WORTHLESS);
        row->windows = has_valid(seen, row->level) ? 1 : 0;
        row->throughput_per_s = knee_workload_result_seen_per_s(row);
    }
    return 0;
}

/* In place of the rule of thumb or a guess, if that was seen to miss an SLO; `likely` has room for
 * all levels. */
static void replace_guess(struct knee_workload_result *result, struct knee_workload_result *seen,
                          bool *likely)
{
    uint32_t use = knee_workload_result_suggested(result);
    const struct knee_level *row = knee_workload_result_at(seen, use);
    result->choice.current_misses = knee_slo_choice_is_missed(seen, result->current);
    seen->choice = result->choice;
    bool none = knee_slo_choice_closest(seen) > 0 && knee_slo_choice_all_missed(seen);
    bool misses = row && knee_diagnosis_usable(row) && knee_slo_choice_is_missed(seen, use);
    if (!none && !misses)
        return;
    uint32_t limit = 0;
    if (!none && knee_slo_choice_likely(seen, likely))
        limit = choose_among(seen, likely, KNEE_CHOICE_OPEN);
    if (limit == 0)
        limit = knee_slo_choice_closest(seen);
    seen->choice.kind = none ? KNEE_CHOICE_CLOSEST : KNEE_CHOICE_OPEN;
    knee_slo_choice_describe(seen, limit);
    result->choice = seen->choice;
    result->slo = none ? KNEE_SLO_STATE_UNMET : KNEE_SLO_STATE_OPEN;
    result->decision.limit = limit;
}

static int choose_seen(struct knee_workload_result *result, struct knee_err *err)
{
    struct knee_workload_result seen = {.windows = NULL};
    bool *likely = calloc(result->levels_count + 1, sizeof *likely);
    int status = likely ? see_rejected(&seen, result, err) : knee_err_memory(err, "objective");
    if (status == 0) {
        replace_guess(result, &seen, likely);
        knee_workload_result_mark_limit(result);
    }
    free(seen.levels);
    free(seen.windows);
    free(likely);
    return status;
}

int knee_choose_limit(struct knee_workload_result *result, struct knee_err *err)
{
    struct knee_decision *decision = &result->decision;
    bool decided = decision->verdict != KNEE_VERDICT_DISTURBED && decision->knee > 0;
    int status = 0;
    if (knee_goal_is_default(&result->goal))
        return 0;
    if (!decided)
        return result->goal.slos_count > 0 ? choose_seen(result, err) : 0;
    bool *in = calloc(result->levels_count + 1, sizeof *in);
    bool *likely = calloc(result->levels_count + 1, sizeof *likely);
    if (!in || !likely) {
        status = knee_err_memory(err, "objective");
        goto out;
    }
    for (size_t i = 0; i < result->levels_count; i++)
        in[i] = knee_diagnosis_usable(&result->levels[i]) &&
                knee_goal_met(&result->goal, result->levels[i].level,
                              knee_decision_confidence(&result->decision),
                              result->windows + result->earlier,
                              result->windows_count - result->earlier);
    result->choice.current_misses = knee_slo_choice_is_missed(result, result->current);
    uint32_t limit = choose_among(result, in, KNEE_CHOICE_SCORED);
    if (limit == 0 && knee_slo_choice_likely(result, likely))
        limit = choose_among(result, likely, KNEE_CHOICE_OPEN);
    if (limit == 0) {
        limit = knee_slo_choice_closest(result);
        result->choice.kind =
            knee_slo_choice_all_missed(result) ? KNEE_CHOICE_CLOSEST : KNEE_CHOICE_OPEN;
    }
    if (result->goal.slos_count > 0)
        result->slo = result->choice.kind == KNEE_CHOICE_CLOSEST ? KNEE_SLO_STATE_UNMET
                      : result->choice.kind == KNEE_CHOICE_OPEN  ? KNEE_SLO_STATE_OPEN
                                                                 : KNEE_SLO_STATE_MET;
    if (limit > 0) {
        decision->limit = limit;
        decision->uses_coarser = false;
        if (result->goal.slos_count > 0)
            knee_slo_choice_describe(result, limit);
        status = set_verdict(result, err);
        mark_levels(result, in);
    }
out:
    free(likely);
    free(in);
    return status;
}
