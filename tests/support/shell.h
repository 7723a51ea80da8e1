/* SPDX-License-Identifier: MIT */
/* Runs a shell command and keeps its output, for tests of the program as a user meets it. */
#ifndef KNEE_TESTS_SUPPORT_SHELL_H
#define KNEE_TESTS_SUPPORT_SHELL_H

#include <stddef.h>

struct shell_run {
    int status; /* exit status; 128 + signal if one ended it */
    char *out, *err;
};

/* Runs `command` with /bin/sh in `dir` (NULL: here), without standard input; $KNEE is the program
 * under test. Fails the test if it cannot run. */
void shell_run(struct shell_run *run, const char *dir, const char *command);
void shell_run_release(struct shell_run *run);

/* Counts live processes whose command line begins with a match of the regular expression `mark`.
 * It reads /proc, since a bare system has no ps. */
unsigned shell_live(const char *mark);

/* A group's set-up: sets $PROGS to the directory of the test programs. */
int shell_set_progs(void **state);

/* A fresh directory in TMPDIR; shell_dir_remove() removes it with its files. */
void shell_dir_make(char *dir, size_t dir_bytes);
void shell_dir_remove(const char *dir);

/* The directory of a test, or of a group of them: for cmocka's set-up and tear-down. A set-up that
 * needs more than an empty one calls shell_dir_set_up_by(), and returns what that does: 0, or what
 * `script` ended with, which ran there. */
int shell_dir_set_up(void **state);
int shell_dir_set_up_by(const char *script);
int shell_dir_tear_down(void **state);
const char *shell_dir(void); /* its path; "": there is none */

size_t shell_dir_count(const char *dir); /* entries in it */

#endif
