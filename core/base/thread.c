/* SPDX-License-Identifier: MIT */
#include "core/base/thread.h"

#include <signal.h>

int knee_thread_start(pthread_t *thread, size_t stack_bytes, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    sigset_t blocked, before;
    sigfillset(&blocked);
    sigdelset(&blocked, SIGCHLD);
    pthread_attr_init(&attributes);
    int error = stack_bytes ? pthread_attr_setstacksize(&attributes, stack_bytes) : 0;
    if (!error) {
        pthread_sigmask(SIG_SETMASK, &blocked, &before);
        error = pthread_create(thread, &attributes, run, argument);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
    return error;
}
