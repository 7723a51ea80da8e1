/* SPDX-License-Identifier: MIT */
/* Wires the command line to a command, and is the only place that prints an error and exits. */
#include "core/base/err.h"
#include "tuner/cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

int main(int argc, char **argv)
{
    struct knee_err err = {0}, output_err = {0};
    struct knee_streams io = {.out = stdout, .log = stderr};
    open_standard_streams();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    signal(SIGCHLD, SIG_DFL); /* if it is ignored, nobody learns how a child ended */
    int failed = knee_commands_run(argc, argv, &io, &err);
    if (close_output(io.out, &output_err) && !failed) {
        err = output_err;
        failed = 1;
    }
    if (!failed)
        return KNEE_OK;
    fprintf(io.log, "knee: %s\n", err.message);
    return err.code;
}
