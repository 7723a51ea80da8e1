/* SPDX-License-Identifier: MIT */
#include "tuner/cli/commands.h"

#include "core/base/version.h"
#include "core/text/lookup.h"
#include "core/text/suggest.h"
#include "tuner/cli/help.h"
#include "tuner/options/arguments.h"
#include "workloads/registry.h"

#include <signal.h>
#include <string.h>

extern const struct knee_command knee_cmd_sweep;
extern const struct knee_command knee_cmd_run;
extern const struct knee_command knee_cmd_analyze;
extern const struct knee_command knee_cmd_recommend;
extern const struct knee_command knee_cmd_limit;
extern const struct knee_command knee_cmd_topology;
extern const struct knee_command knee_cmd_report;
extern const struct knee_command knee_cmd_compare;
extern const struct knee_command knee_cmd_plan;
extern const struct knee_command knee_cmd_fit;
extern const struct knee_command knee_cmd_simulate;
extern const struct knee_command knee_cmd_list;

const struct knee_command *const knee_commands[] = {
    &knee_cmd_sweep,
    &knee_cmd_run,
    &knee_cmd_analyze,
    &knee_cmd_limit,
    &knee_cmd_topology,
    &knee_cmd_recommend,
    &knee_cmd_report,
    &knee_cmd_compare,
    &knee_cmd_plan,
    &knee_cmd_fit,
    &knee_cmd_simulate,
    &knee_cmd_list,
    NULL,
};

/* Whoever pages or cuts a help text may stop reading it: that ends us as it ends any filter. */
static FILE *open_text(const struct knee_streams *io)
{
    signal(SIGPIPE, SIG_DFL);
    return io->out;
}

/* The options that need no command; all others go after theirs. */
static int misplaced_option(const char *word, struct knee_err *err)
{
    struct knee_lookup alone = {.count = 0};
    char what[120];
    bool is_long = strncmp(word, "--", 2) == 0;
    knee_lookup_add(&alone, "version");
    knee_lookup_add(&alone, "help");
    snprintf(what, sizeof what, "%.80s: unknown option", word);
    if (is_long && knee_suggest(word + 2, alone.names))
        return knee_lookup_unknown(&alone, word + 2, what, "--", "", err);
    return knee_err_set(err, KNEE_USAGE,
                        "%.80s: options go after the command; write knee COMMAND %.80s", word,
                        word);
}

static int unknown_command(const char *word, struct knee_err *err)
{
    struct knee_lookup names = {.count = 0};
    char what[120];
    for (size_t i = 0; knee_commands[i]; i++)
        knee_lookup_add(&names, knee_commands[i]->name);
    if (word[0] == '-')
        return misplaced_option(word, err);
    if (knee_registry_find(word))
        return knee_err_set(err, KNEE_USAGE,
                            "%.80s: a workload is not a command; write knee sweep %.80s", word,
                            word);
    snprintf(what, sizeof what, "%.80s: unknown command", word);
    return knee_lookup_unknown(&names, word, what, "", "knee --help shows all", err);
}

static int run_command(const struct knee_command *command, int argc, char **argv,
                       const struct knee_streams *io, struct knee_err *err)
{
    struct knee_arguments arguments = {0};
    int status = 0;
    if (knee_arguments_parse(&arguments, command, knee_commands, argc, argv, err))
        return -1;
    if (arguments.version)
        fputs("knee " KNEE_VERSION "\n", io->out);
    else if (arguments.help)
        knee_help_command(open_text(io), command);
    else
        status = command->run(&arguments, io, err);
    knee_arguments_release(&arguments);
    return status;
}

/* `knee help COMMAND` is `knee COMMAND --help`. */
static int help(const char *word, const struct knee_streams *io, struct knee_err *err)
{
    const struct knee_command *command = word ? knee_command_find(knee_commands, word) : NULL;
    if (!word)
        knee_help_commands(open_text(io));
    else if (command)
        knee_help_command(open_text(io), command);
    else
        return unknown_command(word, err);
    return 0;
}

int knee_commands_run(int argc, char **argv, const struct knee_streams *io, struct knee_err *err)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    const struct knee_command *command = word ? knee_command_find(knee_commands, word) : NULL;
    if (command)
        return run_command(command, argc, argv, io, err);
    if (!word)
        knee_help_needs(open_text(io));
    else if (strcmp(word, "--version") == 0)
        fputs("knee " KNEE_VERSION "\n", io->out);
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        knee_help_commands(open_text(io));
    else if (strcmp(word, "help") == 0)
        return help(argc > 2 ? argv[2] : NULL, io, err);
    else
        return unknown_command(word, err);
    return 0;
}
