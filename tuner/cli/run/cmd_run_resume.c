/* SPDX-License-Identifier: MIT */
#include "tuner/cli/run/cmd_run.h"

#include "tuner/cli/commands.h"

#include <string.h>

extern const struct knee_command knee_cmd_run;

/* The options that were given now replace the earlier ones. */
static int apply_given(struct knee_cmd_run *run, struct knee_err *err)
{
    for (size_t i = 0; i < run->arguments->given_count; i++) {
        const struct knee_arguments_given *given = &run->arguments->given[i];
        size_t offset;
        const struct knee_option *option = knee_command_option(
            &knee_cmd_run, given->option->name, strlen(given->option->name), 0, &offset);
        if (option && offset != SIZE_MAX &&
            option->read(option, given->value, (char *)run->earlier.values + offset, err))
            return -1;
    }
    return 0;
}

int knee_cmd_run_read_earlier(struct knee_cmd_run *run, struct knee_err *err)
{
    const struct knee_run_options *now = run->arguments->values;
    if (now->command.words)
        return knee_err_set(err, KNEE_USAGE,
                            "run: --resume has its command already; drop what is after --");
    if (now->output.output)
        return knee_err_set(err, KNEE_USAGE,
                            "run: --resume goes on in its own directory; drop --output");
    int lock; /* held until the process ends */
    if (knee_directory_lock(&lock, now->resume, err) ||
        knee_run_plan_read(&run->earlier_plan, now->resume, err) ||
        knee_arguments_parse(&run->earlier, &knee_cmd_run, knee_commands, run->earlier_plan.argc,
                             run->earlier_plan.argv, err) ||
        apply_given(run, err) || knee_run_past_read(&run->past, now->resume, err))
        return -1;
    run->options = run->earlier.values;
    return 0;
}
