/* SPDX-License-Identifier: MIT */
/* No process is left behind, however knee ends. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Runs a sweep in the background with SIGINT as it is for a program in the foreground. */
static pid_t start_sweep(const char *dir, const char *setup, const char *line)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char command[512];
        signal(SIGINT, SIG_DFL);
        snprintf(command, sizeof command,
                 "exec $KNEE sweep --levels 4 --budget 20s -q --no-plots -o r --setup '%s' -- %s "
                 "</dev/null >out 2>err",
                 setup, line);
        if (chdir(dir) == 0)
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void pause_ms(long ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void no_process_outlives_knee(void **state)
{
    (void)state;
    static const struct {
        int signal;
        const char *line, *mark, *setup;
    } CASES[] = {
        {SIGINT, "sh -c 'sleep 55.01 & sleep 55.01'", "sleep 55[.]01", "true"},
        {SIGTERM, "sh -c 'sleep 55.02 & sleep 55.02'", "sleep 55[.]02", "true"},
        {SIGKILL, "sh -c 'sleep 55.03 & sleep 55.03'", "sleep 55[.]03", "true"},
        {SIGKILL, "sh -c 'trap \"\" TERM; sleep 55.04; sleep 55.04'", "sleep 55[.]04", "true"},
        {SIGINT, "sh -c 'trap \"\" TERM; sleep 55.05; sleep 55.05'", "sleep 55[.]05", "true"},
        {SIGINT, "sh -c 'true; timeout 54 sleep 55.06; true'", "sleep 55[.]06", "true"},
        {SIGTERM, "sh -c 'setsid sleep 55.07; true'", "sleep 55[.]07", "true"},
        {SIGKILL, "sleep 0.01", "sleep 55[.]08", "sleep 55.08 &"},
        {SIGTERM, "sleep 0.01", "sleep 55[.]09", "setsid sleep 55.09 &"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char dir[128];
        int status = 0;
        shell_dir_make(dir, sizeof dir);
        pid_t pid = start_sweep(dir, CASES[i].setup, CASES[i].line);
        for (int tries = 0; shell_live(CASES[i].mark) == 0 && tries < 100; tries++)
            pause_ms(50);
        assert_true(shell_live(CASES[i].mark) > 0);
        kill(pid, CASES[i].signal);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (CASES[i].signal == SIGKILL)
            assert_true(WIFSIGNALED(status));
        else
            assert_int_equal(WEXITSTATUS(status), 128 + CASES[i].signal);
        for (int tries = 0; shell_live(CASES[i].mark) > 0 && tries < 100; tries++)
            pause_ms(50); /* the keeper asks first, and kills after a second */
        assert_int_equal(shell_live(CASES[i].mark), 0);
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_process_outlives_knee),
    };
    return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
