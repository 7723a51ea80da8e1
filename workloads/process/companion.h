/* SPDX-License-Identifier: MIT */
/* A companion: a helper process that lives exactly as long as knee. It waits for the end of a
 * control channel, and the kernel closes knee's side of that however knee ends, even by SIGKILL.
 * (PR_SET_PDEATHSIG would fire when the *thread* that forked ends, so it is not used.)
 *
 * It ignores the terminal's signals and the usual ones that end a process: a Ctrl-C reaches the
 * whole process group, but knee still has to write its results, and needs the server until then. */
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

/* The companion's own function: it must return soon after `control_fd` has become readable, and the
 * process then ends. It may have been forked while other threads ran: it may make system calls and
 * compute, but must not allocate or use stdio. */
typedef void knee_companion_run(void *argument, int control_fd);

/* Starts one that ps shows as `name` (15 characters). It keeps only the open files in `fds` and its
 * side of the control; standard input, output and error are /dev/null. 0, or -1 with KNEE_FAILED.
 */
int knee_companion_open(struct knee_companion *companion, const char *name, knee_companion_run *run,
                        void *argument, const int *fds, size_t fds_count, struct knee_err *err);

/* Ends it at once, even if it is stopped. From any thread, between open and close. */
void knee_companion_kill(const struct knee_companion *companion);

/* Tells it to end, waits until it has (killing it after some seconds) and leaves no zombie. Safe
 * on a zeroed one. */
void knee_companion_close(struct knee_companion *companion);

#endif
