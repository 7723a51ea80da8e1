/* SPDX-License-Identifier: MIT */
/* What a sweep is going to do and how long that takes, before it does it. */
#include "core/base/clock.h"
#include "tuner/store/json.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdio.h>

/* For the estimate: a window with its settling, and how many a short search takes. */
#define WINDOW_S 0.27
#define WINDOWS_FEW 20
#define JSON_DIGITS 6

static double least_s(void)
{
    return WINDOWS_FEW * WINDOW_S;
}

void knee_sweep_estimate(const struct knee_sweep *sweep, char *text, size_t text_bytes)
{
    double budget_s = knee_clock_to_s(sweep->plan.budget_ns);
    double count = (double)sweep->plan.workloads_count;
    int used = snprintf(text, text_bytes, "%zu workload%s, about ", sweep->plan.workloads_count,
                        count > 1 ? "s" : "");
    if (least_s() < budget_s)
        used += snprintf(text + used, text_bytes - (size_t)used, "%.0f to ", count * least_s());
    snprintf(text + used, text_bytes - (size_t)used, "%.0f s, setup aside", count * budget_s);
}

static json_t *workload_json(const struct knee_sweep_plan_workload *planned, bool fixed)
{
    json_t *json = json_object(), *levels = json_array();
    int failed = 0;
    for (size_t i = 0; i < planned->candidates_count; i++)
        failed |= json_array_append_new(levels, knee_json_level(planned->candidates[i].level));
    failed |=
        json_object_set_new(json, "workload", knee_json_text(planned->title)) |
        json_object_set_new(json, "levels", levels) |
        json_object_set_new(json, "levels_fixed", json_boolean(fixed)) |
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
    double most_s = knee_clock_to_s(sweep->plan.budget_ns);
    double count = (double)sweep->plan.workloads_count;
    int failed = 0;
    for (size_t i = 0; i < sweep->plan.workloads_count; i++)
        failed |= json_array_append_new(
            workloads, workload_json(&sweep->plan.workloads[i], sweep->plan.fixed_levels));
    failed |= json_object_set_new(json, "workloads", workloads) |
              json_object_set_new(json, "time_least_s",
                                  knee_json_number(count * fmin(least_s(), most_s))) |
              json_object_set_new(json, "time_most_s", knee_json_number(count * most_s));
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
        fprintf(out, "%s: levels", planned->title);
        for (size_t j = 0; j < planned->candidates_count; j++)
            fprintf(out, " %u", planned->candidates[j].level);
        fprintf(out, "%s; up to %u: %s; rule of thumb %u\n",
                sweep->plan.fixed_levels ? "" : ", and levels between them that matter",
                planned->max_level, planned->max_level_text, planned->rule_of_thumb);
    }
    knee_sweep_estimate(sweep, estimate, sizeof estimate);
    fprintf(out, "%s; nothing was measured or written\n", estimate);
}
