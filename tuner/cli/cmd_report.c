/* SPDX-License-Identifier: MIT */
/* `knee report`: every derived file again, from plan.json and samples.csv alone. */
#include "tuner/cli/loaded_result.h"
#include "tuner/cli/output.h"
#include "tuner/options/arguments.h"
#include "tuner/options/output_options.h"

static const struct knee_option_use OPTIONS[] = {
    {&knee_output_options_part, 0, "json no-plots quiet format size"},
    {NULL, 0, NULL},
};

static int run_report(const struct knee_arguments *arguments, const struct knee_streams *io,
                      struct knee_err *err)
{
    const struct knee_output_options *options = arguments->values;
    const char *dir = arguments->words[0];
    struct knee_loaded_result loaded;
    int status = -1;
    if (knee_loaded_result_read(&loaded, dir, err) == 0 &&
        knee_output_write(&loaded.result, dir, io->log, err) == 0 &&
        knee_output_draw(&loaded.result, dir, options, io->log, err) == 0)
        status = knee_output_print(&loaded.result, &loaded.plan, dir, options, io->out, err);
    knee_loaded_result_release(&loaded);
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
