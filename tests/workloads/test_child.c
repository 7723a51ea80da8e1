/* SPDX-License-Identifier: MIT */
/* workloads/process/child: starts a program or says why not, ends its group, never hangs on it. */
#include "workloads/process/child.h"

#include "core/base/clock.h"
#include "tests/support/refuse.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Runs `line` with a shell; the errno of its start. */
static int run_line(const char *program, const char *line, uint64_t timeout_ns,
                    struct knee_child_end *end)
{
    _Atomic int group = 0;
    char name[] = "sh", flag[] = "-c";
    char *argv[] = {NULL, name, flag, (char *)line, NULL};
    void *stack = aligned_alloc(64, KNEE_CHILD_STACK_BYTES);
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct knee_child_params params = {.argv = argv + 1,
                                             .program = program,
                                             .environment = environ,
                                             .in_fd = null_fd,
                                             .out_fd = null_fd,
                                             .err_fd = null_fd,
                                             .group = &group,
                                             .stack = stack};
    const struct knee_child_waiting waiting = {.timeout_ns = timeout_ns};
    pid_t pid = 0;
    int error = knee_child_start(&params, &pid);
    if (!error)
        knee_child_wait(pid, &waiting, &group, end);
    close(null_fd);
    free(stack);
    return group == 0 ? error : -1;
}

/* A child that could not run its program says why in memory that it shares with its parent. Under
 * these tools it is a plain fork, which shares none. */
static bool shares_memory(void)
{
#if defined(__SANITIZE_THREAD__)
    return false;
#else
    const char *preload = getenv("LD_PRELOAD");
    return !preload || !strstr(preload, "vgpreload"); /* valgrind's own library */
#endif
}

static void its_end_is_known(void **state)
{
    (void)state;
    struct knee_child_end end = {0};
    assert_int_equal(run_line("/bin/sh", "exit 3", 0, &end), 0);
    assert_int_equal(WEXITSTATUS(end.status), 3);
    assert_int_equal(run_line("/bin/sh", "kill -9 $$", 0, &end), 0);
    assert_int_equal(WTERMSIG(end.status), 9);
    if (!shares_memory())
        return;
    assert_int_equal(run_line("/no/such/program", "", 0, &end), ENOENT);
    assert_int_equal(run_line("/dev/null", "", 0, &end), EACCES);
}

static void a_timeout_ends_its_group(void **state)
{
    (void)state;
    struct knee_child_end end = {0};
    assert_int_equal(run_line("/bin/sh", "sleep 71.5 & sleep 71.5", 50 * KNEE_NS_PER_MS, &end), 0);
    assert_true(end.timed_out);
    assert_int_equal(shell_live("sleep 71[.]5"), 0);
}

/* In a child of the test that has a terminal: a program in the background that reads it would be
 * stopped for ever. */
static int read_the_terminal(void)
{
    struct knee_child_end end = {0};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) || unlockpt(terminal) || setsid() < 0)
        return 77;
    if (knee_child_has_terminal())
        return 4;
    int line = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    if (line < 0 || ioctl(line, TIOCSCTTY, 0) != 0)
        return 77;
    if (!knee_child_has_terminal())
        return 5;
    if (run_line("/bin/sh", "read word </dev/tty", 20 * KNEE_NS_PER_S, &end))
        return 1;
    return end.timed_out ? 2 : end.status == 0 ? 3 : 0;
}

static void reading_the_terminal_fails_and_does_not_stop(void **state)
{
    (void)state;
    int status = refuse_run(read_the_terminal);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_end_is_known),
        cmocka_unit_test(a_timeout_ends_its_group),
        cmocka_unit_test(reading_the_terminal_fails_and_does_not_stop),
    };
    return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
