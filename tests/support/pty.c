/* SPDX-License-Identifier: MIT */
#include "tests/support/pty.h"

#include "core/base/clock.h"
#include "tests/support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_NS (30 * KNEE_NS_PER_S)
#define POLL_MS 10

static bool are_alike(const struct termios *a, const struct termios *b)
{
    return a->c_lflag == b->c_lflag && a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
           a->c_cflag == b->c_cflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static void become(const struct pty *pty, const char *dir, const char *line)
{
    setsid();
    if (ioctl(pty->slave, TIOCSCTTY, 0) == 0 && dup2(pty->slave, STDIN_FILENO) >= 0 &&
        dup2(pty->slave, STDOUT_FILENO) >= 0 && dup2(pty->slave, STDERR_FILENO) >= 0 &&
        chdir(dir) == 0)
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

void pty_start(struct pty *pty, const char *dir, const char *line, unsigned columns, unsigned rows)
{
    *pty = (struct pty){.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (pty->master < 0) {
        print_message("no pseudo-terminal can be had here: not run\n");
        skip();
    }
    assert_int_equal(grantpt(pty->master), 0);
    assert_int_equal(unlockpt(pty->master), 0);
    pty->slave = open(ptsname(pty->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(pty->slave >= 0);
    pty_resize(pty, columns, rows);
    assert_int_equal(tcgetattr(pty->slave, &pty->before), 0);
    pty->pid = fork();
    assert_true(pty->pid >= 0);
    if (pty->pid == 0)
        become(pty, dir, line);
}

/* False when nothing comes for a moment. */
static bool read_some(struct pty *pty, int wait_ms)
{
    char bytes[4096];
    struct pollfd one = {.fd = pty->master, .events = POLLIN};
    if (poll(&one, 1, wait_ms) <= 0)
        return false;
    ssize_t got = read(pty->master, bytes, sizeof bytes);
    if (got <= 0)
        return false;
    pty->text = realloc(pty->text, pty->length + (size_t)got + 1);
    assert_non_null(pty->text);
    for (ssize_t i = 0; i < got; i++)
        pty->text[pty->length++] = bytes[i] ? bytes[i] : '?';
    pty->text[pty->length] = '\0';
    return true;
}

size_t pty_wait(struct pty *pty, size_t from, const char *part)
{
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (knee_clock_now_ns() < give_up_ns) {
        const char *found = pty->length > from ? strstr(pty->text + from, part) : NULL;
        if (found)
            return (size_t)(found - pty->text) + strlen(part);
        read_some(pty, POLL_MS);
    }
    fail_msg("\"%s\" did not appear in:\n%s", part, pty->text ? pty->text + from : "");
    return 0;
}

void pty_wait_settings(struct pty *pty, bool as_before)
{
    struct termios now;
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (knee_clock_now_ns() < give_up_ns) {
        assert_int_equal(tcgetattr(pty->slave, &now), 0);
        if (are_alike(&now, &pty->before) == as_before)
            return;
        read_some(pty, POLL_MS);
    }
    fail_msg("the settings of the terminal are %s", as_before ? "changed" : "as they were");
}

void pty_wait_stopped(struct pty *pty)
{
    int status = 0;
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (knee_clock_now_ns() < give_up_ns) {
        if (waitpid(pty->pid, &status, WNOHANG | WUNTRACED) == pty->pid) {
            assert_true(WIFSTOPPED(status));
            return;
        }
        read_some(pty, POLL_MS);
    }
    fail_msg("it does not stop");
}

void pty_type(struct pty *pty, const char *keys)
{
    assert_int_equal(write(pty->master, keys, strlen(keys)), (int)strlen(keys));
}

void pty_resize(struct pty *pty, unsigned columns, unsigned rows)
{
    const struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    assert_int_equal(ioctl(pty->master, TIOCSWINSZ, &size), 0);
}

int pty_end(struct pty *pty)
{
    int status = 0;
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (knee_clock_now_ns() < give_up_ns) {
        if (waitpid(pty->pid, &status, WNOHANG) == pty->pid) {
            while (read_some(pty, 10 * POLL_MS))
                continue;
            pty->pid = 0;
            return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        }
        read_some(pty, POLL_MS);
    }
    fail_msg("it does not end:\n%s", pty->text ? pty->text : "");
    return -1;
}

void pty_release(struct pty *pty)
{
    if (pty->pid > 0) {
        kill(pty->pid, SIGKILL);
        waitpid(pty->pid, NULL, 0);
    }
    close(pty->master);
    close(pty->slave);
    free(pty->text);
    *pty = (struct pty){.master = -1, .slave = -1};
}
