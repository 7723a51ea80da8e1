/* SPDX-License-Identifier: MIT */
/* Threads that take no signal: signals are the controller's, and no item of a workload sees EINTR.
 *
 * SIGCHLD alone stays open to them. It is ignored by default, but the kernel drops what is ignored
 * only where the parent does not block it, and the parent is the thread that started the child:
 * otherwise it goes to another thread, and each child's end wakes that one for nothing. */
#ifndef KNEE_CORE_BASE_THREAD_H
#define KNEE_CORE_BASE_THREAD_H

#include <pthread.h>
#include <stddef.h>

/* `stack_bytes` 0: the system's. 0, or the errno; the caller joins the thread. */
int knee_thread_start(pthread_t *thread, size_t stack_bytes, void *(*run)(void *), void *argument);

#endif
