/* SPDX-License-Identifier: MIT */
/* What a sweep is going to do and how long that takes, before it does it. */
#include "core/base/clock.h"
#include "tuner/search/strategies.h"
#include "tuner/store/json.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdio.h>

/* For the estimate: a window, its settling, and how many a short search takes. */
#define WINDOW_S 0.2
#define SETTLING_S 0.07
#define WINDOWS_FEW 20
#define JSON_DIGITS 6

static const struct knee_strategy *strategy_of(const struct knee_sweep *sweep)
{
    return knee_strategy_find(sweep->plan.strategy);
}

/* No level will be measured but those that are named. */
static bool names_all(const struct knee_sweep *sweep)
{
    return sweep->plan.fixed_levels || strategy_of(sweep)->blocks > 0;
}

static void find_levels(const struct knee_sweep *sweep, size_t at, struct knee_search_block *levels)
{
    const struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[at];
    const struct knee_search_params params = {.candidates = planned->candidates,
                                              .candidates_count = planned->candidates_count,
                                              .fixed_levels = sweep->plan.fixed_levels,
                                              .strategy = strategy_of(sweep)};
    knee_strategy_foresee(&params, levels);
}

static double window_s(const struct knee_sweep *sweep)
{
    const uint64_t chosen_ns = sweep->plan.window_ns;
    return SETTLING_S + (chosen_ns ? knee_clock_to_s(chosen_ns) : WINDOW_S);
}

/* That a strategy with blocks of its own would take, without a budget. */
static double all_blocks_s(const struct knee_sweep *sweep, const struct knee_search_block *levels)
{
    return (double)strategy_of(sweep)->blocks * (double)levels->count * window_s(sweep);
}

/* The least and the most that all workloads take. */
static void estimate(const struct knee_sweep *sweep, double *least_s, double *most_s)
{
    const double budget_s = knee_clock_to_s(knee_sweep_budget_ns(sweep));
    const bool fixed = strategy_of(sweep)->blocks > 0;
    *least_s = *most_s = 0;
    for (size_t i = 0; i < sweep->plan.workloads_count; i++) {
        struct knee_search_block levels;
        find_levels(sweep, i, &levels);
        double all_s = all_blocks_s(sweep, &levels);
        *least_s += fmin(budget_s, fixed ? all_s : WINDOWS_FEW * window_s(sweep));
        *most_s += fixed ? fmin(budget_s, all_s) : budget_s;
    }
}

void knee_sweep_estimate(const struct knee_sweep *sweep, char *text, size_t text_bytes)
{
    double least_s, most_s;
    size_t count = sweep->plan.workloads_count;
    estimate(sweep, &least_s, &most_s);
    int used = snprintf(text, text_bytes, "%zu workload%s, about ", count, count > 1 ? "s" : "");
    if (least_s < most_s)
        used += snprintf(text + used, text_bytes - (size_t)used, "%.0f to ", least_s);
    snprintf(text + used, text_bytes - (size_t)used, "%.0f s, setup aside", most_s);
}

static json_t *workload_json(const struct knee_sweep *sweep, size_t at)
{
    const struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[at];
    json_t *json = json_object(), *levels = json_array();
    struct knee_search_block known;
    int failed = 0;
    find_levels(sweep, at, &known);
    for (size_t i = 0; i < known.count; i++)
        failed |= json_array_append_new(levels, knee_json_level(known.levels[i]));
    failed |=
        json_object_set_new(json, "workload", knee_json_text(planned->title)) |
        json_object_set_new(json, "levels", levels) |
        json_object_set_new(json, "levels_fixed", json_boolean(names_all(sweep))) |
        json_object_set_new(json, "max_level", knee_json_level(planned->max_level)) |
        json_object_set_new(json, "max_level_reason", knee_json_text(planned->max_level_text)) |
        json_object_set_new(json, "rule_of_thumb", knee_json_level(planned->rule_of_thumb));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_sweep_print_plan_json(const struct knee_sweep *sweep, struct knee_err *err)
{
    json_t *json = json_object(), *workloads = json_array();
    double least_s, most_s;
    int failed = 0;
    estimate(sweep, &least_s, &most_s);
    for (size_t i = 0; i < sweep->plan.workloads_count; i++)
        failed |= json_array_append_new(workloads, workload_json(sweep, i));
    failed |= json_object_set_new(json, "workloads", workloads) |
              json_object_set_new(json, "time_least_s", knee_json_number(least_s)) |
              json_object_set_new(json, "time_most_s", knee_json_number(most_s));
    if (failed)
        knee_err_memory(err, "plan");
    else
        failed = knee_json_write(json, JSON_DIGITS, sweep->io->out) ? -1 : 0;
    json_decref(json);
    return failed;
}

void knee_sweep_print_plan(const struct knee_sweep *sweep)
{
    FILE *out = sweep->io->out;
    char estimate[96];
    for (size_t i = 0; i < sweep->plan.workloads_count; i++) {
        const struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[i];
        struct knee_search_block levels;
        find_levels(sweep, i, &levels);
        fprintf(out, "%s: levels", planned->title);
        for (size_t j = 0; j < levels.count; j++)
            fprintf(out, " %u", levels.levels[j]);
        if (strategy_of(sweep)->blocks > 0)
            fprintf(out, ", each %s%u times",
                    all_blocks_s(sweep, &levels) > knee_clock_to_s(knee_sweep_budget_ns(sweep))
                        ? "up to "
                        : "",
                    strategy_of(sweep)->blocks);
        fprintf(out, "%s; up to %u: %s; rule of thumb %u\n",
                names_all(sweep) ? "" : ", and levels between them that matter", planned->max_level,
                planned->max_level_text, planned->rule_of_thumb);
    }
    knee_sweep_estimate(sweep, estimate, sizeof estimate);
    fprintf(out, "%s; nothing was measured or written\n", estimate);
}
