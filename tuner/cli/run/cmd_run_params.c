/* SPDX-License-Identifier: MIT */
#include "tuner/cli/run/cmd_run.h"

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "core/text/parse.h"
#include "tuner/store/result_limit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAUSE_MAX_NS (24 * 3600 * KNEE_NS_PER_S)

static int check(const struct knee_run_options *options, struct knee_err *err)
{
    if (!options->command.words)
        return knee_err_set(err, KNEE_USAGE,
                            "run: no command; write knee run -- COMMAND [ARG...] [::: ITEM...]");
    if (options->command.listed && options->command.items)
        return knee_err_set(err, KNEE_USAGE,
                            "run: both ::: and --items name the items; drop one of them");
    if (options->failed && !options->resume)
        return knee_err_set(
            err, KNEE_USAGE,
            "run: --failed repeats what failed in an earlier run; add --resume DIR");
    if (options->pause && !options->batch)
        return knee_err_set(err, KNEE_USAGE, "run: --pause is between batches; add --batch N");
    if (options->order == KNEE_RUN_OPTIONS_LARGEST && !options->weight)
        return knee_err_set(err, KNEE_USAGE,
                            "run: --order largest needs to know what is large; add --weight size");
    if (options->group + options->line_buffer + options->ungroup > 1)
        return knee_err_set(err, KNEE_USAGE,
                            "run: --group, --line-buffer and --ungroup exclude each other; keep "
                            "one");
    if (options->ungroup && (options->tag || options->keep_order))
        return knee_err_set(err, KNEE_USAGE,
                            "run: with --ungroup items print by themselves; drop it, or --%s",
                            options->tag ? "tag" : "keep-order");
    if (options->max_level && options->min_level > options->max_level)
        return knee_err_set(err, KNEE_USAGE,
                            "run: --min-level %u is above --max-level %u; lower it",
                            options->min_level, options->max_level);
    return knee_user_command_check_words(&options->command, err);
}

static int read_limit(struct knee_cmd_run *run, struct knee_err *err)
{
    const struct knee_run_options *options = run->options;
    struct knee_dispatch_params *params = &run->params;
    struct knee_run_limit_choice choice;
    struct knee_result_limit measured;
    if (knee_run_limit_parse(&choice, options->limit ? options->limit : "auto",
                             KNEE_ENGINE_LEVEL_MAX, err))
        return -1;
    params->automatic = choice.fixed == 0;
    params->start = choice.fixed;
    params->min_level = options->min_level;
    params->max_level = options->max_level;
    if (choice.fixed) {
        if (options->min_level > choice.fixed ||
            (options->max_level && options->max_level < choice.fixed))
            return knee_err_set(err, KNEE_USAGE,
                                "run: --limit %u is not between --min-level and --max-level; "
                                "change one of them",
                                choice.fixed);
        if (!options->max_level)
            params->max_level = KNEE_ENGINE_LEVEL_MAX; /* signals, keys and a file may raise it */
    }
    if (choice.directory) {
        if (knee_result_limit_read(&measured, choice.directory, NULL, err))
            return -1;
        params->start = measured.limit;
    }
    return 0;
}

static int read_failures(struct knee_cmd_run *run, struct knee_err *err)
{
    const struct knee_run_options *options = run->options;
    struct knee_dispatch_params *params = &run->params;
    params->retries = options->command.retries;
    params->ignore_failure = options->command.ignore_failure;
    if (knee_run_retry_on_parse(&params->retry_on, options->retry_on ? options->retry_on : "any",
                                err) ||
        knee_run_halt_parse(&params->halt, options->halt ? options->halt : "never", err))
        return -1;
    if (options->timeout && knee_run_timeout_parse(&params->timeout, options->timeout, err))
        return -1;
    params->batch = options->batch;
    params->pause_memory = options->pause && strcmp(options->pause, "memory") == 0;
    if (!options->pause || params->pause_memory)
        return 0;
    return knee_parse_duration("--pause", options->pause, 0, PAUSE_MAX_NS, &params->pause_ns, err);
}

