/* SPDX-License-Identifier: MIT */
/* Wires the command line to a command, and is the only place that prints an error and exits. */
#include "core/base/err.h"
#include "core/fleet/fleet_order.h"
#include "core/fleet/link.h"
#include "tuner/cli/commands.h"
#include "tuner/cli/signals.h"
#include "tuner/dispatch/fleet_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* If a standard stream is closed, a result file would get its number, and be written over. Standard
 * output is then opened for reading only, so that writing to it fails as it should. */
static void open_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

/* All output must have arrived. */
static int close_output(FILE *out, struct knee_err *err)
{
    int earlier = ferror(out);
    errno = 0;
    if (fclose(out) == 0 && !earlier)
        return 0;
    return knee_err_set(err, KNEE_FAILED,
                        "standard output: %s; the output did not get there in full",
                        errno ? strerror(errno) : "write error");
}

/* Other ranks take part in a sweep or a run, and in nothing else; rank 0 speaks for all. */
static int follow(int argc, char **argv, struct knee_streams *io, struct knee_link *link)
{
    struct knee_err err = {0};
    fclose(stdin); /* some launchers copy it to every rank */
    io->out = io->log = fopen("/dev/null", "we");
    if (argc > 1 && strcmp(argv[1], "sweep") == 0 && io->out)
        (void)knee_commands_run(argc, argv, io, &err);
    int code = KNEE_OK;
    if (link->dismissed)
        code = err.code;
    else if (argc > 1 && strcmp(argv[1], "run") == 0)
        code = knee_fleet_run_serve(link, argc, argv, knee_signals_catch());
    else
        code = knee_fleet_order_take(link, NULL, NULL);
    knee_link_close(link);
    return code;
}

int main(int argc, char **argv)
{
    struct knee_err err = {0}, output_err = {0};
    struct knee_link link;
    struct knee_streams io = {.out = stdout, .log = stderr, .link = &link};
    open_standard_streams();
    if (knee_link_open(&link, &argc, &argv, &err)) {
        if (link.rank == 0)
            fprintf(io.log, "knee: %s\n", err.message);
        return err.code;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    signal(SIGCHLD, SIG_DFL); /* if it is ignored, nobody learns how a child ended */
    if (link.rank > 0) {
        knee_signals_catch_enough(true);
        return follow(argc, argv, &io, &link);
    }
    int failed = knee_commands_run(argc, argv, &io, &err);
    if (close_output(io.out, &output_err) && !failed) {
        err = output_err;
        failed = 1;
    }
    int code = failed ? err.code : KNEE_OK;
    if (failed)
        fprintf(io.log, "knee: %s\n", err.message);
    if (link.size > 1)
        knee_fleet_order_end(&link, code);
    knee_link_close(&link);
    return code;
}
