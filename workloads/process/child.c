/* SPDX-License-Identifier: MIT */
#include "workloads/process/child.h"

#include "core/base/array.h"
#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DRAINS_MAX 2
#define GRACE_MS 1000 /* from asking a group to end until it is killed */

/* The thread sanitizer takes a child in our memory for the thread that started it, and reports
 * races that do not exist. With it the child gets a copy, and its failure is exit code 127. */
#if defined(__SANITIZE_THREAD__)
#define SHARED_MEMORY 0
#else
#define SHARED_MEMORY (CLONE_VM | CLONE_VFORK)
#endif

struct start {
    const struct knee_child_params *params;
    volatile int error; /* written by the child, in our memory */
};

/* Executing a program resets handlers, but a signal may come before that. knee ignores SIGPIPE and
 * SIGXFSZ for itself; no program expects that. Signals that the user ignores (nohup) stay ignored.
 */
static void give_back_signals(void)
{
    static const int HANDLED[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    struct sigaction before;
    /* Signals are blocked here, so none is lost or taken in between. */
    for (size_t i = 0; i < KNEE_COUNT(HANDLED); i++)
        if (sigaction(HANDLED[i], &normal, &before) == 0 && before.sa_handler == SIG_IGN)
            sigaction(HANDLED[i], &before, NULL);
    sigaction(SIGPIPE, &normal, NULL);
    sigaction(SIGXFSZ, &normal, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

bool knee_child_has_terminal(void)
{
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0)
        close(terminal);
    return terminal >= 0 || errno != ENXIO;
}

/* A process group of its own without a terminal, or a session of its own, which has none. The
 * kernel makes a scheduling group for each session, and that takes a tenth of the time of a short
 * program; so there is one only if the terminal cannot be let go of alone. */
static bool stand_apart(bool no_terminal)
{
    if (no_terminal)
        return setpgid(0, 0) == 0;
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 ? errno != ENXIO : ioctl(terminal, TIOCNOTTY) != 0)
        return setsid() >= 0;
    if (terminal >= 0)
        close(terminal);
    return setpgid(0, 0) == 0;
}

/* Runs in the child, in our memory: it may only make system calls. */
__attribute__((no_sanitize("thread", "address"))) static int child_main(void *argument)
{
    struct start *start = argument;
    const struct knee_child_params *params = start->params;
    atomic_store_explicit(params->group, (int)syscall(SYS_getpid), memory_order_release);
    bool placed = stand_apart(params->no_terminal) && dup2(params->in_fd, STDIN_FILENO) >= 0 &&
                  dup2(params->out_fd, STDOUT_FILENO) >= 0 &&
                  dup2(params->err_fd, STDERR_FILENO) >= 0 &&
                  (!params->directory || chdir(params->directory) == 0);
    if (placed) {
        if (params->open_files)
            setrlimit(RLIMIT_NOFILE, params->open_files);
        give_back_signals();
        execve(params->program, params->argv, params->environment);
        if (errno == ENOEXEC) { /* a script whose first line names no shell */
            params->argv[0] = (char *)params->program;
            params->argv[-1] = (char *)"sh";
            execve("/bin/sh", params->argv - 1, params->environment);
        }
    }
    start->error = errno;
    _exit(127);
}

#if !SHARED_MEMORY
/* As if the memory were shared: when the parent goes on, the child has a group. */
static void wait_for_group(pid_t pid)
{
    siginfo_t info = {0};
    while (getpgid(pid) != pid &&
           waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == 0)
        sched_yield();
}
#endif

int knee_child_start(const struct knee_child_params *params, pid_t *pid)
{
    struct start start = {.params = params};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t started = clone(child_main, (char *)params->stack + KNEE_CHILD_STACK_BYTES,
                          SHARED_MEMORY | SIGCHLD, &start);
    int error = started < 0 ? errno : start.error;
#if !SHARED_MEMORY
    if (started > 0)
        wait_for_group(started);
#endif
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error && started > 0) {
        atomic_store_explicit(params->group, -started, memory_order_release);
        while (waitpid(started, NULL, 0) < 0 && errno == EINTR)
            continue;
        atomic_store_explicit(params->group, 0, memory_order_release);
    }
    if (error)
        return error;
    *pid = started;
    return 0;
}

