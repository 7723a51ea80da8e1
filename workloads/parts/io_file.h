/* SPDX-License-Identifier: MIT */
/* Files for workloads. They have no name, so that none is left, however knee ends. */
#ifndef KNEE_WORKLOADS_PARTS_IO_FILE_H
#define KNEE_WORKLOADS_PARTS_IO_FILE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_IO_FILE_ALIGN_BYTES 4096u /* of buffers for direct I/O: no device asks for more */

struct knee_io_file {
    int fd; /* -1: none */
    uint64_t size_bytes;
    bool direct; /* past the page cache */
};

/* Whether `dir` lies on a file system without a device. */
bool knee_io_file_in_memory(const char *dir);

/* A new file in `dir` for reading and writing that has no name: O_TMPFILE, or unlinked at once.
 * Returns its descriptor, or -1 with errno. */
int knee_io_file_unnamed(const char *dir);

/* 0, or -1 if files cannot be made in `dir` or there is no room for `bytes`: the message begins
 * with `who` and names both. */
int knee_io_file_check_room(const char *who, const char *dir, uint64_t bytes, struct knee_err *err);

/* Makes an unnamed file of `size_bytes` seeded random bytes, on the device and out of the page
 * cache; for direct I/O in pieces of `block_bytes` if the file system can do that. 0 or -1. */
int knee_io_file_open(struct knee_io_file *file, const char *dir, uint64_t size_bytes,
                      uint64_t block_bytes, uint64_t seed, struct knee_err *err);

void knee_io_file_close(struct knee_io_file *file);

/* An aligned buffer of random bytes, to be freed with free(); NULL: no memory. */
char *knee_io_file_buffer(size_t bytes, uint64_t seed, uint64_t stream);

#endif
