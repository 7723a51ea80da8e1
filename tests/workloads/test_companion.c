/* SPDX-License-Identifier: MIT */
/* workloads/process/companion: keeps only its own files, ends with its parent, leaves no zombie. */
#include "workloads/process/companion.h"

#include "core/base/clock.h"
#include "tests/support/drive.h"
#include "tests/support/refuse.h"
#include "tests/support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes how many files the companion has open to the one that it keeps, then waits for its end. */
static void count_files(void *argument, int control_fd)
{
    const int *kept = argument;
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    const unsigned char open_files = (unsigned char)count;
    (void)!write(*kept, &open_files, 1);
    struct pollfd control = {.fd = control_fd, .events = POLLIN};
    while (poll(&control, 1, -1) < 0)
        continue;
}

static int files_of_a_companion(void)
{
    int ends[2], more[20];
    unsigned char count = 0;
    struct knee_companion companion;
    struct knee_err err;
    if (pipe(ends))
        return -1;
    for (size_t i = 0; i < 20; i++)
        more[i] = open("/dev/null", O_RDONLY);
    if (knee_companion_open(&companion, "test", count_files, &ends[1], &ends[1], 1, &err))
        return -1;
    close(ends[1]); /* if the companion dies, there is nothing to wait for */
    if (read(ends[0], &count, 1) != 1)
        return -1;
    knee_companion_close(&companion);
    for (size_t i = 0; i < 20; i++)
        close(more[i]);
    close(ends[0]);
    return count;
}

/* Three standard ones, the kept one, the control. */
static void only_its_own_files_stay_open(void **state)
{
    (void)state;
    assert_int_equal(files_of_a_companion(), 5);
}

/* At least 1023; what runs the test, as valgrind does, may have files of its own further up. */
static unsigned highest_file(void)
{
    unsigned highest = 1023;
    DIR *list = opendir("/proc/self/fd");
    for (const struct dirent *entry; list && (entry = readdir(list));) {
        unsigned long fd = strtoul(entry->d_name, NULL, 10);
        highest = fd > highest ? (unsigned)fd : highest;
    }
    if (list)
        closedir(list);
    return highest;
}

static int files_without_close_range(void)
{
    struct rlimit limit;
    /* The limit is often a billion: closing one by one would take minutes. */
    if (getrlimit(RLIMIT_NOFILE, &limit) || !refuse_call(SYS_close_range, ENOSYS) ||
        !refuse_call_above(SYS_close, highest_file()))
        return 77;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return files_of_a_companion();
}

static void so_they_do_on_a_kernel_without_close_range(void **state)
{
    (void)state;
    int count = refuse_run(files_without_close_range);
    if (count == 77)
        skip();
    assert_int_equal(count, 5);
}

static void sleep_on(void *argument, int control_fd)
{
    (void)argument, (void)control_fd;
    for (;;)
        pause();
}

/* One that does not listen is killed after some seconds; one that was killed leaves no zombie. */
static void none_is_left(void **state)
{
    (void)state;
    struct knee_companion companion;
    struct knee_err err;
    assert_int_equal(knee_companion_open(&companion, "test", sleep_on, NULL, NULL, 0, &err), 0);
    pid_t pid = companion.pid;
    knee_companion_kill(&companion);
    knee_companion_close(&companion);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
    knee_companion_close(&companion); /* twice is harmless */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_its_own_files_stay_open),
        cmocka_unit_test(so_they_do_on_a_kernel_without_close_range),
        cmocka_unit_test(none_is_left),
    };
    return cmocka_run_group_tests_name("companion", tests, NULL, NULL);
}
