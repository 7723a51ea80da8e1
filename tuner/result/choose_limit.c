/* SPDX-License-Identifier: MIT */
#include "tuner/result/choose_limit.h"

#include "tuner/decide/evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE_RATIO .02
#define CONFIDENCE_RATIO .95
#define PHRASE_BYTES 160

static double confidence_of(const struct knee_workload_result *result)
{
    double confidence = result->decision.confidence_ratio;
    return confidence > 0 && confidence < 1 ? confidence : CONFIDENCE_RATIO;
}

static struct knee_slo_judgement judge(const struct knee_workload_result *result,
                                       const struct knee_slo *slo, uint32_t level)
{
    return knee_slo_judge(slo, level, confidence_of(result), result->windows,
                          result->windows_count);
}

static bool usable(const struct knee_level *level)
{
    return level->windows > 0 && !(level->marks & KNEE_MARK_ERRORS) && level->throughput_per_s > 0;
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
        struct knee_slo_judgement judgement = judge(result, slo, level);
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
        in[i] = usable(level) && level->windows < KNEE_SLO_WINDOWS_MIN && worst <= 1;
        any |= in[i];
    }
    return any;
}

const char *knee_choose_limit_closest(const struct knee_workload_result *result, char *text,
                                      size_t text_bytes)
{
    char asked[PHRASE_BYTES], value[KNEE_SLO_TEXT_BYTES], upper[KNEE_SLO_TEXT_BYTES];
    double worst;
    text[0] = '\0';
    if (result->slo != KNEE_SLO_STATE_UNMET)
        return text;
    uint32_t level = result->decision.limit;
    const struct knee_slo *slo = worst_slo(result, level, &worst);
    struct knee_slo_judgement judgement = judge(result, slo, level);
    knee_slo_value(slo, judgement.value, value);
    int used = snprintf(text, text_bytes, "no limit meets %s; %u comes closest: %s",
                        knee_goal_slo_phrase(&result->goal, asked, sizeof asked), level, value);
    if (used < 0 || (size_t)used >= text_bytes)
        return text;
    if (isinf(judgement.upper))
        snprintf(text + used, text_bytes - (size_t)used, ", from too few windows");
    else
        snprintf(text + used, text_bytes - (size_t)used, ", up to %s at %.4g %% confidence",
                 strchr(knee_slo_value(slo, judgement.upper, upper), ' ') + 1,
                 100 * confidence_of(result));
    return text;
}

/* The level that the objective takes of those with `in`; 0 where none has a score. */
static uint32_t pick(const struct knee_workload_result *result, const bool *in)
{
    double tolerance = result->decision.tolerance_ratio;
    size_t at = knee_goal_pick(&result->goal, tolerance > 0 ? tolerance : TOLERANCE_RATIO,
                               result->levels, in, result->levels_count);
    return at == SIZE_MAX ? 0 : result->levels[at].level;
}

/* "8 is the highest limit tried with a parallel efficiency of at least 50 %" */
static int say_objective(const struct knee_workload_result *result, char *text, size_t room)
{
    const struct knee_goal_objective *objective = knee_goal_objective(&result->goal);
    uint32_t limit = result->decision.limit;
    if (objective->uses_min_efficiency)
        return snprintf(text, room,
                        "%u is the highest limit tried with a parallel efficiency of at least "
                        "%.4g %%",
                        limit, 100 * result->goal.min_efficiency_ratio);
    if (!objective->within_tolerance)
        return snprintf(text, room, "%u gives the most %s", limit, objective->aim);
    return snprintf(text, room, "%u is the smallest limit with %s", limit, objective->aim);
}

