/* SPDX-License-Identifier: MIT */
/* Wires the command line to a command, and is the only place that prints an error and exits. */
#include "core/base/err.h"
#include "core/base/version.h"
#include "core/text/suggest.h"
#include "tuner/cli/help.h"
#include "tuner/options/command.h"
#include "tuner/options/options.h"
#include "workloads/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MAX 32

/* A standard stream that was closed would let a result file take its number, and be written over.
 * Standard output is then read-only, so that writing to it fails as it should. */
static void open_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

static int unknown_command(const char *word, struct knee_err *err)
{
    const char *names[NAMES_MAX + 1] = {NULL};
    for (size_t i = 0; i < NAMES_MAX && knee_commands[i]; i++)
        names[i] = knee_commands[i]->name;
    if (word[0] == '-')
        return knee_err_set(err, KNEE_USAGE,
                            "%.80s: an option stands behind a command; write knee COMMAND %.80s",
                            word, word);
    if (knee_registry_find(word) && knee_command_find("sweep"))
        return knee_err_set(err, KNEE_USAGE,
                            "%.80s: a workload is no command; write knee sweep %.80s", word, word);
    const char *meant = knee_suggest(word, names);
    if (meant)
        return knee_err_set(err, KNEE_USAGE, "%.80s: unknown command; did you mean %s?", word,
                            meant);
    return knee_err_set(err, KNEE_USAGE, "%.80s: unknown command; knee --help shows all", word);
}

static int run_command(const struct knee_command *command, int argc, char **argv,
                       const struct knee_streams *io, struct knee_err *err)
{
    struct knee_options options;
    knee_options_init(&options);
    options.argc = argc;
    options.argv = argv;
    if (knee_options_parse(&options, command, argc - 2, argv + 2, err))
        return -1;
    if (options.version)
        fputs("knee " KNEE_VERSION "\n", io->out);
    else if (options.help)
        knee_help_command(io->out, command);
    else
        return command->run(&options, io, err);
    return 0;
}

static int run(int argc, char **argv, const struct knee_streams *io, struct knee_err *err)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    const struct knee_command *command = word ? knee_command_find(word) : NULL;
    if (command)
        return run_command(command, argc, argv, io, err);
    if (!word)
        knee_help_needs(io->out);
    else if (strcmp(word, "--version") == 0)
        fputs("knee " KNEE_VERSION "\n", io->out);
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        knee_help_commands(io->out);
    else
        return unknown_command(word, err);
    return 0;
}

/* What was printed must have arrived. */
static int close_output(FILE *out, struct knee_err *err)
{
    int earlier = ferror(out);
    errno = 0;
    if (fclose(out) == 0 && !earlier)
        return 0;
    return knee_err_set(err, KNEE_FAILED,
                        "standard output: %s; what was to be printed did not get there in full",
                        errno ? strerror(errno) : "write error");
}

int main(int argc, char **argv)
{
    struct knee_err err = {0}, output_err = {0};
    struct knee_streams io = {.out = stdout, .log = stderr};
    open_standard_streams();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    signal(SIGCHLD, SIG_DFL); /* whoever ignores it is never told how a child ended */
    int failed = run(argc, argv, &io, &err);
    if (close_output(io.out, &output_err) && !failed) {
        err = output_err;
        failed = 1;
    }
    if (!failed)
        return KNEE_OK;
    fprintf(io.log, "knee: %s\n", err.message);
    return err.code;
}
