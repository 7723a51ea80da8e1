/* SPDX-License-Identifier: MIT */
/* Puts a terminal back when the program that drew on it has died without doing so. A companion
 * process waits for that; it is in a session of its own, so no signal of the terminal ends it.
 * Settings that somebody else (the shell) has changed meanwhile are left alone. */
#ifndef KNEE_REPORTS_LIVE_TERMINAL_GUARD_H
#define KNEE_REPORTS_LIVE_TERMINAL_GUARD_H

#include "core/base/err.h"
#include "workloads/process/companion.h"

#include <stdatomic.h>
#include <stddef.h>
#include <termios.h>

/* Shared with the companion. What it needs is in place before `on` is set. */
struct knee_terminal_guard_page {
    _Atomic int on; /* something is drawn */
    int fd;
    struct termios before, ours;
    size_t bytes;
    char reset[192]; /* takes the drawing away */
};

struct knee_terminal_guard {
    struct knee_companion companion;
    struct knee_terminal_guard_page *page; /* NULL: none */
};

int knee_terminal_guard_open(struct knee_terminal_guard *guard, int fd, struct knee_err *err);
void knee_terminal_guard_close(struct knee_terminal_guard *guard); /* safe on a zeroed one */

#endif
