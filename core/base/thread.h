/* SPDX-License-Identifier: MIT */
/* Threads that block signals: the controller handles them, and no item of a workload sees EINTR.
 *
 * Only SIGCHLD stays unblocked. It is ignored by default, but the kernel drops an ignored signal
 * only if the thread that started the child does not block it. If it does, the signal goes to
 * another thread, and each child's end wakes that one for nothing. */
#ifndef KNEE_CORE_BASE_THREAD_H
#define KNEE_CORE_BASE_THREAD_H

#include <pthread.h>
#include <stddef.h>

/* `stack_bytes` 0: the system's default. Returns 0 or an errno; the caller joins the thread. */
int knee_thread_start(pthread_t *thread, size_t stack_bytes, void *(*run)(void *), void *argument);

#endif
