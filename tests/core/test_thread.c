/* SPDX-License-Identifier: MIT */
/* core/base/thread: threads take no signal but SIGCHLD. */
#include "core/base/thread.h"

#include "tests/support/test.h"

#include "core/base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 60

struct run {
    sigset_t blocked;
    size_t ended; /* children */
    atomic_bool over;
};

static void *see_what_is_blocked(void *argument)
{
    struct run *run = argument;
    pthread_sigmask(SIG_SETMASK, NULL, &run->blocked);
    return NULL;
}

static void all_but_the_end_of_a_child_is_blocked(void **state)
{
    (void)state;
    static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGUSR1, SIGPIPE, SIGTSTP};
    struct run run = {.ended = 0};
    sigset_t ours;
    pthread_t thread;
    assert_int_equal(knee_thread_start(&thread, 256u << 10, see_what_is_blocked, &run), 0);
    pthread_join(thread, NULL);
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++)
        assert_int_equal(sigismember(&run.blocked, SIGNALS[i]), 1);
    assert_int_equal(sigismember(&run.blocked, SIGCHLD), 0);
    pthread_sigmask(SIG_SETMASK, NULL, &ours);
    assert_int_equal(sigismember(&ours, SIGINT), 0);
}

static void a_stack_that_cannot_be_is_an_error(void **state)
{
    (void)state;
    struct run run;
    pthread_t thread;
    assert_int_equal(knee_thread_start(&thread, 1, see_what_is_blocked, &run), EINVAL);
}

static void *end_some_children(void *argument)
{
    struct run *run = argument;
    for (size_t i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        if (pid > 0 && waitpid(pid, NULL, 0) == pid)
            run->ended++;
    }
    atomic_store(&run->over, true);
    return NULL;
}

/* The one who waits for a window's end sleeps through the ends of its items: woken by each, it took
 * the items' CPU from them, 7 % of /bin/true's rate. */
static void the_end_of_a_child_wakes_nobody_else(void **state)
{
    (void)state;
    struct run run = {.ended = 0};
    struct rusage before, after;
    pthread_t thread;
    long sleeps = 0;
    assert_int_equal(getrusage(RUSAGE_THREAD, &before), 0);
    assert_int_equal(knee_thread_start(&thread, 0, end_some_children, &run), 0);
    for (; !atomic_load(&run.over); sleeps++)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 100 * KNEE_NS_PER_MS);
    assert_int_equal(getrusage(RUSAGE_THREAD, &after), 0);
    pthread_join(thread, NULL);
    assert_int_equal(run.ended, CHILDREN);
    assert_true(after.ru_nvcsw - before.ru_nvcsw < sleeps + CHILDREN / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_but_the_end_of_a_child_is_blocked),
        cmocka_unit_test(a_stack_that_cannot_be_is_an_error),
        cmocka_unit_test(the_end_of_a_child_wakes_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
