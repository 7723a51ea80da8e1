/* SPDX-License-Identifier: MIT */
/* core/host/processes and server_use: whose CPU time it is, by process, name and group. */
#include "core/host/processes.h"

#include "core/base/clock.h"
#include "core/host/server_use.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void burn_for_ever(void)
{
    for (volatile unsigned i = 0;; i++)
        continue;
}

/* Burns a CPU as `name`, after a grandchild has taken its name and does so, too. */
static pid_t start_burner(const char *name)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0) {
        setpgid(pid, pid); /* here, too: end_burner() may come before the child gets a turn */
        return pid;
    }
    setpgid(0, 0);
    prctl(PR_SET_NAME, name, 0UL, 0UL, 0UL);
    if (fork() == 0)
        prctl(PR_SET_NAME, "helper", 0UL, 0UL, 0UL);
    burn_for_ever();
    _exit(0);
}

static void end_burner(pid_t pid)
{
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void a_process_and_its_children_are_ours(void **state)
{
    (void)state;
    struct knee_processes processes = {0};
    knee_processes_read(&processes);
    pid_t pid = start_burner("knee-burner");
    const struct knee_process *found = NULL;
    for (int tries = 0; tries < 500 && (!found || found->cpu_s < 0.1); tries++) {
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 20 * KNEE_NS_PER_MS);
        knee_processes_read(&processes);
        found = knee_processes_find(&processes, pid);
    }
    assert_non_null(found);
    assert_true(found->is_ours && !found->is_kernel);
    assert_true(found->cpu_s >= 0.1);
    assert_int_equal(found->parent, getpid());
    struct knee_process busiest[4];
    size_t count = knee_processes_busiest(&processes, busiest, 4);
    for (size_t i = 0; i < count; i++) {
        assert_int_not_equal(busiest[i].pid, pid);
        assert_true(i == 0 || busiest[i - 1].used_s >= busiest[i].used_s);
    }
    end_burner(pid);
    knee_processes_read(&processes);
    assert_null(knee_processes_find(&processes, pid));
    knee_processes_release(&processes);
}

/* Two of our CPUs, one for us and one for a child, and then the same one. */
static void processes_on_other_cpus_share_none(void **state)
{
    (void)state;
    cpu_set_t all, one, other;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    if (CPU_COUNT(&all) < 2) {
        print_message("one CPU alone: not tested\n");
        skip();
    }
    int first = 0, second;
    while (!CPU_ISSET(first, &all))
        first++;
    for (second = first + 1; !CPU_ISSET(second, &all);)
        second++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    CPU_ZERO(&other);
    CPU_SET(second, &other);
    pid_t pid = start_burner("knee-burner");
    assert_true(knee_processes_share_cpus(pid));
    assert_int_equal(sched_setaffinity(pid, sizeof other, &other), 0);
    assert_true(knee_processes_share_cpus(pid)); /* ours are both */
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_false(knee_processes_share_cpus(pid));
    assert_int_equal(sched_setaffinity(pid, sizeof one, &one), 0);
    assert_true(knee_processes_share_cpus(pid));
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
    end_burner(pid);
}

/* By its number, with the child that it has started: two that burn. */
static void a_server_is_a_process_and_its_children(void **state)
{
    (void)state;
    struct knee_server_use *server = NULL;
    struct knee_err err = {0};
    char text[64], number[16];
    pid_t pid = start_burner("knee-server-x");
    double used_s = 0, alone_s = 0;
    struct knee_processes processes = {0};
    snprintf(number, sizeof number, "%d", (int)pid);
    assert_int_equal(knee_server_use_open(&server, number, "", &err), 0);
    knee_processes_read(&processes);
    for (int tries = 0; tries < 1000 && (used_s < 0.3 || alone_s < 0.1); tries++) {
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 20 * KNEE_NS_PER_MS);
        knee_processes_read(&processes);
        alone_s = knee_processes_find(&processes, pid)->cpu_s;
        double now_s = knee_server_use_cpu_s(server);
        assert_true(now_s >= used_s);
        used_s = now_s;
    }
    assert_true(used_s > 1.3 * alone_s);
    assert_true(knee_server_use_has(server, pid) && !knee_server_use_has(server, getpid()));
    assert_non_null(strstr(knee_server_use_text(server, text, sizeof text), "2 processes"));
    end_burner(pid);
    assert_true(knee_server_use_cpu_s(server) >= used_s);
    knee_server_use_close(server);
    knee_processes_release(&processes);
}

/* The number that the next process gets; false without the right to choose it. */
static bool choose_next(pid_t pid)
{
    FILE *last = fopen("/proc/sys/kernel/ns_last_pid", "w");
    bool chosen = last && fprintf(last, "%d", (int)pid - 1) > 0;
    return last && fclose(last) == 0 && chosen;
}

/* Others may take a number first, so it takes tries. `wanted` 0: any below this process's. */
static pid_t fork_as(pid_t wanted)
{
    for (int tries = 0; tries < 100; tries++) {
        pid_t low = getpid() - 2 - tries;
        if (!choose_next(wanted ? wanted : low))
            return -1;
        pid_t pid = fork();
        if (pid == 0)
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* also of a test that fails */
        if (pid == 0 && (wanted ? getpid() != wanted : getpid() > getppid()))
            _exit(1);
        if (pid <= 0 || (wanted ? pid == wanted : pid < getpid()))
            return pid;
        waitpid(pid, NULL, 0);
    }
    return -1;
}

