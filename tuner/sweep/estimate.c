/* SPDX-License-Identifier: MIT */
/* What a sweep is going to do and how long that takes, before it does it. */
#include "core/base/clock.h"
#include "tuner/sweep/sweep.h"

#include <stdio.h>

/* For the estimate: a window with its settling, and how many a short search takes. */
#define WINDOW_S 0.27
#define WINDOWS_FEW 20

void knee_sweep_estimate(const struct knee_sweep *sweep, char *text, size_t text_bytes)
{
    double budget_s = knee_clock_to_s(sweep->plan.budget_ns);
    double count = (double)sweep->plan.workloads_count;
    double least_s = WINDOWS_FEW * WINDOW_S;
    int used = snprintf(text, text_bytes, "%zu workload%s, about ", sweep->plan.workloads_count,
                        count > 1 ? "s" : "");
    if (least_s < budget_s)
        used += snprintf(text + used, text_bytes - (size_t)used, "%.0f to ", count * least_s);
    snprintf(text + used, text_bytes - (size_t)used, "%.0f s, setup aside", count * budget_s);
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
