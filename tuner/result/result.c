/* SPDX-License-Identifier: MIT */
#include "tuner/result/result.h"

#include <math.h>
#include <stdlib.h>

void knee_workload_result_release(struct knee_workload_result *result)
{
    free(result->levels);
    free(result->windows);
    *result = (struct knee_workload_result){0};
}

void knee_result_release(struct knee_result *result)
{
    for (size_t i = 0; i < result->workloads_count; i++)
        knee_workload_result_release(&result->workloads[i]);
    free(result->workloads);
    result->workloads = NULL;
    result->workloads_count = 0;
}

bool knee_workload_result_measured(const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    /* Without a knee the limit is the rule of thumb: no window could be used. */
    return decision->verdict != KNEE_VERDICT_DISTURBED && decision->knee > 0 && decision->limit > 0;
}

uint32_t knee_workload_result_use(const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    uint32_t use =
        knee_workload_result_measured(result) ? decision->limit : decision->rule_of_thumb;
    return use > 0 ? use : 1;
}

const struct knee_level *knee_workload_result_at(const struct knee_workload_result *result,
                                                 uint32_t level)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (result->levels[i].level == level)
            return &result->levels[i];
    return NULL;
}

double knee_workload_result_of_best(const struct knee_workload_result *result,
                                    const struct knee_level *level)
{
    if (!level)
        return NAN;
    const struct knee_level *peak = knee_workload_result_at(result, result->decision.peak);
    /* A disturbed sweep's peak rests on the few windows that were left. */
    if (result->decision.verdict == KNEE_VERDICT_DISTURBED)
        peak = NULL;
    double best = peak ? peak->throughput_per_s : NAN;
    for (size_t i = 0; i < result->levels_count && !peak; i++)
        best = fmax(best, result->levels[i].throughput_per_s);
    return best > 0 ? level->throughput_per_s / best : NAN;
}
