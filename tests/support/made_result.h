/* SPDX-License-Identifier: MIT */
/* Result directories whose truth is known, made without measuring: a test of what is done with a
 * result does not depend on how busy the machine is. */
#ifndef KNEE_TESTS_SUPPORT_MADE_RESULT_H
#define KNEE_TESTS_SUPPORT_MADE_RESULT_H

/* The beginning of a shell script: it defines `result NAME P SPEED`, which makes the directory NAME
 * with the plan of a real sweep of `lock` and twelve windows at each of 1, 2, 4 ... 32, of a pool
 * of P that gives 100 items/s a slot, times SPEED. */
extern const char made_result[];

/* Sets up shell_dir(), in which `script` has run after that beginning. Returns as
 * shell_dir_set_up_by(). */
int made_result_set_up(const char *script);

#endif
