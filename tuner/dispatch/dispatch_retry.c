/* SPDX-License-Identifier: MIT */
/* Items that wait for the pause before their next attempt: a heap, the earliest first. */
#include "tuner/dispatch/dispatch_retry.h"

#include <errno.h>
#include <stdlib.h>

static void swap(struct knee_dispatch_item *a, struct knee_dispatch_item *b)
{
    struct knee_dispatch_item kept = *a;
    *a = *b;
    *b = kept;
}

void knee_dispatch_retry_push(struct knee_dispatch *run, const struct knee_dispatch_item *item)
{
    if (run->waiting_count == run->waiting_room) {
        size_t room = 2 * run->waiting_room + 64;
        void *grown = realloc(run->waiting, room * sizeof *run->waiting);
        if (!grown) {
            knee_dispatch_break(run, KNEE_FAILED, "retries", ENOMEM);
            return;
        }
        run->waiting = grown;
        run->waiting_room = room;
    }
    size_t at = run->waiting_count++;
    run->waiting[at] = *item;
    for (; at > 0 && run->waiting[(at - 1) / 2].due_s > run->waiting[at].due_s; at = (at - 1) / 2)
        swap(&run->waiting[at], &run->waiting[(at - 1) / 2]);
}

struct knee_dispatch_item knee_dispatch_retry_pop(struct knee_dispatch *run)
{
    struct knee_dispatch_item *heap = run->waiting;
    struct knee_dispatch_item first = heap[0];
    heap[0] = heap[--run->waiting_count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < run->waiting_count && heap[child].due_s < heap[least].due_s)
                least = child;
        if (least == at)
            return first;
        swap(&heap[at], &heap[least]);
        at = least;
    }
}
