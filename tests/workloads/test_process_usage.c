/* SPDX-License-Identifier: MIT */
/* workloads/process/process_usage: counts a whole tree, whoever in it has started whom. */
#include "workloads/process/process_usage.h"

#include "core/base/clock.h"
#include "tests/support/test.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB 1048576.0

static void burn_for_ever(void)
{
    for (volatile unsigned i = 0;; i++)
        continue;
}

static void *start_burner(void *unused)
{
    (void)unused;
    if (fork() == 0)
        burn_for_ever();
    pause();
    return NULL;
}

/* Without the thread sanitizer, whose shadow of each byte touched would count as memory, too. */
__attribute__((no_sanitize("thread"))) static void hold_memory(void)
{
    size_t bytes = (size_t)(40 * MIB);
    volatile char *memory = malloc(bytes);
    for (size_t i = 0; memory && i < bytes; i += 1024)
        memory[i] = 1;
    pause();
}

static void *hold_in_children(void *unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            hold_memory();
    pause();
    return NULL;
}

/* A process of its own group that runs `work`, in a thread of it or not. */
static pid_t start_tree(void *(*work)(void *), int in_thread)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    setpgid(0, 0);
    pthread_setname_np(pthread_self(), "tree");
    pthread_t thread;
    if (in_thread)
        pthread_create(&thread, NULL, work, NULL);
    else
        work(NULL);
    pause();
    _exit(0);
}

static void end_tree(pid_t pid)
{
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void children_of_threads_count(void **state)
{
    (void)state;
    for (int in_thread = 0; in_thread < 2; in_thread++) {
        pid_t pid = start_tree(start_burner, in_thread);
        struct knee_process_usage live = {0};
        for (int tries = 0; tries < 500 && live.cpu_s < 0.2; tries++) {
            knee_clock_sleep_until_ns(knee_clock_now_ns() + 20 * KNEE_NS_PER_MS);
            live = (struct knee_process_usage){0};
            knee_process_usage_add(pid, KNEE_PROCESS_USAGE_STATE, &live);
        }
        end_tree(pid);
        assert_true(live.cpu_s >= 0.2);
        assert_int_equal(live.running + live.blocked + live.waiting, 2);
    }
}

/* The largest process was taken for the tree. */
static void memory_is_that_of_the_tree(void **state)
{
    (void)state;
    pid_t pid = start_tree(hold_in_children, 0);
    struct knee_process_usage live = {0};
    for (int tries = 0; tries < 500 && live.rss_bytes < 80 * MIB; tries++) {
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 20 * KNEE_NS_PER_MS);
        knee_process_usage_add(pid, KNEE_PROCESS_USAGE_MEMORY, &live);
    }
    end_tree(pid);
    assert_true(live.rss_bytes >= 80 * MIB);
    assert_true(live.rss_bytes < 130 * MIB);
}

static void a_process_that_is_gone_adds_nothing(void **state)
{
    (void)state;
    struct knee_process_usage live = {0};
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    knee_process_usage_add(pid, KNEE_PROCESS_USAGE_STATE | KNEE_PROCESS_USAGE_MEMORY, &live);
    assert_close(live.cpu_s, 0, 0);
    assert_close(live.rss_bytes, 0, 0);
    assert_int_equal(live.running + live.blocked + live.waiting, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_of_threads_count),
        cmocka_unit_test(memory_is_that_of_the_tree),
        cmocka_unit_test(a_process_that_is_gone_adds_nothing),
    };
    return cmocka_run_group_tests_name("process_usage", tests, NULL, NULL);
}
