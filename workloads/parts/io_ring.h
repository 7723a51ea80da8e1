/* SPDX-License-Identifier: MIT */
/* Blocks of a file through io_uring: one thread keeps several in flight. Built only with liburing.
 */
#ifndef KNEE_WORKLOADS_PARTS_IO_RING_H
#define KNEE_WORKLOADS_PARTS_IO_RING_H

#if defined KNEE_WITH_LIBURING

#include <stddef.h>
#include <stdint.h>

struct knee_io_ring; /* opaque: for one thread */

/* A block to be read or written. */
struct knee_io_ring_block {
    uint64_t offset;
    int writes; /* 0: read */
};

/* Room for `depth` blocks of `block_bytes` of `fd` in flight. 0, or an errno: ENOSYS, EPERM or
 * EACCES if this system does not allow io_uring. */
int knee_io_ring_open(struct knee_io_ring **ring, int fd, size_t block_bytes, uint32_t depth,
                      uint64_t seed, uint32_t index);

/* Keeps `depth` blocks in flight, which next() names with `context`, and waits until one is done.
 * With more of them in flight, the surplus is waited for first. `began_ns` gets when that block was
 * submitted. 0, or the errno of a block that failed. */
int knee_io_ring_once(struct knee_io_ring *ring, uint32_t depth,
                      struct knee_io_ring_block (*next)(void *context), void *context,
                      uint64_t *began_ns);

/* When the oldest block in flight was submitted; UINT64_MAX: none is. */
uint64_t knee_io_ring_oldest_ns(const struct knee_io_ring *ring);

/* Waits for the blocks in flight; safe on NULL. */
void knee_io_ring_close(struct knee_io_ring *ring);

#endif
#endif
