/* SPDX-License-Identifier: MIT */
#include "tuner/result/choose_limit.h"

#include "tuner/decide/evidence.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Where no level is proven to meet the SLOs: those that seem to, from too few windows. */
static bool find_likely(const struct knee_workload_result *result, bool *in)
{
    bool any = false;
    for (size_t i = 0; i < result->levels_count; i++) {
        const struct knee_level *level = &result->levels[i];
        double worst;
        worst_slo(result, level->level, &worst);
        in[i] = knee_diagnosis_usable(level) && level->windows < KNEE_SLO_WINDOWS_MIN && worst <= 1;
        any |= in[i];
    }
    return any;
}

/* The level that the objective takes of those with `in`; 0 where none has a score. */
static uint32_t pick_level(const struct knee_workload_result *result, const bool *in)
{
    size_t at = knee_goal_pick(&result->goal, knee_decision_tolerance(&result->decision),
                               result->levels, in, result->levels_count);
    return at == SIZE_MAX ? 0 : result->levels[at].level;
}

/* What is known of the level that comes closest. */
static void set_closest(struct knee_workload_result *result, uint32_t level)
{
    double worst;
    result->choice.slo = *worst_slo(result, level, &worst);
    result->choice.judgement = judge_slo(result, &result->choice.slo, level);
}

/* What is proven of another limit than the knee; nothing, where nothing was of the knee. */
static int set_bound(struct knee_workload_result *result, struct knee_err *err)
{
    struct knee_decision *decision = &result->decision;
    struct knee_evidence evidence;
    struct knee_points *points = malloc(sizeof *points);
    if (!points)
        return knee_err_set(err, KNEE_FAILED, "objective: out of memory; end other programs");
    int status = knee_points_fit(points, result->windows, result->windows_count, err);
    size_t at = status == 0 ? knee_points_find(points, decision->limit) : SIZE_MAX;
    if (at != SIZE_MAX && points->at[at].windows > 0) {
        knee_evidence_weigh(&evidence, points, decision->tolerance_ratio,
                            knee_decision_confidence(&result->decision));
        decision->bound_ratio = knee_evidence_bound(&evidence, at);
    }
    free(points);
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

int knee_choose_limit(struct knee_workload_result *result, struct knee_err *err)
{
    struct knee_decision *decision = &result->decision;
    uint32_t before = decision->limit;
    int status = 0;
    bool decided = decision->verdict != KNEE_VERDICT_DISTURBED && decision->knee > 0;
    if (knee_goal_is_default(&result->goal) || !decided)
        return 0;
    bool *in = calloc(result->levels_count + 1, sizeof *in);
    if (!in)
        return knee_err_set(err, KNEE_FAILED, "objective: out of memory; end other programs");
    for (size_t i = 0; i < result->levels_count; i++)
        in[i] = knee_diagnosis_usable(&result->levels[i]) &&
                knee_goal_met(&result->goal, result->levels[i].level,
                              knee_decision_confidence(&result->decision), result->windows,
                              result->windows_count);
    uint32_t chosen = pick_level(result, in), first = smallest(result, in);
    bool likely = false;
    if (result->goal.slos_count > 0)
        result->slo = first > 0 ? KNEE_SLO_STATE_MET : KNEE_SLO_STATE_UNMET;
    if (result->slo == KNEE_SLO_STATE_UNMET && find_likely(result, in)) {
        likely = true;
        chosen = pick_level(result, in);
        first = smallest(result, in);
        memset(in, 0, result->levels_count * sizeof *in);
    }
    uint32_t limit = chosen ? chosen : first ? first : find_closest(result);
    if (limit > 0) {
        decision->limit = limit;
        result->choice.likely = likely;
        result->choice.kind = result->slo == KNEE_SLO_STATE_UNMET ? KNEE_CHOICE_CLOSEST
                              : chosen > 0                        ? KNEE_CHOICE_SCORED
                                                                  : KNEE_CHOICE_SMALLEST;
        if (result->choice.kind == KNEE_CHOICE_CLOSEST)
            set_closest(result, limit);
        mark_levels(result, in);
        if (decision->limit != before && !isnan(decision->bound_ratio))
            status = set_bound(result, err);
    }
    free(in);
    return status;
}