static void skip_without_the_right(void)
{
    if (choose_next(getpid()))
        return;
    print_message("no right to choose the numbers of processes: not tested\n");
    skip();
}

/* Its number is below its parent's, as happens once the numbers start again. */
static void a_child_of_a_lower_number_belongs_to_its_parent(void **state)
{
    (void)state;
    int pipes[2];
    pid_t child = 0;
    skip_without_the_right();
    assert_int_equal(pipe(pipes), 0);
    pid_t parent = fork();
    if (parent == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setpgid(0, 0);
        child = fork_as(0);
        if (child != 0)
            (void)!write(pipes[1], &child, sizeof child);
        burn_for_ever();
    }
    setpgid(parent, parent);
    assert_int_equal(read(pipes[0], &child, sizeof child), sizeof child);
    close(pipes[0]);
    close(pipes[1]);
    if (child > 0) {
        char number[16];
        struct knee_server_use *server = NULL;
        snprintf(number, sizeof number, "%d", (int)parent);
        assert_int_equal(knee_server_use_open(&server, number, "", NULL), 0);
        assert_true(child < parent && knee_server_use_has(server, child));
        knee_server_use_close(server);
    }
    end_burner(parent);
}

/* A process of the server has ended, and its number is a stranger's, who used more than it. */
static void who_gets_the_number_of_a_server_is_none(void **state)
{
    (void)state;
    char number[16];
    struct knee_server_use *server = NULL;
    skip_without_the_right();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    snprintf(number, sizeof number, "%d", (int)pid);
    assert_int_equal(knee_server_use_open(&server, number, "", NULL), 0);
    assert_true(knee_server_use_has(server, pid));
    knee_clock_sleep_until_ns(knee_clock_now_ns() + 30 * KNEE_NS_PER_MS); /* some ticks */
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    pid_t stranger = fork_as(pid);
    if (stranger == 0)
        burn_for_ever();
    if (stranger == pid) {
        struct timespec used = {0};
        clockid_t clock;
        assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
        while (used.tv_nsec < 20000000 && used.tv_sec == 0)
            assert_int_equal(clock_gettime(clock, &used), 0);
        assert_close(knee_server_use_cpu_s(server), 0, .01);
        assert_false(knee_server_use_has(server, pid));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    knee_server_use_close(server);
}

/* A test program that serves, and starts knee: our time is not the server's. */
static void we_are_no_part_of_the_server_that_started_us(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct knee_server_use *server = NULL;
        char number[16];
        snprintf(number, sizeof number, "%d", (int)getppid());
        bool opened = knee_server_use_open(&server, number, "", NULL) == 0;
        _exit(!opened || knee_server_use_has(server, getpid()) ||
              !knee_server_use_has(server, getppid()));
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void a_group_counts_by_its_file(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        {"/proc/self/cgroup", "0::/a\n"},
        {"/proc/self/mountinfo", "30 23 0:26 / /cg rw - cgroup2 cgroup2 rw\n"},
        {"/cg/system.slice/redis.service/cpu.stat", "usage_usec 5000000\n"},
        {"/cg/a/cpu.stat", "usage_usec 1\n"},
        {NULL, NULL},
    };
    static const char *const NAMES[] = {"redis.service", "/system.slice/redis.service"};
    for (int i = 0; i < 2; i++) {
        struct knee_server_use *server = NULL;
        struct knee_err err = {0};
        char text[64];
        char *root = tree_make(files);
        assert_int_equal(knee_server_use_open(&server, NAMES[i], root, &err), 0);
        tree_write(root, "/cg/system.slice/redis.service/cpu.stat", "usage_usec 7500000\n");
        assert_close(knee_server_use_cpu_s(server), 2.5, 1e-9);
        assert_string_equal(knee_server_use_text(server, text, sizeof text),
                            "group /system.slice/redis.service");
        knee_server_use_close(server);
        tree_remove(root);
    }
}

static void a_server_that_is_not_there_is_a_usage_error(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"no-such-name-7", "999999999", "/no/such/group",
                                        "none.service", ""};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct knee_server_use *server = NULL;
        struct knee_err err = {0};
        assert_int_equal(knee_server_use_open(&server, NAMES[i], "", &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
        assert_null(server);
    }
    knee_server_use_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_and_its_children_are_ours),
        cmocka_unit_test(processes_on_other_cpus_share_none),
        cmocka_unit_test(a_server_is_a_process_and_its_children),
        cmocka_unit_test(a_child_of_a_lower_number_belongs_to_its_parent),
        cmocka_unit_test(who_gets_the_number_of_a_server_is_none),
        cmocka_unit_test(we_are_no_part_of_the_server_that_started_us),
        cmocka_unit_test(a_group_counts_by_its_file),
        cmocka_unit_test(a_server_that_is_not_there_is_a_usage_error),
    };
    return cmocka_run_group_tests_name("processes", tests, NULL, NULL);
}
