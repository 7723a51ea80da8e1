/* SPDX-License-Identifier: MIT */
/* `knee report`: every derived file again, from plan.json and samples.csv alone. */
#include "tuner/cli/output.h"
#include "tuner/options/arguments.h"
#include "tuner/options/output_options.h"
#include "tuner/store/journal.h"
#include "tuner/store/sweep_plan.h"

#include <stdlib.h>

static int take_windows(const struct knee_sweep_plan *plan, const struct knee_journal_rows *rows,
                        struct knee_search_record *records, struct knee_err *err)
{
    for (size_t i = 0; i < plan->workloads_count; i++) {
        const struct knee_journal_part *part =
            knee_journal_rows_find(rows, plan->workloads[i].name);
        for (size_t j = 0; part && j < part->count; j++)
            if (knee_search_record_add(&records[i], &part->windows[j], err))
                return -1;
    }
    return 0;
}

static int make(const struct knee_sweep_plan *plan, const struct knee_journal_rows *rows,
                struct knee_search_record *records, struct knee_result *result, const char *dir,
                struct knee_err *err)
{
    if (!records)
        return knee_err_memory(err, "report");
    if (take_windows(plan, rows, records, err) || knee_output_make(plan, records, result, err))
        return -1;
    if (result->workloads_count == 0)
        return knee_err_set(err, KNEE_FAILED,
                            "%.160s/samples.csv: nothing was measured yet; go on with knee sweep "
                            "--resume %.160s",
                            dir, dir);
    return 0;
}

static const struct knee_option_use OPTIONS[] = {
    {&knee_output_options_part, 0, "json no-plots quiet format size"},
    {NULL, 0, NULL},
};

static int run_report(const struct knee_arguments *arguments, const struct knee_streams *io,
                      struct knee_err *err)
{
    const struct knee_output_options *options = arguments->values;
    const char *dir = arguments->words[0];
    struct knee_sweep_plan plan = {0};
    struct knee_journal_rows rows = {0};
    struct knee_result result = {0};
    struct knee_search_record *records = NULL;
    int status = -1;
    if (knee_sweep_plan_read(&plan, dir, err) || knee_journal_read(&rows, dir, err))
        goto out;
    records = calloc(plan.workloads_count + 1, sizeof *records);
    if (make(&plan, &rows, records, &result, dir, err) ||
        knee_output_write(&result, dir, io->log, err) ||
        knee_output_draw(&result, dir, options, io->log, err))
        goto out;
    status = knee_output_print(&result, &plan, dir, options, io->out, err);
out:
    for (size_t i = 0; records && i < plan.workloads_count; i++)
        knee_search_record_release(&records[i]);
    free(records);
    knee_result_release(&result);
    knee_journal_rows_release(&rows);
    knee_sweep_plan_release(&plan);
    return status;
}

const struct knee_command knee_cmd_report = {
    .name = "report",
    .options = OPTIONS,
    .values_bytes = sizeof(struct knee_output_options),
    .operands = "DIR",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "makes tables, charts and report again from a result directory",
    .example = "knee report results/latest",
    .details = "Reads DIR/plan.json and DIR/samples.csv alone, and runs nothing.\n",
    .run = run_report,
};
