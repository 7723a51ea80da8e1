/* SPDX-License-Identifier: MIT */
#include "core/text/lookup.h"
#include "reports/scripts/snippets.h"
#include "tuner/cli/limit_words.h"
#include "tuner/options/arguments.h"
#include "tuner/options/option_readers.h"
#include "tuner/options/run_options.h"
#include "tuner/store/result_limit.h"
#include "tuner/store/run_plan.h"
#include "tuner/store/sweep_plan.h"

#include <stdio.h>
#include <string.h>

struct recommend_options {
    const char *target; /* --for */
};

#define SECTION "The snippet"
#define FIELD(name) .offset = offsetof(struct recommend_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option SNIPPET_OPTIONS[] = {
    {.name = "for", .argument = "TARGET", .section = SECTION,
     .help = "what the snippet is for; `knee list targets` shows all", .read = knee_option_text,
     FIELD(target), .example = "xargs"},
    {.name = NULL},
};
/* clang-format on */

static const struct knee_option_part SNIPPET = {.options = SNIPPET_OPTIONS};
static const struct knee_option_use OPTIONS[] = {{&SNIPPET, 0, NULL}, {NULL, 0, NULL}};

extern const struct knee_command knee_cmd_run;

static int unknown_target(const char *name, struct knee_err *err)
{
    struct knee_lookup names = {.count = 0};
    char all[256], what[120], otherwise[300];
    for (size_t i = 0; knee_snippet_targets[i].name; i++)
        knee_lookup_add(&names, knee_snippet_targets[i].name);
    knee_lookup_join(&names, " ", all, sizeof all);
    if (!name)
        return knee_err_set(err, KNEE_USAGE, "recommend: for what? add --for, one of %s", all);
    snprintf(what, sizeof what, "--for %.80s: unknown target", name);
    snprintf(otherwise, sizeof otherwise, "write one of %s", all);
    return knee_lookup_unknown(&names, name, what, "", otherwise, err);
}

/* A run's command: the snippet does the rest of the work with another tool. */
static int write_for_run(const struct knee_snippet_target *target, struct knee_snippet *snippet,
                         struct knee_run_plan_read *plan, FILE *out, struct knee_err *err)
{
    struct knee_arguments earlier = {0};
    if (knee_arguments_parse(&earlier, &knee_cmd_run, NULL, plan->argc, plan->argv, err))
        return -1;
    const struct knee_run_options *options = earlier.values;
    snippet->command = knee_command_words_find(&snippet->words, &options->command);
    snippet->words.has_items = true;
    snippet->cpus = plan->cpus;
    int failed = target->write(snippet, out) ? knee_err_memory(err, "recommend") : 0;
    knee_arguments_release(&earlier);
    return failed;
}

static int write_for_sweep(const struct knee_snippet_target *target, struct knee_snippet *snippet,
                           FILE *out, struct knee_err *err)
{
    struct knee_sweep_plan plan = {0};
    if (knee_sweep_plan_read(&plan, snippet->dir, err))
        return -1;
    snippet->cpus = plan.topology.allowed_pus;
    snippet->command = plan.workloads_count == 1 && plan.workloads[0].command &&
                       knee_command_words_find(&snippet->words, &plan.command);
    int failed = target->write(snippet, out) ? knee_err_memory(err, "recommend") : 0;
    knee_sweep_plan_release(&plan);
    return failed;
}

static int run_recommend(const struct knee_arguments *arguments, const struct knee_streams *io,
                         struct knee_err *err)
{
    const struct recommend_options *options = arguments->values;
    const struct knee_snippet_target *target =
        options->target ? knee_snippet_target_find(options->target) : NULL;
    const char *dir = arguments->words[0];
    struct knee_result_limit limit;
    struct knee_run_plan_read run = {0};
    if (!target)
        return unknown_target(options->target, err);
    if (knee_result_limit_read(&limit, dir, arguments->words_count > 1 ? arguments->words[1] : NULL,
                               err))
        return -1;
    struct knee_snippet snippet = {.limit = limit.limit,
                                   .workload = limit.workload,
                                   .title = limit.title,
                                   .verdict = limit.verdict,
                                   .date = limit.date,
                                   .host = limit.host,
                                   .source = limit.source,
                                   .slo_unmet =
                                       limit.slo == KNEE_SLO_STATE_UNMET ? limit.slos : NULL,
                                   .dir = dir};
    if (!knee_limit_words_warn(io->log, &limit, limit.workload) &&
        strcmp(limit.verdict, "resolved") != 0)
        fprintf(io->log, "knee: warning: %s is %s, not resolved\n", limit.workload, limit.verdict);
    if (knee_run_plan_read(&run, dir, NULL))
        return write_for_sweep(target, &snippet, io->out, err);
    int failed = write_for_run(target, &snippet, &run, io->out, err);
    knee_run_plan_read_release(&run);
    return failed;
}

const struct knee_command knee_cmd_recommend = {
    .name = "recommend",
    .options = OPTIONS,
    .values_bytes = sizeof(struct recommend_options),
    .operands = "DIR [WORKLOAD]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "a snippet for a script, out of a result",
    .need = "How do I use the number in my script?",
    .example = "knee recommend results/latest --for sh",
    .details = "Prints lines that run as they are: the number, when and on which host it was\n"
               "measured, and a word of warning on a host with other CPUs.\n" KNEE_LIMIT_WORDS_EXIT,
    .run = run_recommend,
};