int knee_cmd_run_read_options(struct knee_cmd_run *run, struct knee_err *err)
{
    const struct knee_run_options *options = run->options;
    const struct knee_command_options *command = &options->command;
    struct knee_dispatch_params *params = &run->params;
    if (check(options, err) || read_limit(run, err) || read_failures(run, err))
        return -1;
    knee_user_command_name(&run->command, command);
    params->machine = &run->machine.machine;
    params->limit_file = options->limit_file;
    params->joblog = options->joblog;
    params->seed = options->measuring.seed;
    params->only_failed = options->failed;
    params->past = options->resume ? &run->past : NULL;
    params->command = run->command.title;
    params->governor = (struct knee_governor_params){.max_load_ratio = options->max_load_ratio,
                                                     .max_memory_bytes = command->max_memory_bytes,
                                                     .min_free_bytes = options->min_free_bytes,
                                                     .min_level = options->min_level};
    params->evict = options->evict;
    params->output =
        (struct knee_item_output_params){.mode = options->ungroup       ? KNEE_ITEM_OUTPUT_PLAIN
                                                 : options->line_buffer ? KNEE_ITEM_OUTPUT_LINES
                                                                        : KNEE_ITEM_OUTPUT_GROUP,
                                         .tag = options->tag,
                                         .keep_order = options->keep_order,
                                         .directory = command->output_dir};
    run->command.params = (struct knee_actor_params){
        .argv = command->words,
        .argc = command->words_count,
        .shell = command->shell,
        .environment = command->environment,
        .environment_count = command->environment_count,
        .items = &run->none,
        .given = true,
        .setup = command->setup,
        .prepare = command->prepare,
        .cleanup = command->cleanup,
        .directory = command->workdir,
        .output_dir = command->output_dir,
        .seed = options->measuring.seed,
    };
    return 0;
}

/* The file of an earlier run that holds its whole list from standard input; false: there is none.
 */
static bool has_whole(const struct knee_cmd_run *run)
{
    return run->options->resume && access(run->whole, R_OK) == 0;
}

static const char *path_of(const struct knee_cmd_run *run)
{
    const char *items = run->options->command.items;
    if (items && strcmp(items, "-") != 0)
        return items;
    return has_whole(run) ? run->whole : NULL;
}

/* A list that must be known as a whole. */
static int read_list(struct knee_cmd_run *run, struct knee_err *err)
{
    const struct knee_run_options *options = run->options;
    const char *path = path_of(run);
    struct knee_run_weight weight = {.by = KNEE_RUN_WEIGHT_NONE};
    struct knee_items items = {0};
    if (options->weight)
        knee_run_weight_parse(&weight, options->weight);
    if (options->command.listed) {
        if (knee_items_from_words(&items, options->command.listed, options->command.listed_count,
                                  err))
            return -1;
    } else {
        FILE *in = path ? fopen(path, "re") : stdin;
        if (!in)
            return knee_err_set(err, KNEE_USAGE, "--items %.200s: %s; give a file that can be read",
                                path, strerror(errno));
        int failed =
            knee_items_read(&items, in, path ? path : "standard input", options->command.null, err);
        if (path)
            fclose(in);
        if (failed)
            return -1;
    }
    enum knee_item_list_order order = options->order == KNEE_RUN_OPTIONS_RANDOM
                                          ? KNEE_ITEM_LIST_RANDOM
                                      : options->weight ? KNEE_ITEM_LIST_LARGEST
                                                        : KNEE_ITEM_LIST_GIVEN;
    const struct knee_item_list_params params = {.weight = &weight,
                                                 .order = order,
                                                 .seed = options->measuring.seed,
                                                 .interrupted = run->command.params.interrupted};
    if (knee_item_list_make(&run->list, &items, &params, err))
        return -1;
    if (run->list.unweighed)
        fprintf(run->io->log,
                "knee: warning: %zu of %zu items have no weight; they count as the mean one\n",
                run->list.unweighed, run->list.count);
    run->params.list = run->list.at;
    run->params.list_count = run->list.count;
    return 0;
}

int knee_cmd_run_read_items(struct knee_cmd_run *run, struct knee_err *err)
{
    const struct knee_run_options *options = run->options;
    const char *path = path_of(run);
    if (!options->command.listed && !path && isatty(STDIN_FILENO))
        return knee_err_set(err, KNEE_USAGE,
                            "run: no items; write ::: ITEM..., --items FILE, or find . -type f | "
                            "knee run ...");
    if (path && access(path, R_OK) != 0)
        return knee_err_set(err, KNEE_USAGE, "--items %.200s: %s; give a file that can be read",
                            path, strerror(errno));
    struct stat info;
    if (path == run->whole && (stat(path, &info) != 0 || !S_ISREG(info.st_mode)))
        return knee_err_set(err, KNEE_USAGE,
                            "%.200s: not a regular file; remove it, and pipe the items in again",
                            path);
    if (options->weight || options->order == KNEE_RUN_OPTIONS_RANDOM || options->command.listed)
        return read_list(run, err);
    run->params.items = (struct knee_item_source_params){.path = path,
                                                         .name = path ? path : "standard input",
                                                         .nul = options->command.null,
                                                         .spool = run->spool,
                                                         .whole = path ? NULL : run->whole};
    return 0;
}
