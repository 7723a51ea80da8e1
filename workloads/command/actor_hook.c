/* SPDX-License-Identifier: MIT */
/* Runs the commands around the items: setup, prepare, cleanup. */
#include "workloads/command/actor_private.h"

#include "core/base/clock.h"
#include "workloads/process/child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_NS (5 * KNEE_NS_PER_MS)

extern char **environ;

/* Waits until the command has ended, or the user interrupts: true for that. */
static bool wait_interruptibly(pid_t pid, const volatile sig_atomic_t *interrupted)
{
    siginfo_t info = {0};
    while (interrupted && !*interrupted) {
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) != 0 || info.si_pid)
            return false;
        knee_clock_sleep_until_ns(knee_clock_now_ns() + LOOK_NS);
    }
    return interrupted != NULL;
}

/* Keeps what a setup that succeeds has started in the background. Its shell is not reaped until the
 * actor is closed: so its number, which is its group's, stays its own. False: it has failed. */
static bool keep_setup(struct knee_actor *actor, pid_t pid)
{
    struct knee_keeper_page *page = actor->keeper.page;
    if (knee_child_wait_unreaped(pid) != 0)
        return false;
    actor->setup_pid = pid;
    atomic_store_explicit(&page->setup_group, pid, memory_order_release);
    atomic_store_explicit(&page->groups[KNEE_ACTOR_HOOK], 0, memory_order_release);
    return true;
}

int knee_actor_hook(struct knee_actor *actor, const char *what, const char *command,
                    struct knee_err *err)
{
    if (!command)
        return 0;
    char name[] = "sh", flag[] = "-c";
    char *argv[] = {NULL, name, flag, (char *)command, NULL};
    void *stack = aligned_alloc(64, KNEE_CHILD_STACK_BYTES);
    if (!stack)
        return knee_err_memory(err, what);
    _Atomic int *group = &actor->keeper.page->groups[KNEE_ACTOR_HOOK];
    const struct knee_child_params params = {.argv = argv + 1,
                                             .program = "/bin/sh",
                                             .environment = environ,
                                             .directory = actor->params.directory,
                                             .in_fd = actor->null_fd,
                                             .out_fd = STDERR_FILENO, /* stdout is for results */
                                             .err_fd = STDERR_FILENO,
                                             .group = group,
                                             .stack = stack};
    struct knee_child_end end;
    pid_t pid = 0;
    int error = knee_child_start(&params, &pid);
    free(stack);
    if (error)
        return knee_err_set(err, KNEE_FAILED, "%s: cannot run a shell: %s", what, strerror(error));
    /* The clean-up also runs after an interrupt. */
    const volatile sig_atomic_t *interrupted =
        strcmp(what, "cleanup") == 0 ? NULL : actor->params.interrupted;
    bool stopped = wait_interruptibly(pid, interrupted);
    if (!stopped && strcmp(what, "setup") == 0 && keep_setup(actor, pid))
        return 0;
    const struct knee_child_waiting waiting = {.timeout_ns = stopped ? 1 : 0};
    knee_child_wait(pid, &waiting, group, &end);
    if (stopped)
        return knee_err_set(err, KNEE_INTERRUPTED + *interrupted, "interrupted in %s", what);
    if (end.status == 0)
        return 0;
    char how[96];
    return knee_err_set(err, KNEE_FAILED, "%s: \"%.200s\": %s; fix it or leave it out", what,
                        command, knee_actor_outcome_text(EIO, end.status, how, sizeof how));
}
