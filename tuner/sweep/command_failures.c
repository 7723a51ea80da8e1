/* SPDX-License-Identifier: MIT */
/* Items of the user's command that failed. */
#include "tuner/sweep/sweep.h"

#include <math.h>

int knee_sweep_command_check(struct knee_sweep *sweep, struct knee_err *err)
{
    char failure[400];
    if (!sweep->command.actor || !knee_actor_must_stop(sweep->command.actor))
        return 0;
    knee_actor_failure(sweep->command.actor, failure, sizeof failure);
    return knee_err_set(err, KNEE_FAILED, "--fail-fast: %s; fix it, or drop --fail-fast", failure);
}

static void count_items(const struct knee_window *windows, size_t count, double *good,
                        double *failed)
{
    *good = *failed = 0.0;
    for (size_t i = 0; i < count; i++) {
        *good += windows[i].items;
        *failed += windows[i].failed_items;
    }
}

void knee_sweep_command_warn(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                             const struct knee_search_record *record)
{
    char failure[400];
    double good, failed;
    if (!sweep->command.actor)
        return;
    count_items(record->windows, record->count, &good, &failed);
    knee_actor_failure(sweep->command.actor, failure, sizeof failure);
    if (!failure[0] || !(failed > 0.0))
        return;
    const double values[] = {ceil(failed), ceil(good + failed)};
    knee_facts_add(&planned->warnings, KNEE_FACT_ITEMS_FAILED, values, failure);
}

int knee_sweep_command_judge(struct knee_sweep *sweep, struct knee_err *err)
{
    char failure[400];
    double good, failed;
    if (!sweep->command.actor || sweep->result.workloads_count == 0)
        return 0;
    count_items(sweep->result.workloads[0].windows, sweep->result.workloads[0].windows_count, &good,
                &failed);
    if (good > 0.0 || !(failed > 0.0))
        return 0;
    knee_actor_failure(sweep->command.actor, failure, sizeof failure);
    return knee_err_set(err, KNEE_COMMAND_FAILED,
                        "command: every item failed: %s; run it by hand first", failure);
}
