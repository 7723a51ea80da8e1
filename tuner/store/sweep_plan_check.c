/* SPDX-License-Identifier: MIT */
/* A plan.json that someone edited, or that a newer knee wrote: what the rest of the program takes
 * for granted is checked once, here. */
#include "tuner/store/sweep_plan.h"

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "core/host/pin.h"
#include "tuner/search/search.h"

#include <math.h>
#include <string.h>

#define TIME_MAX_NS (366 * 24 * 3600 * KNEE_NS_PER_S)

static bool is_within(double value, double low, double high)
{
    return value >= low && value <= high; /* false for NAN */
}

/* NULL, or the key that is wrong. */
static const char *check_search(const struct knee_sweep_plan *plan)
{
    enum knee_pin pin;
    if (!plan->strategy || !knee_strategy_find(plan->strategy))
        return "strategy";
    if (!plan->pin || knee_pin_parse(plan->pin, &pin))
        return "pin";
    if (!is_within(plan->tolerance_ratio, 1e-6, .5))
        return "tolerance";
    if (!is_within(plan->confidence_ratio, .5, 1 - 1e-6))
        return "confidence";
    if (!is_within(plan->goal.min_efficiency_ratio, 0, 1))
        return "min_efficiency";
    if (!is_within(plan->load_factor, 1e-6, 1))
        return "load_factor";
    if (plan->budget_ns > TIME_MAX_NS)
        return "budget_ns";
    return plan->window_ns > TIME_MAX_NS ? "window_ns" : NULL;
}

static bool is_level(uint32_t level)
{
    return level <= KNEE_ENGINE_LEVEL_MAX;
}

static const char *check_candidates(const struct knee_sweep_plan_workload *workload)
{
    if (workload->candidates_count == 0)
        return "candidates";
    for (size_t i = 0; i < workload->candidates_count; i++) {
        uint32_t level = workload->candidates[i].level;
        bool ascends = i == 0 || level > workload->candidates[i - 1].level;
        if (level == 0 || !is_level(level) || !ascends)
            return "level";
    }
    return NULL;
}

static const char *check_parameter(const struct knee_parameter_value *parameter)
{
    size_t words = 1;
    if (parameter->parameter->unit != KNEE_PARAMETER_WORD)
        return isfinite(parameter->value) ? NULL : "value";
    for (const char *at = parameter->parameter->words; *at; at++)
        words += *at == '|';
    return is_within(parameter->value, 0, (double)(words - 1)) ? NULL : "value";
}

static const char *check_workload(const struct knee_sweep_plan_workload *workload)
{
    const char *wrong = check_candidates(workload);
    for (size_t i = 0; i < workload->parameters_count && !wrong; i++)
        wrong = check_parameter(&workload->parameters[i]);
    if (wrong)
        return wrong;
    if (!is_level(workload->max_level))
        return "max_level";
    if (!is_level(workload->current))
        return "current";
    if (!is_within(workload->total_items, 0, 1e18))
        return "total_items";
    return workload->setup_ns > TIME_MAX_NS ? "setup_ns" : NULL;
}

const char *knee_sweep_plan_check(const struct knee_sweep_plan *plan)
{
    const char *wrong = check_search(plan);
    for (size_t i = 0; i < plan->workloads_count && !wrong; i++)
        wrong = check_workload(&plan->workloads[i]);
    return wrong;
}

int knee_sweep_plan_check_rows(const struct knee_sweep_plan *plan,
                               const struct knee_journal_rows *rows, const char *dir,
                               struct knee_err *err)
{
    for (size_t i = 0; i < plan->workloads_count; i++) {
        const struct knee_sweep_plan_workload *workload = &plan->workloads[i];
        const struct knee_journal_part *part = knee_journal_rows_find(rows, workload->name);
        uint32_t highest = workload->candidates[workload->candidates_count - 1].level;
        for (size_t j = 0; part && j < part->count; j++)
            if (part->windows[j].level > highest)
                return knee_err_set(err, KNEE_USAGE,
                                    "%.150s/samples.csv: line %u: level %u of %.60s, but "
                                    "plan.json goes to %u; remove that line, or sweep again",
                                    dir, part->lines[j], part->windows[j].level, workload->name,
                                    highest);
    }
    return 0;
}
