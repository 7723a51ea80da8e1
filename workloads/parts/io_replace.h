/* SPDX-License-Identifier: MIT */
/* The safe rewrite of a file, as scripts do it: a temporary file, write, fsync, rename over the old
 * one. Each worker has one file in a private directory. These files need names, so a companion
 * process removes them when knee ends, however it ends. */
#ifndef KNEE_WORKLOADS_PARTS_IO_REPLACE_H
#define KNEE_WORKLOADS_PARTS_IO_REPLACE_H

#include "core/base/err.h"
#include "workloads/process/companion.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_IO_REPLACE_NAME "knee-io-XXXXXX"

/* Zeroed: none. */
struct knee_io_replace {
    struct knee_companion cleaner;
    int parent_fd, dir_fd;
    char name[sizeof KNEE_IO_REPLACE_NAME];
    uint32_t workers;
};

/* Makes the directory in `dir`, for workers 0 to `workers` - 1. 0 or -1. */
int knee_io_replace_open(struct knee_io_replace *replace, const char *dir, uint32_t workers,
                         struct knee_err *err);

/* Rewrites worker `index`'s file once. 0 or an errno. */
int knee_io_replace_once(const struct knee_io_replace *replace, uint32_t index, const char *bytes,
                         size_t count);

/* Removes everything. Safe on a zeroed one. */
void knee_io_replace_close(struct knee_io_replace *replace);

#endif
