/* SPDX-License-Identifier: MIT */
/* workloads/process: processes that knee starts. It starts them fast, measures what they use, and
 * leaves none of them behind, however knee ends.
 *
 * This file: one child process, from its start to its end. Until it executes its program it shares
 * our memory (clone with CLONE_VM and CLONE_VFORK, as posix_spawn does) on a stack that is kept: no
 * page is copied or mapped for it. The child leads a process group of its own and has no
 * terminal: a program that reads it gets an error instead of a signal that stops it for ever. */
#ifndef KNEE_WORKLOADS_PROCESS_CHILD_H
#define KNEE_WORKLOADS_PROCESS_CHILD_H

#include "workloads/process/drain.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#define KNEE_CHILD_STACK_BYTES (64u << 10)

struct knee_child_params {
    char **argv;         /* ends with NULL; argv[-1] may be overwritten */
    const char *program; /* a path */
    char *const *environment;
    const char *directory; /* to run in; NULL: knee's own */
    int in_fd, out_fd, err_fd;
    bool no_terminal; /* knee has none that the child would have to let go of */
    /* The child writes its number here, which is its group's, too. It is negative while the child
     * is reaped (its number must not be used any more), and 0 afterwards. */
    _Atomic int *group;
    const struct rlimit *open_files; /* its limit of open files; NULL: knee's own */
    void *stack;                     /* KNEE_CHILD_STACK_BYTES, for this call alone */
};

/* Whether knee has a terminal, or may have one. */
bool knee_child_has_terminal(void);

/* Starts it. Returns 0 with `pid`, or an errno, also if the program cannot be executed. */
int knee_child_start(const struct knee_child_params *params, pid_t *pid);

struct knee_child_end {
    int status; /* of wait(2) */
    bool timed_out;
    struct rusage used; /* including the children that it waited for */
};

struct knee_child_waiting {
    uint64_t timeout_ns; /* then the group gets SIGTERM, and a second later SIGKILL; 0: never */
    struct knee_drain *drains; /* emptied meanwhile; NULL: none */
    size_t drains_count;
};

/* Waits for the child, and then kills what is left of its group. Many threads may wait at once. */
void knee_child_wait(pid_t pid, const struct knee_child_waiting *waiting, _Atomic int *group,
                     struct knee_child_end *end);

/* Waits until the child has ended and leaves it as it is, so that its number and its group's stay
 * its own. Returns its status of wait(2). */
int knee_child_wait_unreaped(pid_t pid);

#endif
