/* SPDX-License-Identifier: MIT */
/* Parts of a test that do not depend on each other, on all CPUs that the process may use. */
#ifndef KNEE_TESTS_SUPPORT_PARALLEL_H
#define KNEE_TESTS_SUPPORT_PARALLEL_H

#include <stddef.h>

/* Calls `run` once for each i below `count`, in any order and from several threads, and returns
 * when all have returned. For results that are the same on any number of CPUs, part i takes its
 * random numbers from i alone and writes to a place of its own. It may not assert: see test.h. */
void test_parallel(size_t count, void (*run)(void *context, size_t i), void *context);

#endif
