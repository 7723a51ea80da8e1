/* SPDX-License-Identifier: MIT */
#include "workloads/process/companion.h"

#include "core/base/array.h"
#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_PATIENCE_NS (5 * KNEE_NS_PER_S) /* then it is killed */
#define END_POLL_NS (KNEE_NS_PER_MS / 2)
#define FEW_FILES 65536u

/* One entry of a directory, as the kernel writes it (getdents64(2)). */
struct kernel_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short bytes;
    unsigned char type;
    char name[];
};

/* The number that `name` is; UINT_MAX: none. */
static unsigned read_number(const char *name)
{
    unsigned number = 0;
    if (*name < '0' || *name > '9')
        return UINT_MAX;
    for (; *name >= '0' && *name <= '9'; name++)
        number = 10 * number + (unsigned)(*name - '0');
    return number;
}

/* Closes the open files of a range by the kernel's list of them: the limit may be a billion, and
 * opendir() allocates, which a forked process must not. */
static void close_listed(unsigned first, unsigned last)
{
    int list = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (list < 0) { /* no /proc: those of an ordinary limit */
        for (unsigned fd = first; fd <= last && fd < FEW_FILES; fd++)
            close((int)fd);
        return;
    }
    alignas(struct kernel_entry) char entries[4096];
    long got;
    while ((got = syscall(SYS_getdents64, list, entries, sizeof entries)) > 0)
        for (long at = 0; at < got;) {
            const struct kernel_entry *entry = (const void *)(entries + at);
            unsigned fd = read_number(entry->name);
            at += entry->bytes;
            if (fd != UINT_MAX && fd >= first && fd <= last && fd != (unsigned)list)
                close((int)fd);
        }
    close(list);
}

static void close_between(unsigned first, unsigned last)
{
    if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
        return;
    close_listed(first, last); /* a kernel before 5.9 */
}

/* Closes all other files: another companion's control, or any pipe, must not stay open here. */
static void keep_only(const int *fds, size_t fds_count, int control_fd)
{
    unsigned next = STDERR_FILENO + 1, kept;
    do {
        kept = (unsigned)control_fd >= next ? (unsigned)control_fd : UINT_MAX;
        for (size_t i = 0; i < fds_count; i++)
            if ((unsigned)fds[i] >= next && (unsigned)fds[i] < kept)
                kept = (unsigned)fds[i];
        close_between(next, kept - 1);
        next = kept + 1;
    } while (kept != UINT_MAX);
}

static void become_companion(const char *name)
{
    static const int IGNORED[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < KNEE_COUNT(IGNORED); i++)
        signal(IGNORED[i], SIG_IGN);
    prctl(PR_SET_NAME, name, 0UL, 0UL, 0UL);
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; null_fd >= 0 && fd <= STDERR_FILENO; fd++)
        dup2(null_fd, fd);
    if (chdir("/") != 0)
        return; /* harmless: it keeps a directory busy */
}

int knee_companion_open(struct knee_companion *companion, const char *name, knee_companion_run *run,
                        void *argument, const int *fds, size_t fds_count, struct knee_err *err)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return knee_err_set(err, KNEE_FAILED, "%s: cannot make a socket pair: %s%s", name,
                            strerror(errno), errno == EMFILE ? "; raise ulimit -n" : "");
    pid_t pid = fork();
    if (pid == 0) {
        become_companion(name);
        keep_only(fds, fds_count, ends[1]);
        run(argument, ends[1]);
        _exit(0);
    }
    int error = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return knee_err_set(err, KNEE_FAILED, "%s: cannot start a process: %s", name,
                            strerror(error));
    }
    *companion = (struct knee_companion){.pid = pid, .control_fd = ends[0]};
    return 0;
}

void knee_companion_kill(const struct knee_companion *companion)
{
    if (companion->pid > 0)
        kill(companion->pid, SIGKILL);
}

void knee_companion_close(struct knee_companion *companion)
{
    if (companion->pid <= 0)
        return;
    close(companion->control_fd);
    uint64_t give_up_ns = knee_clock_now_ns() + END_PATIENCE_NS;
    bool killed = false;
    for (;;) {
        pid_t ended = waitpid(companion->pid, NULL, killed ? 0 : WNOHANG);
        if (ended > 0 || (ended < 0 && errno != EINTR))
            break;
        uint64_t now_ns = knee_clock_now_ns();
        if (!killed && now_ns >= give_up_ns) {
            kill(companion->pid, SIGKILL);
            killed = true;
        }
        if (!killed)
            knee_clock_sleep_until_ns(now_ns + END_POLL_NS);
    }
    *companion = (struct knee_companion){0};
}
