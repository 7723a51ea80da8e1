/* SPDX-License-Identifier: MIT */
#include "workloads/parts/io_ring.h"

#if defined KNEE_WITH_LIBURING

#include "core/base/clock.h"
#include "workloads/parts/io_file.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

/* A place for one block in flight. Its number is what the kernel hands back. */
struct place {
    char *buffer;
    uint64_t began_ns; /* UINT64_MAX: it is free */
};

struct knee_io_ring {
    struct io_uring queue;
    struct place *places;
    uint32_t *free_places; /* a stack of numbers */
    uint32_t depth, free_count;
    size_t block_bytes;
    int fd;
};

static int make_places(struct knee_io_ring *ring, uint64_t seed, uint32_t index)
{
    ring->places = calloc(ring->depth, sizeof *ring->places);
    ring->free_places = calloc(ring->depth, sizeof *ring->free_places);
    if (!ring->places || !ring->free_places)
        return ENOMEM;
    for (uint32_t i = 0; i < ring->depth; i++) {
        ring->places[i].buffer =
            knee_io_file_buffer(ring->block_bytes, seed, ((uint64_t)index << 32) + i);
        if (!ring->places[i].buffer)
            return ENOMEM;
        ring->places[i].began_ns = UINT64_MAX;
        ring->free_places[ring->free_count++] = i;
    }
    return 0;
}

static void release(struct knee_io_ring *ring)
{
    for (uint32_t i = 0; ring->places && i < ring->depth; i++)
        free(ring->places[i].buffer);
    free(ring->places);
    free(ring->free_places);
    free(ring);
}

/* Completions are then handled when their thread waits for them, without an interrupt to it. Older
 * systems do not know this. */
#if defined IORING_SETUP_SINGLE_ISSUER && defined IORING_SETUP_DEFER_TASKRUN
#define CHEAPER (IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN)
#else
#define CHEAPER 0
#endif

/* 0, or an errno. */
static int open_queue(struct knee_io_ring *ring)
{
    int status = io_uring_queue_init(ring->depth, &ring->queue, CHEAPER);
    if (status == -EINVAL)
        status = io_uring_queue_init(ring->depth, &ring->queue, 0);
    if (status == 0 && (status = io_uring_register_files(&ring->queue, &ring->fd, 1)) != 0)
        io_uring_queue_exit(&ring->queue);
    return -status;
}

int knee_io_ring_open(struct knee_io_ring **ring, int fd, size_t block_bytes, uint32_t depth,
                      uint64_t seed, uint32_t index)
{
    struct knee_io_ring *made = calloc(1, sizeof *made);
    if (!made)
        return ENOMEM;
    made->fd = fd;
    made->block_bytes = block_bytes;
    made->depth = depth;
    int error = make_places(made, seed, index);
    if (!error)
        error = open_queue(made);
    if (error) {
        release(made);
        return error;
    }
    *ring = made;
    return 0;
}

static uint32_t in_flight(const struct knee_io_ring *ring)
{
    return ring->depth - ring->free_count;
}

static void prepare(struct knee_io_ring *ring, const struct knee_io_ring_block *block)
{
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->queue); /* it has room for them all */
    uint32_t number = ring->free_places[--ring->free_count];
    struct place *place = &ring->places[number];
    if (block->writes)
        io_uring_prep_write(entry, 0, place->buffer, (unsigned)ring->block_bytes, block->offset);
    else
        io_uring_prep_read(entry, 0, place->buffer, (unsigned)ring->block_bytes, block->offset);
    entry->flags |= IOSQE_FIXED_FILE; /* the file is number 0 of those registered */
    io_uring_sqe_set_data64(entry, number);
    place->began_ns = knee_clock_now_ns();
}

/* Takes one that is done; 0, or its errno. */
static int take(struct knee_io_ring *ring, struct io_uring_cqe *done, uint64_t *began_ns)
{
    uint32_t number = (uint32_t)io_uring_cqe_get_data64(done);
    int result = done->res;
    io_uring_cqe_seen(&ring->queue, done);
    *began_ns = ring->places[number].began_ns;
    ring->places[number].began_ns = UINT64_MAX;
    ring->free_places[ring->free_count++] = number;
    if (result < 0)
        return -result;
    return (size_t)result == ring->block_bytes ? 0 : EIO;
}

/* Submits the prepared ones, and waits for one that is done. NULL with `error`. */
static struct io_uring_cqe *wait_for_one(struct knee_io_ring *ring, int *error)
{
    struct io_uring_cqe *done = NULL;
    int status;
    /* If the process is stopped while it waits, the call succeeds for what it submitted, and none
     * is done yet. */
    do {
        status = io_uring_submit_and_wait(&ring->queue, 1);
        if (status >= 0)
            status = io_uring_peek_cqe(&ring->queue, &done);
    } while (status == -EINTR || status == -EAGAIN);
    *error = status < 0 ? -status : EIO;
    return status < 0 ? NULL : done;
}

int knee_io_ring_once(struct knee_io_ring *ring, uint32_t depth,
                      struct knee_io_ring_block (*next)(void *context), void *context,
                      uint64_t *began_ns)
{
    struct io_uring_cqe *done;
    int error;
    while (in_flight(ring) > depth) {
        if (!(done = wait_for_one(ring, &error)))
            return error;
        take(ring, done, began_ns);
    }
    while (in_flight(ring) < depth) {
        const struct knee_io_ring_block block = next(context);
        prepare(ring, &block);
    }
    done = wait_for_one(ring, &error);
    return done ? take(ring, done, began_ns) : error;
}

uint64_t knee_io_ring_oldest_ns(const struct knee_io_ring *ring)
{
    uint64_t oldest_ns = UINT64_MAX;
    for (uint32_t i = 0; i < ring->depth; i++)
        if (ring->places[i].began_ns < oldest_ns)
            oldest_ns = ring->places[i].began_ns;
    return oldest_ns;
}

void knee_io_ring_close(struct knee_io_ring *ring)
{
    struct io_uring_cqe *done;
    uint64_t began_ns;
    int error;
    if (!ring)
        return;
    while (in_flight(ring) > 0 && (done = wait_for_one(ring, &error)))
        take(ring, done, &began_ns);
    io_uring_queue_exit(&ring->queue);
    release(ring);
}

#endif
