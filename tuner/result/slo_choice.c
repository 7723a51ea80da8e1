/* SPDX-License-Identifier: MIT */
#include "tuner/result/slo_choice.h"

#include "tuner/result/diagnosis.h"

#include <math.h>

static struct knee_slo_judgement judge_slo(const struct knee_workload_result *result,
                                           const struct knee_slo *slo, uint32_t level)
{
    return knee_slo_judge(slo, level, knee_decision_confidence(&result->decision),
                          result->windows + result->earlier,
                          result->windows_count - result->earlier);
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

uint32_t knee_slo_choice_closest(const struct knee_workload_result *result)
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

bool knee_slo_choice_is_missed(const struct knee_workload_result *result, uint32_t level)
{
    for (size_t i = 0; i < result->goal.slos_count; i++)
        if (judge_slo(result, &result->goal.slos[i], level).missed)
            return true;
    return false;
}

bool knee_slo_choice_likely(const struct knee_workload_result *result, bool *in)
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

bool knee_slo_choice_all_missed(const struct knee_workload_result *result)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (knee_diagnosis_usable(&result->levels[i]) &&
            !knee_slo_choice_is_missed(result, result->levels[i].level))
            return false;
    return true;
}

static struct knee_choice_value read_value(const struct knee_workload_result *result,
                                           uint32_t level)
{
    double worst;
    const struct knee_slo *slo = worst_slo(result, level, &worst);
    return (struct knee_choice_value){
        .level = level, .slo = *slo, .judgement = judge_slo(result, slo, level)};
}

void knee_slo_choice_describe(struct knee_workload_result *result, uint32_t level)
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
