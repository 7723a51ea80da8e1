/* SPDX-License-Identifier: MIT */
/* A companion: a process of our own that lives exactly as long as we do. It waits for the end of
 * a control channel, and the kernel closes our side of that however we end, SIGKILL included.
 * (PR_SET_PDEATHSIG would fire when the *thread* that forked ends, so it is not used.)
 *
 * The terminal's and the usual ending signals are ignored in it: a Ctrl-C reaches the whole
 * process group, but what was measured is still to be written, and the server is part of that. */
#ifndef KNEE_WORKLOADS_PROCESS_COMPANION_H
#define KNEE_WORKLOADS_PROCESS_COMPANION_H

#include "core/base/err.h"

#include <stddef.h>
#include <sys/types.h>

/* Zeroed: none. */
struct knee_companion {
    pid_t pid;
    int control_fd;
};

/* What runs in the companion: it must return soon after `control_fd` has become readable, and the
 * process then ends. It has been forked, perhaps out of many threads: it may make system calls and
 * compute, but neither allocate nor use stdio. */
typedef void knee_companion_run(void *argument, int control_fd);

/* Starts one, named `name` (15 characters) in ps. Of the open files it keeps the `fds_count` in
 * `fds` and its side of the control; standard input and output are /dev/null. 0, or -1 with
 * KNEE_FAILED. */
int knee_companion_open(struct knee_companion *companion, const char *name, knee_companion_run *run,
                        void *argument, const int *fds, size_t fds_count, struct knee_err *err);

/* Ends it at once, even a stopped one. From any thread, between open and close. */
void knee_companion_kill(const struct knee_companion *companion);

/* Tells it to end, waits until it has (killing it after some seconds) and leaves no zombie. Safe
 * on a zeroed one. */
void knee_companion_close(struct knee_companion *companion);

#endif
