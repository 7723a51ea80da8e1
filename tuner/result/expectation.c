/* SPDX-License-Identifier: MIT */
#include "tuner/result/expectation.h"

#include <math.h>
#include <stdbool.h>

static enum knee_expectation_state state_of(bool inside, bool outside)
{
    return outside  ? KNEE_EXPECTATION_FAILS
           : inside ? KNEE_EXPECTATION_HOLDS
                    : KNEE_EXPECTATION_OPEN;
}

/* What the evidence allows for the limit: the knee's interval, without an upper end if throughput
 * still grew at the highest level; or the limit alone if an objective or SLOs chose another. */
static void read_limit(struct knee_expectation_outcome *outcome,
                       const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    if (decision->verdict == KNEE_VERDICT_DISTURBED || decision->knee == 0)
        return;
    outcome->seen_low = decision->knee_low;
    outcome->seen_high =
        decision->verdict == KNEE_VERDICT_RISING ? UINT32_MAX : decision->knee_high;
    if (workload->choice.kind != KNEE_CHOICE_KNEE)
        outcome->seen_low = outcome->seen_high = decision->limit;
}

struct knee_expectation_outcome knee_expectation_judge(const struct knee_expectation *expectation,
                                                       const struct knee_workload_result *workload)
{
    struct knee_expectation_outcome outcome = {.seen_low_per_s = NAN, .seen_high_per_s = NAN};
    read_limit(&outcome, workload);
    const struct knee_level *row =
        outcome.seen_low ? knee_workload_result_at(workload, workload->decision.limit) : NULL;
    if (row) {
        outcome.seen_low_per_s = row->throughput_ci_low_per_s;
        outcome.seen_high_per_s = row->throughput_ci_high_per_s;
    }
    bool known = outcome.seen_low > 0;
    if (expectation->limit_low)
        outcome.limit = state_of(known && outcome.seen_low >= expectation->limit_low &&
                                     outcome.seen_high <= expectation->limit_high,
                                 known && (outcome.seen_high < expectation->limit_low ||
                                           outcome.seen_low > expectation->limit_high));
    if (expectation->throughput_per_s > 0)
        outcome.throughput = state_of(outcome.seen_low_per_s >= expectation->throughput_per_s,
                                      outcome.seen_high_per_s < expectation->throughput_per_s);
    return outcome;
}
