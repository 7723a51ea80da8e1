/* SPDX-License-Identifier: MIT */
/* core/host/kthreads: counts the CPU time of kernel threads and of nothing else. */
#include "core/host/kthreads.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <sys/stat.h>

#define KTHREAD "69238880" /* a kworker's flags */
#define PROCESS "4194304"

static void put(const char *root, const char *pid, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/proc", root);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/proc/%s", root, pid);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/proc/%s/%s", root, pid, name);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void add(const char *root, const char *pid, const char *name, const char *flags,
                const char *ran_ns)
{
    char text[256];
    snprintf(text, sizeof text, "%s (%s) I 2 0 0 0 -1 %s 0 0 0 0 7 9\n", pid, name, flags);
    put(root, pid, "stat", text);
    snprintf(text, sizeof text, "%s 12 3\n", ran_ns);
    put(root, pid, "schedstat", text);
}

static void remove_process(const char *root, const char *pid)
{
    char path[512];
    snprintf(path, sizeof path, "%s/proc/%s", root, pid);
    fixture_remove(path);
}

static void time_of_the_kernels_threads_adds_up(void **state)
{
    (void)state;
    char root[128];
    struct knee_kthreads kthreads = {0};
    fixture_directory(root, sizeof root);
    add(root, "20", "kworker/u8:0-ext4", KTHREAD, "5000000000");
    add(root, "7", "odd ) name (", KTHREAD, "1000000000");
    add(root, "300", "bash", PROCESS, "9000000000");
    put(root, "self", "stat", "no process");
    knee_kthreads_read(&kthreads, root);
    assert_close(kthreads.cpu_s, 0, 0); /* time before that is history */
    assert_int_equal(kthreads.count, 3);

    add(root, "20", "kworker/u8:0-ext4", KTHREAD, "5250000000");
    add(root, "300", "bash", PROCESS, "19000000000");
    add(root, "21", "kworker/1:2", KTHREAD, "500000000"); /* began since */
    remove_process(root, "7");
    knee_kthreads_read(&kthreads, root);
    assert_close(kthreads.cpu_s, .75, 1e-9);
    assert_int_equal(kthreads.count, 3);

    /* The number of one that has ended comes back as a process of the user's. */
    add(root, "7", "make", PROCESS, "3000000000");
    knee_kthreads_read(&kthreads, root);
    assert_close(kthreads.cpu_s, .75, 1e-9);
    knee_kthreads_release(&kthreads);
    fixture_remove(root);
}

static void nothing_to_read_is_no_time(void **state)
{
    (void)state;
    struct knee_kthreads kthreads = {0};
    knee_kthreads_read(&kthreads, "/nonexistent");
    assert_close(kthreads.cpu_s, 0, 0);
    knee_kthreads_release(&kthreads);
    knee_kthreads_release(&kthreads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_of_the_kernels_threads_adds_up),
        cmocka_unit_test(nothing_to_read_is_no_time),
    };
    return cmocka_run_group_tests_name("kthreads", tests, NULL, NULL);
}
