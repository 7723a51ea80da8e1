/* SPDX-License-Identifier: MIT */
#include "core/text/suggest.h"
#include "reports/scripts/snippets.h"
#include "tuner/options/command.h"
#include "tuner/store/result_limit.h"
#include "tuner/store/sweep_plan.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 16

static int unknown_target(const char *name, struct knee_err *err)
{
    const char *names[NAMES_MAX + 1] = {NULL};
    char all[128] = "";
    size_t used = 0;
    for (size_t i = 0; i < NAMES_MAX && knee_snippet_targets[i].name; i++) {
        names[i] = knee_snippet_targets[i].name;
        used += (size_t)snprintf(all + used, sizeof all - used, " %s", names[i]);
    }
    const char *meant = name ? knee_suggest(name, names) : NULL;
    if (!name)
        return knee_err_set(err, KNEE_USAGE, "recommend: for what? add --for, one of%s", all);
    if (meant)
        return knee_err_set(err, KNEE_USAGE, "--for %.80s: unknown target; did you mean %s?", name,
                            meant);
    return knee_err_set(err, KNEE_USAGE, "--for %.80s: unknown target; write one of%s", name, all);
}

static int run(const struct knee_options *options, const struct knee_streams *io,
               struct knee_err *err)
{
    const struct knee_snippet_target *target =
        options->target ? knee_snippet_target_find(options->target) : NULL;
    const char *dir = options->words[0];
    struct knee_result_limit limit;
    struct knee_sweep_plan plan = {0};
    if (!target)
        return unknown_target(options->target, err);
    if (knee_result_limit_read(&limit, dir, options->words_count > 1 ? options->words[1] : NULL,
                               err) ||
        knee_sweep_plan_read(&plan, dir, err))
        return -1;
    struct knee_snippet snippet = {.limit = limit.limit,
                                   .workload = limit.workload,
                                   .title = limit.title,
                                   .verdict = limit.verdict,
                                   .date = limit.date,
                                   .host = limit.host,
                                   .cpus = plan.topology.allowed_pus,
                                   .measured = limit.measured,
                                   .dir = dir};
    snippet.command = plan.workloads_count == 1 && plan.workloads[0].command &&
                      knee_command_words_find(&snippet.words, plan.argc, plan.argv);
    if (strcmp(limit.verdict, "resolved") != 0)
        fprintf(io->log, "knee: warning: %s is %s, not resolved\n", limit.workload, limit.verdict);
    int failed = target->write(&snippet, io->out);
    knee_sweep_plan_release(&plan);
    return failed ? knee_err_set(err, KNEE_FAILED, "recommend: out of memory") : 0;
}

const struct knee_command knee_cmd_recommend = {
    .name = "recommend",
    .bit = KNEE_FOR_RECOMMEND,
    .operands = "DIR [WORKLOAD]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "a snippet for a script, out of a result",
    .need = "How do I use the number in my script?",
    .example = "knee recommend results/latest --for xargs",
    .details = "Prints to standard output what runs as it is: the number, where and when it was\n"
               "measured, and a word of warning on a host with other CPUs.\n",
    .run = run,
};
