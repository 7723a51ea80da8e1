/* SPDX-License-Identifier: MIT */
/* Runs a shell command and keeps what it says: for tests of the program as a user meets it. */
#ifndef KNEE_TESTS_SUPPORT_SHELL_H
#define KNEE_TESTS_SUPPORT_SHELL_H

#include <stddef.h>

struct shell_run {
    int status; /* exit status; 128 + signal where one ended it */
    char *out, *err;
};

/* Runs `command` with /bin/sh in `dir` (NULL: here), without standard input; $KNEE is the program
 * under test. Fails the test where it cannot be run. */
void shell_run(struct shell_run *run, const char *dir, const char *command);
void shell_run_release(struct shell_run *run);

/* Live processes whose command line begins with what the regular expression `mark` matches; from
 * /proc, since a bare system has no ps. */
unsigned shell_live(const char *mark);

/* A group's set-up: $PROGS is where the test programs lie. */
int shell_set_progs(void **state);

/* A fresh directory below TMPDIR; removed with all in it by shell_dir_remove(). */
void shell_dir_make(char *dir, size_t dir_bytes);
void shell_dir_remove(const char *dir);
size_t shell_dir_count(const char *dir); /* entries in it */

#endif
