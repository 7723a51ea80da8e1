/* SPDX-License-Identifier: MIT */
/* A program on a terminal of its own, as its user meets it. */
#ifndef KNEE_TESTS_SUPPORT_PTY_H
#define KNEE_TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct pty {
    int master, slave;     /* the slave is held, so that its settings can be read after the end */
    pid_t pid;             /* of the shell line, which `exec` makes that of a program */
    struct termios before; /* the settings when it began */
    char *text;            /* all that it has written to the terminal; owned */
    size_t length;
};

/* Runs `line` with /bin/sh in `dir`, with standard input, output and errors on a terminal of that
 * size, which is its controlling one. */
void pty_start(struct pty *pty, const char *dir, const char *line, unsigned columns, unsigned rows);

/* Reads until `part` appears in the text from byte `from` on. Fails the test after half a
 * minute. Returns the byte after it. */
size_t pty_wait(struct pty *pty, size_t from, const char *part);

/* Waits until the terminal's settings are (not) those from before. */
void pty_wait_settings(struct pty *pty, bool as_before);

/* Waits until a signal has stopped it. */
void pty_wait_stopped(struct pty *pty);

void pty_type(struct pty *pty, const char *keys);
void pty_resize(struct pty *pty, unsigned columns, unsigned rows);

/* Reads the rest and waits for the end: the exit status, 128 + a signal. */
int pty_end(struct pty *pty);
void pty_release(struct pty *pty);

#endif
