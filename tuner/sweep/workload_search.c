/* SPDX-License-Identifier: MIT */
/* The search of a planned workload: its parameters, the time that it took and will take. */
#include "core/base/clock.h"
#include "tuner/search/strategies.h"
#include "tuner/sweep/sweep.h"

#include <math.h>

/* Settling takes ten mean items at most, of which a window holds two; a gap ten times that long is
 * not settling. */
#define GAP_WINDOWS 20
#define GAP_NS KNEE_NS_PER_S

void knee_sweep_search_params(const struct knee_sweep_plan *plan,
                              const struct knee_sweep_plan_workload *planned,
                              struct knee_search_params *params)
{
    *params = (struct knee_search_params){.candidates = planned->candidates,
                                          .candidates_count = planned->candidates_count,
                                          .fixed_levels = plan->fixed_levels,
                                          .cpus = planned->cpus,
                                          .tolerance_ratio = plan->tolerance_ratio,
                                          .may_use_coarser = plan->tolerance_is_default,
                                          .confidence_ratio = plan->confidence_ratio,
                                          .windows_max = plan->windows_max,
                                          .seed = plan->seed,
                                          .rule_of_thumb = planned->rule_of_thumb,
                                          .goal = &plan->goal,
                                          .strategy = knee_strategy_find(plan->strategy)};
}

uint64_t knee_sweep_spent_ns(const struct knee_search_record *record)
{
    uint64_t spent = 0;
    for (size_t i = 0; i < record->count; i++) {
        const struct knee_window *window = &record->windows[i];
        uint64_t longest = GAP_WINDOWS * window->window_ns + GAP_NS;
        uint64_t end = window->start_ns + window->window_ns;
        uint64_t next = i + 1 < record->count ? record->windows[i + 1].start_ns : end;
        uint64_t gap = next > end ? next - end : 0;
        spent += window->window_ns + (gap < longest ? gap : longest);
    }
    return spent;
}

uint64_t knee_sweep_budget_ns(const struct knee_sweep *sweep)
{
    uint64_t now_ns = sweep->options->measuring.resume ? sweep->options->measuring.budget_ns : 0;
    return now_ns > 0 ? now_ns : sweep->plan.budget_ns;
}

bool knee_sweep_record_open(const struct knee_sweep *sweep,
                            const struct knee_sweep_plan_workload *planned,
                            const struct knee_search_record *record, struct knee_sweep_open *open)
{
    struct knee_search_params params;
    struct knee_decision decision;
    knee_sweep_search_params(&sweep->plan, planned, &params);
    if (record->count == 0 || knee_search_decide(&params, record, &decision, NULL) ||
        decision.verdict != KNEE_VERDICT_UNRESOLVED || decision.why.kind == KNEE_DECISION_SINGLE)
        return false;
    double per_window_s = knee_clock_to_s(knee_sweep_spent_ns(record)) / (double)record->count;
    *open = (struct knee_sweep_open){.need_s = decision.windows_more * per_window_s,
                                     .coarser_holds = decision.uses_coarser};
    return true;
}

bool knee_sweep_shares_budget(const struct knee_sweep *sweep)
{
    return sweep->plan.quick && !sweep->options->measuring.budget_ns &&
           !sweep->options->measuring.resume && sweep->plan.workloads_count > 1;
}

uint64_t knee_sweep_left_ns(const struct knee_sweep *sweep)
{
    uint64_t all_ns = sweep->plan.workloads_count * sweep->plan.budget_ns;
    uint64_t used_ns = knee_clock_now_ns() - sweep->start_ns;
    return used_ns < all_ns ? all_ns - used_ns : 0;
}
