/* SPDX-License-Identifier: MIT */
#include "tuner/cli/loaded_result.h"

#include "tuner/cli/output.h"
#include "tuner/store/result_limit.h"
#include "tuner/sweep/sweep.h"

#include <stdlib.h>

int knee_loaded_result_read(struct knee_loaded_result *loaded, const char *dir,
                            struct knee_err *err)
{
    *loaded = (struct knee_loaded_result){0};
    if (knee_sweep_plan_read(&loaded->plan, dir, err) || knee_result_limit_check_schema(dir, err) ||
        knee_journal_read(&loaded->rows, dir, knee_goal_needs_latencies(&loaded->plan.goal), err) ||
        knee_sweep_plan_check_rows(&loaded->plan, &loaded->rows, dir, err))
        return -1;
    loaded->records = calloc(loaded->plan.workloads_count + 1, sizeof *loaded->records);
    if (!loaded->records)
        return knee_err_memory(err, dir);
    for (size_t i = 0; i < loaded->plan.workloads_count; i++)
        knee_sweep_take_windows(&loaded->records[i], &loaded->rows, loaded->plan.workloads[i].name);
    if (knee_output_make(&loaded->plan, loaded->records, &loaded->result, err) ||
        knee_output_read_hosts(&loaded->plan, dir, &loaded->result, err))
        return -1;
    if (loaded->result.workloads_count == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%.160s/samples.csv: nothing was measured yet; go on with knee sweep "
                            "--resume %.160s",
                            dir, dir);
    return 0;
}

void knee_loaded_result_release(struct knee_loaded_result *loaded)
{
    for (size_t i = 0; loaded->records && i < loaded->plan.workloads_count; i++)
        knee_search_record_release(&loaded->records[i]);
    free(loaded->records);
    knee_result_release(&loaded->result);
    knee_journal_rows_release(&loaded->rows);
    knee_sweep_plan_release(&loaded->plan);
    *loaded = (struct knee_loaded_result){0};
}