/* Waits for events of the child or of the drains, at most until the deadline; empties the drains.
 * True if the child has ended. */
static bool wait_event(pid_t pid, int pid_fd, const struct knee_child_waiting *waiting,
                       uint64_t left_ns)
{
    struct pollfd polled[1 + DRAINS_MAX] = {{.fd = pid_fd, .events = POLLIN}};
    const size_t drains = waiting->drains ? waiting->drains_count : 0;
    for (size_t i = 0; i < drains; i++)
        polled[1 + i] = (struct pollfd){.fd = waiting->drains[i].read_fd, .events = POLLIN};
    if (pid_fd < 0 && left_ns > KNEE_NS_PER_MS)
        left_ns = KNEE_NS_PER_MS; /* a kernel before 5.3 has no such descriptor: asks */
    const struct timespec left = {.tv_sec = (time_t)(left_ns / KNEE_NS_PER_S),
                                  .tv_nsec = (long)(left_ns % KNEE_NS_PER_S)};
    ppoll(polled, 1 + drains, left_ns == UINT64_MAX ? NULL : &left, NULL);
    for (size_t i = 0; i < drains; i++)
        if (polled[1 + i].revents)
            knee_drain_take(&waiting->drains[i]);
    if (pid_fd >= 0)
        return polled[0].revents != 0;
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid;
}

/* Waits until the child has ended or the time is over. True if it has ended. */
static bool wait_until(pid_t pid, int pid_fd, const struct knee_child_waiting *waiting,
                       uint64_t deadline_ns)
{
    for (;;) {
        const uint64_t now = knee_clock_now_ns();
        if (now >= deadline_ns)
            return false;
        if (wait_event(pid, pid_fd, waiting,
                       deadline_ns == UINT64_MAX ? UINT64_MAX : deadline_ns - now))
            return true;
    }
}

/* Waits with drains or a timeout. True if the child ran too long; it has ended then or was killed.
 */
static bool wait_watching(pid_t pid, const struct knee_child_waiting *waiting)
{
    const uint64_t timeout_ns = waiting->timeout_ns;
    const int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool ended = wait_until(pid, pid_fd, waiting,
                            timeout_ns ? knee_clock_now_ns() + timeout_ns : UINT64_MAX);
    const bool late = !ended;
    if (late) {
        kill(-pid, SIGTERM);
        kill(-pid, SIGCONT);
        ended = wait_until(pid, pid_fd, waiting, knee_clock_now_ns() + GRACE_MS * KNEE_NS_PER_MS);
    }
    if (!ended)
        kill(-pid, SIGKILL);
    if (pid_fd >= 0)
        close(pid_fd);
    return late;
}

static void wait_unreaped(pid_t pid, siginfo_t *info)
{
    while (waitid(P_PID, (id_t)pid, info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        continue;
}

int knee_child_wait_unreaped(pid_t pid)
{
    siginfo_t info = {0};
    wait_unreaped(pid, &info);
    bool dumped = info.si_code == CLD_DUMPED;
    return info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status | (dumped ? 0x80 : 0);
}

void knee_child_wait(pid_t pid, const struct knee_child_waiting *waiting, _Atomic int *group,
                     struct knee_child_end *end)
{
    siginfo_t info;
    memset(end, 0, sizeof *end);
    if (waiting->timeout_ns || waiting->drains)
        end->timed_out = wait_watching(pid, waiting);
    wait_unreaped(pid, &info);
    /* It is not reaped yet, so no other process can have its number. */
    kill(-pid, SIGKILL);
    atomic_store_explicit(group, -pid, memory_order_release);
    while (wait4(pid, &end->status, 0, &end->used) < 0 && errno == EINTR)
        continue;
    atomic_store_explicit(group, 0, memory_order_release);
    while (waitpid(-pid, NULL, WNOHANG) > 0)
        continue;
    for (size_t i = 0; waiting->drains && i < waiting->drains_count; i++)
        knee_drain_finish(&waiting->drains[i]);
}
