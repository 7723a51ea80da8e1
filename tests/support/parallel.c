/* SPDX-License-Identifier: MIT */
#include "tests/support/parallel.h"

#include "core/base/thread.h"
#include "core/host/host.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS_MAX 256

struct parts {
    void (*run)(void *context, size_t i);
    void *context;
    size_t count;
    atomic_size_t next, done;
};

static void *run_parts(void *argument)
{
    struct parts *parts = argument;
    size_t i;
    while ((i = atomic_fetch_add(&parts->next, 1)) < parts->count) {
        parts->run(parts->context, i);
        atomic_fetch_add(&parts->done, 1);
    }
    return NULL;
}

void test_parallel(size_t count, void (*run)(void *context, size_t i), void *context)
{
    struct parts parts = {.run = run, .context = context, .count = count};
    pthread_t threads[THREADS_MAX];
    uint32_t cpus = knee_host_allowed_cpus(), started = 0;
    /* This thread is one of them. If no other can be started, it does the work alone. */
    while (started + 1 < cpus && started < THREADS_MAX && started + 1 < count &&
           knee_thread_start(&threads[started], 0, run_parts, &parts) == 0)
        started++;
    run_parts(&parts);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (atomic_load(&parts.done) != count) {
        fprintf(stderr, "%zu of %zu parts ran\n", atomic_load(&parts.done), count);
        exit(1);
    }
}
