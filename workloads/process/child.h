/* SPDX-License-Identifier: MIT */
/* One child process: started the fast way, waited for, with all that it used.
 *
 * The start shares our memory until the program is executed (clone with CLONE_VM and CLONE_VFORK,
 * as posix_spawn does), on a stack that is kept: no page is copied or mapped for it. The child is
 * the leader of a process group of its own. */
#ifndef KNEE_WORKLOADS_PROCESS_CHILD_H
#define KNEE_WORKLOADS_PROCESS_CHILD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#define KNEE_CHILD_STACK_BYTES (64u << 10)

struct knee_child_params {
    char **argv;         /* ends with NULL; argv[-1] is ours to write to */
    const char *program; /* a path */
    char *const *environment;
    const char *directory; /* to run in; NULL: ours */
    int in_fd, out_fd, err_fd;
    _Atomic int *group; /* where the child notes its number; 0 again when it has ended */
    const struct rlimit *open_files; /* to be given back to it; NULL: ours */
    void *stack;                     /* KNEE_CHILD_STACK_BYTES, for this call alone */
};

/* 0 with `pid`, or the errno of what failed, the execution of the program included. */
int knee_child_start(const struct knee_child_params *params, pid_t *pid);

struct knee_child_end {
    int status; /* of wait(2) */
    bool timed_out;
    struct rusage used; /* with all its own children that it waited for */
};

/* Waits for the child and ends what it has left behind in its group. With `timeout_ns` (0: none)
 * the group is then asked to end, and a second later killed. All threads may do so at once. */
void knee_child_wait(pid_t pid, uint64_t timeout_ns, _Atomic int *group,
                     struct knee_child_end *end);

/* Reaps processes that children of ours have left behind and that have ended; `page` holds the
 * groups that are still waited for. */
void knee_child_reap_strays(const _Atomic int *groups, size_t groups_count);

#endif
