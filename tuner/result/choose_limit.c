/* SPDX-License-Identifier: MIT */
#include "tuner/result/choose_limit.h"

#include "tuner/decide/evidence.h"
#include "tuner/decide/refine.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdlib.h>

/* When nothing says how many windows more would settle a goal. */
#define MORE_WINDOWS 20

static struct knee_slo_judgement judge_slo(const struct knee_workload_result *result,
                                           const struct knee_slo *slo, uint32_t level)
{
    return knee_slo_judge(slo, level, knee_decision_confidence(&result->decision), result->windows,
                          result->windows_count);
}

/* How far a level is from meeting an SLO: 1 is just there. Of too few windows only the value is
 * known. */
static double distance(const struct knee_slo *slo, const struct knee_slo_judgement *judgement)
{
    if (slo->limit > 0)
        return (isinf(judgement->upper) && isfinite(judgement->value) ? judgement->value
                                                                      : judgement->upper) /
               slo->limit;
    return judgement->met ? 0 : isnan(judgement->value) ? INFINITY : 1 + judgement->value;
}

/* The SLO that `level` is furthest from meeting. */
static const struct knee_slo *worst_slo(const struct knee_workload_result *result, uint32_t level,
                                        double *worst)
{
    const struct knee_slo *found = &result->goal.slos[0];
    *worst = -1;
    for (size_t i = 0; i < result->goal.slos_count; i++) {
        const struct knee_slo *slo = &result->goal.slos[i];
        struct knee_slo_judgement judgement = judge_slo(result, slo, level);
        double is = distance(slo, &judgement);
        if (is > *worst) {
            *worst = is;
            found = slo;
        }
    }
    return found;
}

static uint32_t find_closest(const struct knee_workload_result *result)
{
    uint32_t found = 0;
    double least = INFINITY;
    for (size_t i = 0; i < result->levels_count; i++) {
        const struct knee_level *level = &result->levels[i];
        double worst;
        worst_slo(result, level->level, &worst);
        if (level->windows > 0 && (found == 0 || worst < least)) {
            least = worst;
            found = level->level;
        }
    }
    return found;
}

/* Is `level` shown to miss an SLO? */
static bool is_missed(const struct knee_workload_result *result, uint32_t level)
{
    for (size_t i = 0; i < result->goal.slos_count; i++)
        if (judge_slo(result, &result->goal.slos[i], level).missed)
            return true;
    return false;
}

/* The levels that seem to meet the SLOs, though that is not shown. false: there is none. */
static bool find_likely(const struct knee_workload_result *result, bool *in)
{
    bool any = false;
    for (size_t i = 0; i < result->levels_count; i++) {
        const struct knee_level *level = &result->levels[i];
        in[i] = knee_diagnosis_usable(level);
        for (size_t s = 0; s < result->goal.slos_count && in[i]; s++)
            in[i] = judge_slo(result, &result->goal.slos[s], level->level).value <=
                    result->goal.slos[s].limit;
        any |= in[i];
    }
    return any;
}

/* Every level that was measured is shown to miss an SLO. */
static bool all_are_missed(const struct knee_workload_result *result)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (knee_diagnosis_usable(&result->levels[i]) &&
            !is_missed(result, result->levels[i].level))
            return false;
    return true;
}

/* The level that the objective takes of those with `in`; 0: none has a score. */
static uint32_t pick_level(const struct knee_workload_result *result, const bool *in)
{
    size_t at = knee_goal_pick(&result->goal, knee_decision_tolerance(&result->decision),
                               result->levels, in, result->levels_count);
    return at == SIZE_MAX ? 0 : result->levels[at].level;
}

static struct knee_choice_value read_value(const struct knee_workload_result *result,
                                           uint32_t level)
{
    double worst;
    const struct knee_slo *slo = worst_slo(result, level, &worst);
    return (struct knee_choice_value){
        .level = level, .slo = *slo, .judgement = judge_slo(result, slo, level)};
}

/* How far the level is from meeting the SLOs; and the lowest, if none meets them. */
static void set_closest(struct knee_workload_result *result, uint32_t level)
{
    struct knee_choice_value value = read_value(result, level);
    result->choice.slo = value.slo;
    result->choice.judgement = value.judgement;
    if (result->choice.kind != KNEE_CHOICE_CLOSEST)
        return;
    for (size_t i = 0; i < result->levels_count; i++) {
        value = read_value(result, result->levels[i].level);
        if (result->levels[i].windows > 0 && !isnan(value.judgement.value)) {
            result->choice.lowest = value;
            return;
        }
    }
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
        if (i == at || !knee_evidence_usable(points, i) || is_missed(result, points->at[i].level))
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

int knee_choose_limit(struct knee_workload_result *result, struct knee_err *err)
{
    struct knee_decision *decision = &result->decision;
    bool decided = decision->verdict != KNEE_VERDICT_DISTURBED && decision->knee > 0;
    int status = 0;
    if (knee_goal_is_default(&result->goal) || !decided)
        return 0;
    bool *in = calloc(result->levels_count + 1, sizeof *in);
    bool *likely = calloc(result->levels_count + 1, sizeof *likely);
    if (!in || !likely) {
        status = knee_err_memory(err, "objective");
        goto out;
    }
    for (size_t i = 0; i < result->levels_count; i++)
        in[i] = knee_diagnosis_usable(&result->levels[i]) &&
                knee_goal_met(&result->goal, result->levels[i].level,
                              knee_decision_confidence(&result->decision), result->windows,
                              result->windows_count);
    uint32_t limit = choose_among(result, in, KNEE_CHOICE_SCORED);
    if (limit == 0 && find_likely(result, likely))
        limit = choose_among(result, likely, KNEE_CHOICE_OPEN);
    if (limit == 0) {
        limit = find_closest(result);
        result->choice.kind = all_are_missed(result) ? KNEE_CHOICE_CLOSEST : KNEE_CHOICE_OPEN;
    }
    if (result->goal.slos_count > 0)
        result->slo = result->choice.kind == KNEE_CHOICE_CLOSEST ? KNEE_SLO_STATE_UNMET
                      : result->choice.kind == KNEE_CHOICE_OPEN  ? KNEE_SLO_STATE_OPEN
                                                                 : KNEE_SLO_STATE_MET;
    if (limit > 0) {
        decision->limit = limit;
        decision->uses_coarser = false;
        if (result->goal.slos_count > 0)
            set_closest(result, limit);
        status = set_verdict(result, err);
        mark_levels(result, in);
    }
out:
    free(likely);
    free(in);
    return status;
}
