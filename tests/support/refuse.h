/* SPDX-License-Identifier: MIT */
/* Makes the kernel refuse a system call: for what happens on an older or a stricter one. */
#ifndef KNEE_TESTS_SUPPORT_REFUSE_H
#define KNEE_TESTS_SUPPORT_REFUSE_H

#include <stdbool.h>

/* From now on the call `number` (SYS_...) fails with `error` in this process and its children;
 * there is no way back, so call it in a child of the test. False if the kernel has no seccomp. */
bool refuse_call(long number, int error);

/* From now on the call `number` ends its process (SIGSYS) if its first argument is above `most`. */
bool refuse_call_above(long number, unsigned most);

/* Runs `check` in a child process and returns its exit status; 128 + the signal that ended it. */
int refuse_run(int (*check)(void));

#endif