/* The objective's sentence, and the decision's own behind it as far as there is room. */
static void explain(struct knee_workload_result *result, bool scored, bool likely)
{
    struct knee_decision *decision = &result->decision;
    char made[sizeof decision->reason], asked[PHRASE_BYTES], closest[sizeof decision->reason];
    bool met = result->slo != KNEE_SLO_STATE_UNMET;
    int used;
    if (!met) {
        knee_choose_limit_closest(result, closest, sizeof closest);
        used = snprintf(made, sizeof made, "%c%s", closest[0] - 'a' + 'A', closest + 1);
    } else {
        knee_goal_slo_phrase(&result->goal, asked, sizeof asked);
        used = scored ? say_objective(result, made, sizeof made)
                      : snprintf(made, sizeof made,
                                 "%s cannot be told without level 1; %u is the smallest limit",
                                 knee_goal_objective(&result->goal)->name, decision->limit);
        if (*asked && used > 0 && (size_t)used < sizeof made)
            used +=
                snprintf(made + used, sizeof made - (size_t)used, " of those that meet %s", asked);
    }
    size_t room = used > 0 && (size_t)used < sizeof made ? sizeof made - (size_t)used : 0;
    if (room > 0 && decision->limit != decision->knee && decision->knee > 0)
        used += snprintf(made + used, room, "; the knee is %u.", decision->knee);
    else if (room > 0)
        used += snprintf(made + used, room, ".");
    if (used > 0 && (size_t)used + strlen(decision->reason) + 2 < sizeof made)
        snprintf(made + used, sizeof made - (size_t)used, " %s", decision->reason);
    memcpy(decision->reason, made, sizeof made);
    if (!met && likely && decision->verdict == KNEE_VERDICT_UNRESOLVED)
        return; /* more windows may prove it */
    if (!met)
        snprintf(decision->next, sizeof decision->next,
                 "Allow more, or make an item faster; until then %u is the least bad.",
                 decision->limit);
    else if (decision->verdict != KNEE_VERDICT_UNRESOLVED)
        snprintf(decision->next, sizeof decision->next, "Use the limit %u.", decision->limit);
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
        knee_evidence_weigh(&evidence, points, decision->tolerance_ratio, confidence_of(result));
        decision->bound_ratio = knee_evidence_bound(&evidence, at);
    }
    free(points);
    return status;
}

static void mark(struct knee_workload_result *result, const bool *in)
{
    for (size_t i = 0; i < result->levels_count; i++) {
        struct knee_level *level = &result->levels[i];
        level->marks &= ~(uint32_t)KNEE_MARK_LIMIT;
        level->marks |= level->level == result->decision.limit ? KNEE_MARK_LIMIT : 0;
        level->marks |= in[i] && result->goal.slos_count > 0 ? KNEE_MARK_SLO : 0;
    }
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
    if (knee_goal_is_default(&result->goal) || !knee_workload_result_measured(result))
        return 0;
    bool *in = calloc(result->levels_count + 1, sizeof *in);
    if (!in)
        return knee_err_set(err, KNEE_FAILED, "objective: out of memory; end other programs");
    for (size_t i = 0; i < result->levels_count; i++)
        in[i] = usable(&result->levels[i]) &&
                knee_goal_met(&result->goal, result->levels[i].level, confidence_of(result),
                              result->windows, result->windows_count);
    uint32_t chosen = pick(result, in), first = smallest(result, in);
    bool likely = false;
    if (result->goal.slos_count > 0)
        result->slo = first > 0 ? KNEE_SLO_STATE_MET : KNEE_SLO_STATE_UNMET;
    if (result->slo == KNEE_SLO_STATE_UNMET && find_likely(result, in)) {
        likely = true;
        chosen = pick(result, in);
        first = smallest(result, in);
        memset(in, 0, result->levels_count * sizeof *in);
    }
    uint32_t limit = chosen ? chosen : first ? first : find_closest(result);
    if (limit > 0) {
        decision->limit = limit;
        explain(result, chosen > 0, likely);
        mark(result, in);
        if (decision->limit != before && !isnan(decision->bound_ratio))
            status = set_bound(result, err);
    }
    free(in);
    return status;
}
