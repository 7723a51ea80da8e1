/* SPDX-License-Identifier: MIT */
#include "tuner/cli/run/cmd_run.h"

#include "core/base/array.h"

#include <math.h>
#include <string.h>

/* What looks at one host, or at what an item prints while it runs. */
static int check(const struct knee_run_options *options, struct knee_err *err)
{
    static const char ONE_HOST[] = "only looks at the host of rank 0";
    static const char AT_THE_END[] =
        "shows what an item prints while it runs, but from other hosts "
        "it comes when the item has ended";
    const struct {
        bool given;
        const char *option, *why;
    } REFUSED[] = {
        {!isnan(options->max_load_ratio), "--max-load", ONE_HOST},
        {options->min_free_bytes > 0, "--min-free", ONE_HOST},
        {options->evict, "--evict", ONE_HOST},
        {options->command.max_memory_bytes > 0, "--max-memory", ONE_HOST},
        {options->pause && strcmp(options->pause, "memory") == 0, "--pause memory", ONE_HOST},
        {options->line_buffer, "--line-buffer", AT_THE_END},
        {options->ungroup, "--ungroup", AT_THE_END},
        {options->dashboard == KNEE_RUN_OPTIONS_DASHBOARD_ON, "--dashboard on",
         "needs a terminal, which a launcher's ranks do not have"},
    };
    for (size_t i = 0; i < KNEE_COUNT(REFUSED); i++)
        if (REFUSED[i].given)
            return knee_err_set(err, KNEE_USAGE, "run: with several hosts, %s %s; drop it",
                                REFUSED[i].option, REFUSED[i].why);
    return 0;
}

int knee_cmd_run_open_fleet(struct knee_cmd_run *run, struct knee_err *err)
{
    if (check(run->options, err))
        return -1;
    const struct knee_fleet_run_params params = {.link = run->io->link,
                                                 .argc = run->arguments->argc,
                                                 .argv = run->arguments->argv,
                                                 .allow_bound = run->options->fleet.allow_bound,
                                                 .command = &run->command.params,
                                                 .log = run->io->log};
    if (knee_fleet_run_open(&run->fleet, &params, err))
        return -1;
    knee_fleet_run_machine(run->fleet, &run->machine.machine);
    run->params.hosts = run->io->link->size;
    return 0;
}
