/* SPDX-License-Identifier: MIT */
/* A result directory is new, or empty, or refused; results/latest points to the newest, and nothing
 * of somebody else's is replaced. */
#include "tuner/store/directory.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs in its own directory, since the default is inside the current one. */
static void the_default_directory_is_dated_and_linked(void **state)
{
    (void)state;
    char dir[256], back[4096], target[256];
    struct knee_directory first, second;
    struct stat status;
    fixture_directory(dir, sizeof dir);
    assert_non_null(getcwd(back, sizeof back));
    assert_int_equal(chdir(dir), 0);
    assert_int_equal(knee_directory_make(&first, "results", NULL, 1769869530, NULL), 0);
    assert_int_equal(knee_directory_make(&second, "results", NULL, 1769869530, NULL), 0);
    assert_memory_equal(first.path, "results/2026-", 13);
    assert_int_equal(strlen(second.path), strlen(first.path) + 2);
    assert_string_equal(second.path + strlen(first.path), "-2");
    assert_int_equal(knee_directory_link(&first, NULL), 0);
    assert_int_equal(knee_directory_link(&second, NULL), 0);
    assert_string_equal(second.shown, "results/latest");
    ssize_t length = readlink("results/latest", target, sizeof target - 1);
    assert_true(length > 0);
    target[length] = '\0';
    assert_string_equal(target, second.path + strlen("results/"));
    assert_int_equal(stat("results/latest", &status), 0);
    /* Anything but a link is somebody's own. */
    struct knee_err err = {0};
    unlink("results/latest");
    mkdir("results/latest", 0777);
    assert_int_equal(knee_directory_link(&second, &err), -1);
    assert_non_null(strstr(err.message, "it is not a symbolic link"));
    assert_int_equal(chdir(back), 0);
    fixture_remove(dir);
}

static void a_named_directory_must_be_new_or_empty(void **state)
{
    (void)state;
    char dir[256], path[300], text[512];
    struct knee_directory made;
    struct knee_err err = {0};
    fixture_directory(dir, sizeof dir);
    assert_int_equal(knee_directory_make(&made, "results", dir, 0, NULL), 0); /* empty */
    snprintf(path, sizeof path, "%s/a/b/c//", dir);
    assert_int_equal(knee_directory_make(&made, "results", path, 0, NULL),
                     0); /* new, with its parents */
    snprintf(text, sizeof text, "%s/a/b/c", dir);
    assert_string_equal(made.path, text);
    assert_string_equal(made.shown, text);
    assert_int_equal(knee_directory_link(&made, NULL), 0); /* makes none */
    assert_int_equal(knee_directory_make(&made, "results", dir, 0, &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
    snprintf(text, sizeof text, "%s: the directory is not empty; name another one with -o", dir);
    assert_string_equal(err.message, text);
    assert_int_equal(knee_directory_make(&made, "results", "", 0, &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_int_equal(knee_directory_make(&made, "results", "/proc/none", 0, &err), -1);
    assert_int_equal(err.code, KNEE_FAILED);
    assert_int_equal(knee_directory_make(&made, "results", "/dev/null/x", 0, &err), -1);
    fixture_remove(dir);
}

/* One writer at a time, also from another process. */
static void a_directory_that_is_taken_is_refused(void **state)
{
    (void)state;
    char dir[256];
    struct knee_directory made;
    struct knee_err err = {0};
    int lock, status = 0;
    fixture_directory(dir, sizeof dir);
    assert_int_equal(knee_directory_make(&made, "results", dir, 0, NULL), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(knee_directory_lock(&lock, dir, &err) == -1 &&
                      strstr(err.message, "another knee is writing to it; wait until it has ended")
                  ? 0
                  : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(made.lock);
    assert_int_equal(knee_directory_lock(&lock, dir, &err), 0);
    assert_true(lock >= 0);
    close(lock);
    assert_int_equal(knee_directory_lock(&lock, "/nowhere", &err), 0); /* reading will say it */
    assert_int_equal(lock, -1);
    fixture_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_directory_is_dated_and_linked),
        cmocka_unit_test(a_directory_that_is_taken_is_refused),
        cmocka_unit_test(a_named_directory_must_be_new_or_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
